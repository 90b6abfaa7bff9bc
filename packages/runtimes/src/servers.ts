import { createAuthority } from '@halfclose/testing/ca';
import {
  findOpenssl,
  startOpenssl,
  startTcpServer,
  startTlsServer,
  type TestServer,
} from '@halfclose/testing/servers';
import { startHybridServer } from './hybridServer.ts';
import type { Setting } from './scenario.ts';

export interface Servers {
  readonly setting: Setting;
  close(): Promise<void>;
}

const day = 86_400_000;
/** What a page reads with and without TLS. */
const download = Buffer.alloc(64 << 20, 'halfclose');

/** The servers that every runtime is led to. */
export async function startServers(): Promise<Servers> {
  const root = await createAuthority();
  const stranger = await createAuthority();
  const started: TestServer[] = [];
  const start = async (starting: Promise<TestServer>): Promise<number> => {
    const server = await starting;
    started.push(server);
    return server.port;
  };
  const credentials = await root.issue({ dnsNames: ['localhost'] });
  const echo = (version: 'TLSv1.2' | 'TLSv1.3'): Promise<number> =>
    start(
      startTlsServer({
        credentials,
        minVersion: version,
        maxVersion: version,
        allowHalfOpen: true,
        onConnection: (socket) => {
          const chunks: Buffer[] = [];
          socket.on('data', (chunk: Buffer) => chunks.push(chunk));
          socket.on('end', () => socket.end(Buffer.concat(chunks)));
        },
      }),
    );
  const plain = async (issued: Promise<typeof credentials>): Promise<number> =>
    start(startTlsServer({ credentials: await issued }));
  const openssl = async (flag: string): Promise<number | undefined> =>
    findOpenssl() === undefined ? undefined : start(startOpenssl({ credentials, args: [flag, '-rev'] }));

  const hybrid = await start(startHybridServer(credentials)).catch((error: unknown) => {
    console.log(`skipped: a server with X25519MLKEM768, because ${String(error)}`);
    return undefined;
  });
  const openssl13 = await openssl('-tls1_3');
  const openssl12 = await openssl('-tls1_2');
  return {
    setting: {
      authority: root.pem,
      octets: 3 << 20,
      downloadOctets: download.length,
      ports: {
        echo13: await echo('TLSv1.3'),
        echo12: await echo('TLSv1.2'),
        otherName: await plain(root.issue({ dnsNames: ['elsewhere.example'] })),
        expired: await plain(
          root.issue({
            dnsNames: ['localhost'],
            notBefore: new Date(Date.now() - 9 * day),
            notAfter: new Date(Date.now() - day),
          }),
        ),
        otherAuthority: await plain(stranger.issue({ dnsNames: ['localhost'] })),
        truncating: await start(
          startTlsServer({
            credentials,
            onConnection: (socket) => {
              socket.write('truncated', () => setTimeout(() => socket.destroy(), 50));
            },
          }),
        ),
        download: await start(
          startTlsServer({ credentials, onConnection: (socket) => socket.end(download) }),
        ),
        plainDownload: await start(startTcpServer({ onConnection: (socket) => void socket.end(download) })),
        ...(hybrid !== undefined && { hybrid }),
        ...(openssl13 !== undefined && { openssl13 }),
        ...(openssl12 !== undefined && { openssl12 }),
      },
    },
    async close() {
      for (const server of started) await server.close();
    },
  };
}
