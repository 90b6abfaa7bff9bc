import { type CryptoProvider, createPortableProvider } from '@halfclose/crypto';
import { createNodeProvider } from '@halfclose/crypto/node';
import { PROTOCOL_TLS_CLIENT, Socket, SSLContext, type SSLSocket } from 'halfclose';
import type { Target } from './cases.ts';
import type { Client, Connection } from './client.ts';
import { chunkLength } from './protocol.ts';

/** As it comes: on WebAssembly SIMD where that works. */
export const halfcloseClient: Client = client('halfclose');

/** In plain JavaScript, as where there is no WebAssembly. */
export const portableClient: Client = client('halfclose, portable', () =>
  createPortableProvider((output) => {
    crypto.getRandomValues(output);
  }),
);

/** With the cryptography of `node:crypto`. */
export const nodeProviderClient: Client = client('halfclose, node', createNodeProvider);

/** Ours. The trust store is read once, as a program does that connects often. */
function client(name: string, createProvider?: () => CryptoProvider): Client {
  const contexts = new Map<string, SSLContext>();

  const contextFor = async (ca: string): Promise<SSLContext> => {
    const known = contexts.get(ca);
    if (known !== undefined) return known;
    const platform = createProvider === undefined ? {} : { crypto: createProvider() };
    const context = new SSLContext(PROTOCOL_TLS_CLIENT, platform);
    await context.loadVerifyLocations({ cadata: ca });
    contexts.set(ca, context);
    return context;
  };

  return {
    name,
    async connect(target: Target): Promise<Connection> {
      const context = await contextFor(target.ca);
      const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
      await socket.connect(['127.0.0.1', target.port]);
      return toConnection(socket);
    },
  };
}

function toConnection(socket: SSLSocket): Connection {
  const buffer = new Uint8Array(chunkLength);
  return {
    suite: socket.cipher()?.[0] ?? 'none',
    async send(data) {
      await socket.sendall(data);
    },
    // Into one buffer, as a program does that receives much.
    async drop(count) {
      for (let left = count; left > 0; ) {
        const received = await socket.recvInto(buffer);
        if (received === 0) throw new Error(`The server closed with ${left} octets to come`);
        left -= received;
      }
    },
    async close() {
      await socket.close();
    },
  };
}
