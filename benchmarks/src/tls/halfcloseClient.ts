import { X509Certificate } from 'node:crypto';
import type { CryptoProvider } from '@halfclose/crypto';
import { parseCertificate, type TrustAnchorData } from '@halfclose/x509';
import { PROTOCOL_TLS_CLIENT, type Session, Socket, SSLContext, type SSLSocket, TLSVersion } from 'halfclose';
import { offeredGroups, type Parameters, type Target, versionOf } from './cases.ts';
import type { Connect, Connection } from './client.ts';
import { chunkLength, download, encodeRequest } from './protocol.ts';

const groupNames = {
  X25519: 'x25519',
  'P-256': 'secp256r1',
  X25519MLKEM768: 'X25519MLKEM768',
} as const;

/** Ours, on this provider. A context keeps the signatures of certificates that it found right. */
export function connectWith(provider: CryptoProvider): Connect {
  const anchors = new Map<string, TrustAnchorData>();
  const providers = new Map<string, CryptoProvider>();
  const contexts = new Map<string, SSLContext>();
  const sessions = new Map<string, Session>();

  const createContext = async ({ ca, parameters }: Target): Promise<SSLContext> => {
    const anchor = anchors.get(ca) ?? readAnchor(ca);
    anchors.set(ca, anchor);
    const key = offeredGroups(parameters).join();
    // A program has one, whatever it makes contexts for.
    const crypto = providers.get(key) ?? only(provider, parameters);
    providers.set(key, crypto);
    const context = new SSLContext(PROTOCOL_TLS_CLIENT, { crypto });
    await context.loadVerifyLocations({ anchors: [anchor] });
    if (versionOf(parameters.suite) === 'TLSv1.2') {
      context.maximumVersion = TLSVersion.TLSv1_2;
      context.setCiphers(parameters.suite);
    } else context.minimumVersion = TLSVersion.TLSv1_3;
    return context;
  };

  const open = async (context: SSLContext, { port }: Target, session?: Session): Promise<SSLSocket> => {
    const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost', session });
    await socket.connect(['127.0.0.1', port]);
    return socket;
  };

  /** One of a connection before, on which there was something to read: tickets come with it. */
  const earlierSession = async (context: SSLContext, target: Target): Promise<Session> => {
    const socket = await open(context, target);
    const connection = toConnection(socket);
    await connection.send(encodeRequest(download, 1));
    await connection.drop(1);
    const { session } = socket;
    await connection.close();
    if (session === null) throw new Error('The server gave no session');
    return session;
  };

  return async (target, acquaintance) => {
    const key = JSON.stringify(target);
    const context = contexts.get(key) ?? (await createContext(target));
    if (acquaintance !== 'new') contexts.set(key, context);
    if (acquaintance !== 'resumed') return toConnection(await open(context, target));
    const session = sessions.get(key) ?? (await earlierSession(context, target));
    sessions.set(key, session);
    return toConnection(await open(context, target, session));
  };
}

function readAnchor(pem: string): TrustAnchorData {
  const { subject, spki } = parseCertificate(new X509Certificate(pem).raw);
  return { subject: subject.encoded, spki };
}

/** The provider with no more groups than are to be offered. */
function only(provider: CryptoProvider, parameters: Parameters): CryptoProvider {
  const groups = offeredGroups(parameters).flatMap((group) =>
    provider.groups.filter(({ name }) => name === groupNames[group]),
  );
  return { ...provider, groups };
}

/** Where everything lands that is dropped. */
const buffer = new Uint8Array(chunkLength);

function toConnection(socket: SSLSocket): Connection {
  return {
    suite: socket.facts?.cipherSuite ?? 'none',
    resumed: socket.sessionReused ?? false,
    async send(data) {
      await socket.sendall(data);
    },
    // Into a buffer, as a program does that receives much.
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
