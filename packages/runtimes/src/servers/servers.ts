import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type Authority, createAuthority, createSelfSigned } from '@halfclose/testing/ca';
import {
  type Credentials,
  findOpenssl,
  startOpenssl,
  startTcpServer,
  startTlsServer,
  type TestServer,
  type TlsServerOptions,
} from '@halfclose/testing/servers';
import type { Ports, Setting } from '../scenario/world.ts';
import { startCutting } from './cutting.ts';
import { startHybridServer } from './hybrid.ts';
import { createWitness } from './witness.ts';

export interface Servers {
  readonly setting: Setting;
  close(): Promise<void>;
}

const day = 86_400_000;
/** What a page reads with and without TLS. */
const download = Buffer.alloc(64 << 20, 'halfclose');

/**
 * The servers that every runtime is led to.
 * @param ofOthers whether also those that other programs are, which may have to be got first
 */
export async function startServers(ofOthers = true): Promise<Servers> {
  const root = await createAuthority();
  const clients = await createAuthority({ name: 'Clients' });
  const client = await clients.issue({ name: 'a client', extendedKeyUsage: ['clientAuth'] });
  const started: TestServer[] = [];
  const start = async (starting: Promise<TestServer>): Promise<number> => {
    const server = await starting;
    started.push(server);
    return server.port;
  };
  try {
    const credentials = await root.issue({ dnsNames: ['localhost'] });
    const rsa = await root.issue({ dnsNames: ['localhost'], keyType: 'RSA-2048' });
    return {
      setting: {
        authority: root.pem,
        clientCredential: client.chainPem + client.privateKeyPem,
        clientName: 'a client',
        octets: 16 << 20,
        downloadOctets: download.length,
        downloadDigest: createHash('sha256').update(download).digest('hex'),
        ports: {
          ...(await startGood(start, credentials, rsa, clients.pem)),
          ...(await startUntrusted(start, root)),
          ...(await startBreaking(start, credentials)),
          ...(ofOthers && (await startOthers(start, credentials))),
        },
      },
      close: () => closeAll(started),
    };
  } catch (error) {
    await closeAll(started);
    throw error;
  }
}

async function closeAll(servers: readonly TestServer[]): Promise<void> {
  for (const server of servers) await server.close();
}

type Start = (starting: Promise<TestServer>) => Promise<number>;
type Behaviour = NonNullable<TlsServerOptions['onConnection']>;

const echo: Behaviour = (socket) => {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('end', () => socket.end(Buffer.concat(chunks)));
};
const mirror: Behaviour = (socket) => void socket.pipe(socket);
/** A turn later: in the last step of a handshake OpenSSL sends no close_notify. */
const tellName: Behaviour = (socket) => void setImmediate(() => socket.end(commonNameOf(socket)));

function commonNameOf(socket: TLSSocket): string {
  return String(socket.getPeerCertificate().subject.CN);
}

type Good =
  | 'echo13'
  | 'echo12'
  | 'rsa'
  | 'retrying'
  | 'mirror13'
  | 'mirror12'
  | 'witness13'
  | 'witness12'
  | 'client13'
  | 'client12'
  | 'download'
  | 'plainDownload';

async function startGood(
  start: Start,
  credentials: Credentials,
  rsa: Credentials,
  clientAuthorities: string,
): Promise<Pick<Ports, Good>> {
  const speak = (onConnection: Behaviour, options: Partial<TlsServerOptions> = {}): Promise<number> =>
    start(startTlsServer({ credentials, allowHalfOpen: true, onConnection, ...options }));
  const only12 = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
  const alpnProtocols = ['h2', 'http/1.1'];
  return {
    echo13: await speak(echo, { alpnProtocols }),
    echo12: await speak(echo, { alpnProtocols, ...only12 }),
    rsa: await speak(echo, { credentials: rsa }),
    retrying: await speak(echo, { groups: 'P-384' }),
    mirror13: await speak(mirror),
    mirror12: await speak(mirror, only12),
    witness13: await speak(createWitness()),
    witness12: await speak(createWitness(), only12),
    client13: await speak(tellName, { clientAuthorities }),
    client12: await speak(tellName, { clientAuthorities, ...only12 }),
    download: await speak((socket) => void socket.end(download)),
    plainDownload: await start(startTcpServer({ onConnection: (socket) => void socket.end(download) })),
  };
}

type Untrusted = 'otherName' | 'expired' | 'notYetValid' | 'otherAuthority' | 'selfSigned';

async function startUntrusted(start: Start, root: Authority): Promise<Pick<Ports, Untrusted>> {
  const show = (credentials: Credentials): Promise<number> => start(startTlsServer({ credentials }));
  const dnsNames = ['localhost'];
  const now = Date.now();
  return {
    otherName: await show(await root.issue({ dnsNames: ['elsewhere.example'] })),
    expired: await show(
      await root.issue({ dnsNames, notBefore: new Date(now - 9 * day), notAfter: new Date(now - day) }),
    ),
    notYetValid: await show(await root.issue({ dnsNames, notBefore: new Date(now + day) })),
    otherAuthority: await show(await (await createAuthority()).issue({ dnsNames })),
    selfSigned: await show(await createSelfSigned({ dnsNames })),
  };
}

type Breaking = 'truncating13' | 'truncating12' | 'cutting' | 'hangingUp' | 'silent';

async function startBreaking(start: Start, credentials: Credentials): Promise<Pick<Ports, Breaking>> {
  const truncating = (version: 'TLSv1.2' | 'TLSv1.3'): Promise<number> =>
    start(
      startTlsServer({
        credentials,
        minVersion: version,
        maxVersion: version,
        onConnection: (socket) => {
          socket.write('truncated', () => setTimeout(() => socket.destroy(), 50));
        },
      }),
    );
  const long = await start(
    startTlsServer({ credentials, onConnection: (socket) => void socket.end(Buffer.alloc(100_000)) }),
  );
  return {
    truncating13: await truncating('TLSv1.3'),
    truncating12: await truncating('TLSv1.2'),
    cutting: await start(startCutting(long)),
    hangingUp: await start(
      startTcpServer({ onConnection: (socket) => void socket.once('data', () => socket.end()) }),
    ),
    silent: await start(startTcpServer({ onConnection: (socket) => void socket.resume() })),
  };
}

type Other = 'hybrid' | 'openssl13' | 'openssl12';

/** Those of other programs, as far as they can be had. */
async function startOthers(start: Start, credentials: Credentials): Promise<Pick<Ports, Other>> {
  const hybrid = await start(startHybridServer(credentials)).catch((error: unknown) => {
    console.log(`a server with X25519MLKEM768 can't be had: ${String(error)}`);
    return undefined;
  });
  const openssl = (flag: string): Promise<number> =>
    start(startOpenssl({ credentials, args: [flag, '-rev'] }));
  return {
    ...(hybrid !== undefined && { hybrid }),
    ...(findOpenssl() !== undefined && {
      openssl13: await openssl('-tls1_3'),
      openssl12: await openssl('-tls1_2'),
    }),
  };
}
