import { once } from 'node:events';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Target } from './cases.ts';
import type { Client, Connection } from './client.ts';

const contexts = new Map<string, SecureContext>();

/** `node:tls`. The trust store is read once, as a program does that connects often. */
export const nodeClient: Client = {
  name: 'node:tls',
  async connect(target: Target): Promise<Connection> {
    const socket = connect({
      host: '127.0.0.1',
      port: target.port,
      servername: 'localhost',
      secureContext: contextFor(target.ca),
    });
    await once(socket, 'secureConnect');
    return toConnection(socket);
  },
};

function contextFor(ca: string): SecureContext {
  const context = contexts.get(ca) ?? createSecureContext({ ca, minVersion: 'TLSv1.3', ecdhCurve: 'X25519' });
  contexts.set(ca, context);
  return context;
}

function toConnection(socket: TLSSocket): Connection {
  return {
    suite: socket.getCipher().standardName,
    async send(data) {
      if (!socket.write(data)) await once(socket, 'drain');
    },
    drop(count) {
      return new Promise((resolve, reject) => {
        let left = count;
        const onData = (data: Buffer): void => {
          left -= data.length;
          if (left > 0) return;
          socket.off('data', onData).off('close', onClose).pause();
          resolve();
        };
        const onClose = (): void => reject(new Error(`The server closed with ${left} octets to come`));
        socket.on('data', onData).once('close', onClose).resume();
      });
    },
    async close() {
      const closed = once(socket, 'close');
      socket.end();
      socket.resume();
      await closed;
    },
  };
}
