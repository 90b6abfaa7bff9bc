import { once } from 'node:events';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { offeredGroups, type Target, versionOf } from './cases.ts';
import type { Connect, Connection } from './client.ts';

const contexts = new Map<string, SecureContext>();
const sessions = new Map<string, Buffer>();

/** `node:tls`, which keeps nothing from one handshake to the next but a session that it is given. */
export const connectByNode: Connect = async (target, acquaintance) => {
  if (acquaintance !== 'resumed') return toConnection(await open(target));
  const key = JSON.stringify(target);
  const session = sessions.get(key) ?? (await earlierSession(target));
  sessions.set(key, session);
  return toConnection(await open(target, session));
};

async function open(target: Target, session?: Buffer): Promise<TLSSocket> {
  const socket = connect({
    host: '127.0.0.1',
    port: target.port,
    servername: 'localhost',
    secureContext: contextFor(target),
    ...(session && { session }),
  });
  await once(socket, 'secureConnect');
  return socket;
}

async function earlierSession(target: Target): Promise<Buffer> {
  const socket = await open(target);
  // In TLS 1.2 it comes with the handshake.
  const early = versionOf(target.parameters.suite) === 'TLSv1.2' ? socket.getSession() : undefined;
  const session = early ?? ((await once(socket.resume(), 'session'))[0] as Buffer);
  await toConnection(socket).close();
  return session;
}

function contextFor({ ca, parameters }: Target): SecureContext {
  const version = versionOf(parameters.suite);
  const ecdhCurve = offeredGroups(parameters).join(':');
  const key = `${version} ${ecdhCurve} ${ca}`;
  const context =
    contexts.get(key) ?? createSecureContext({ ca, minVersion: version, maxVersion: version, ecdhCurve });
  contexts.set(key, context);
  return context;
}

function toConnection(socket: TLSSocket): Connection {
  return {
    suite: socket.getCipher().standardName,
    resumed: socket.isSessionReused(),
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
