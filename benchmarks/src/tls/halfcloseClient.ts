import { Socket, SSLContext, type SSLSocket } from 'halfclose';
import type { Target } from './cases.ts';
import type { Client, Connection } from './client.ts';
import { chunkLength } from './protocol.ts';

const contexts = new Map<string, SSLContext>();

/** Ours. The trust store is read once, as a program does that connects often. */
export const halfcloseClient: Client = {
  name: 'halfclose',
  async connect(target: Target): Promise<Connection> {
    const context = await contextFor(target.ca);
    const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
    await socket.connect(['127.0.0.1', target.port]);
    return toConnection(socket);
  },
};

async function contextFor(ca: string): Promise<SSLContext> {
  const known = contexts.get(ca);
  if (known !== undefined) return known;
  const context = new SSLContext();
  await context.loadVerifyLocations({ cadata: ca });
  contexts.set(ca, context);
  return context;
}

function toConnection(socket: SSLSocket): Connection {
  return {
    suite: socket.cipher()?.[0] ?? 'none',
    async send(data) {
      await socket.sendall(data);
    },
    async drop(count) {
      for (let left = count; left > 0; ) {
        const data = await socket.recv(chunkLength);
        if (data.length === 0) throw new Error(`The server closed with ${left} octets to come`);
        left -= data.length;
      }
    },
    async close() {
      await socket.close();
    },
  };
}
