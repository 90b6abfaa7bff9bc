/** The servers that others made, each of which speaks the suites in four ways. */
import { createAuthority } from '@halfclose/testing/ca';
import {
  type Credentials,
  findGnutls,
  findOpenssl,
  startGnutls,
  startOpenssl,
} from '@halfclose/testing/servers';
import { SHUT_WR, type SSLSocket } from 'halfclose';
import { allOf, echoed, lines, lineText } from './transfer.ts';

/** What a server knows of the two extensions that TLS 1.2 got late: RFC 7366 and RFC 7627. */
export interface Way {
  readonly name: string;
  readonly encryptThenMac: boolean;
  readonly extendedMasterSecret: boolean;
}

export const ways: readonly Way[] = [
  { name: 'etm+ems', encryptThenMac: true, extendedMasterSecret: true },
  { name: 'etm', encryptThenMac: true, extendedMasterSecret: false },
  { name: 'ems', encryptThenMac: false, extendedMasterSecret: true },
  { name: 'neither', encryptThenMac: false, extendedMasterSecret: false },
];

export type KeyKind = 'RSA' | 'ECDSA';

/** A server that runs. */
export interface Peer {
  readonly port: number;
  /** Sends 3 MiB, ends our half, and reads 3 MiB. @throws Error where others come */
  transfer(socket: SSLSocket): Promise<void>;
  /** Whether the last connection has encrypt-then-MAC; undefined where the server doesn't say. */
  encryptsThenMacs(): boolean | undefined;
  close(): Promise<void>;
}

export interface PeerKind {
  readonly name: string;
  /** Why it can't be met, if it can't. */
  readonly absent: string | undefined;
  start(way: Way, keys: KeyKind): Promise<Peer>;
}

const authority = await createAuthority();
const issued = {
  RSA: await authority.issue({ keyType: 'RSA-2048' }),
  ECDSA: await authority.issue({ keyType: 'P-256' }),
} satisfies Record<KeyKind, Credentials>;

/** Of the authority that all of them have their certificates from. */
export const authorityPem: string = authority.pem;

const openssl: PeerKind = {
  name: 'openssl',
  absent: findOpenssl() === undefined ? 'OpenSSL 3 is not installed' : undefined,
  async start(way, keys) {
    const args = ['-WWW', '-cipher', 'ALL:@SECLEVEL=0', ...(way.encryptThenMac ? [] : ['-no_etm'])];
    const server = await startOpenssl({
      credentials: issued[keys],
      args,
      files: { data: lines },
      withoutExtendedMasterSecret: !way.extendedMasterSecret,
    });
    return {
      port: server.port,
      encryptsThenMacs: () => undefined,
      close: () => server.close(),
      // It passes over lines that ask for nothing.
      async transfer(socket) {
        await socket.sendall(lines);
        await socket.sendall(Uint8Array.from(Buffer.from('GET /data HTTP/1.0\r\n\r\n')));
        await socket.shutdown(SHUT_WR);
        const answer = Buffer.from(await allOf(socket));
        const body = answer.subarray(answer.indexOf('\r\n\r\n') + 4);
        if (!body.equals(lines))
          throw new Error(`${body.length} octets came, which are not those of the file`);
      },
    };
  },
};

const gnutls: PeerKind = {
  name: 'gnutls',
  absent: findGnutls() === undefined ? 'GnuTLS is not installed' : undefined,
  async start(way, keys) {
    const priority = [
      'NORMAL:-VERS-ALL:+VERS-TLS1.2:+DHE-RSA:+RSA:+SHA256:+SHA384',
      ...(way.encryptThenMac ? [] : ['%NO_ETM']),
      ...(way.extendedMasterSecret ? [] : ['%NO_SESSION_HASH']),
    ].join(':');
    const server = await startGnutls({ credentials: issued[keys], priority });
    return {
      port: server.port,
      encryptsThenMacs: () => server.options().at(-1)?.includes('EtM'),
      close: () => server.close(),
      async transfer(socket) {
        const answer = await echoed(socket, lines);
        if (Buffer.from(answer).toString() !== lineText) {
          throw new Error(`${answer.length} octets came back, which are not those that were sent`);
        }
      },
    };
  },
};

export const peerKinds: readonly PeerKind[] = [openssl, gnutls];
