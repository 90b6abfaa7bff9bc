/**
 * The suites that a client of OpenSSL offers by default, each over a socket, 3 MiB each way and with a half-close, against
 * the servers of others.
 */
import {
  type Cipher,
  OPENSSL_DEFAULT_CIPHERS,
  Socket,
  SSLContext,
  type SSLSocket,
  TLSVersion,
} from 'halfclose';
import type { Case, Suite } from '../runner/suite.ts';
import { authorityPem, type KeyKind, type Peer, type PeerKind, peerKinds, type Way, ways } from './peers.ts';

export const suites12: Suite = { name: 'suites12', waivers: [], cases };

/** Milliseconds for one connection, before it is said to hang. */
const patience = 60_000;

async function* cases(_path: string, matches: (id: string) => boolean): AsyncGenerator<Case> {
  for (const kind of peerKinds) {
    for (const way of ways) yield* casesOf(kind, way, matches);
  }
}

async function* casesOf(kind: PeerKind, way: Way, matches: (id: string) => boolean): AsyncGenerator<Case> {
  const peers = new Map<KeyKind, Promise<Peer>>();
  const peerFor = (keys: KeyKind): Promise<Peer> => {
    const peer = peers.get(keys) ?? kind.start(way, keys);
    peers.set(keys, peer);
    return peer;
  };
  try {
    for (const cipher of OPENSSL_DEFAULT_CIPHERS) {
      const [name, version] = cipher;
      if (version === 'TLSv1.3' && !speaksTls13(kind, way)) continue;
      const id = `${kind.name}/${way.name}/${name}`;
      if (!matches(id)) continue;
      if (kind.absent !== undefined) yield { id, skip: kind.absent };
      else {
        const keys = name.includes('ECDSA') ? 'ECDSA' : 'RSA';
        yield { id, run: async () => meet(await peerFor(keys), way, cipher) };
      }
    }
  } finally {
    for (const peer of peers.values()) await (await peer).close();
  }
}

/** It has neither extension to leave out; and GnuTLS is asked for TLS 1.2 alone. */
function speaksTls13(kind: PeerKind, way: Way): boolean {
  return kind.name === 'openssl' && way.encryptThenMac && way.extendedMasterSecret;
}

async function meet(peer: Peer, way: Way, cipher: Cipher): Promise<void> {
  const socket = await socketFor(cipher);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it hangs for ${patience / 1000} seconds`)), patience);
  });
  try {
    await Promise.race([talk(socket, peer, way, cipher), tooLong]);
  } finally {
    clearTimeout(timer);
    await socket.close();
  }
}

async function socketFor([name, version]: Cipher): Promise<SSLSocket> {
  const context = new SSLContext();
  await context.loadVerifyLocations({ cadata: authorityPem });
  if (version === 'TLSv1.3') context.setCiphersuites(name);
  else {
    context.maximumVersion = TLSVersion.TLSv1_2;
    context.setCiphers(name);
  }
  return context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
}

async function talk(socket: SSLSocket, peer: Peer, way: Way, [name, version]: Cipher): Promise<void> {
  const expected = version === 'TLSv1.3' ? version : 'TLSv1.2';
  await socket.connect(['127.0.0.1', peer.port]);
  requireSame('the cipher', socket.cipher()?.[0], name);
  requireSame('the version', socket.version(), expected);
  requireSame('the extended master secret', socket.facts?.extendedMasterSecret, way.extendedMasterSecret);
  await peer.transfer(socket);
  const expectsEtm = way.encryptThenMac && isOfCbc(name);
  requireSame('encrypt-then-MAC', peer.encryptsThenMacs() ?? expectsEtm, expectsEtm);
}

/** OpenSSL's names say so by not naming an AEAD. */
function isOfCbc(name: string): boolean {
  return !/GCM|CHACHA20/.test(name);
}

function requireSame(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what} is ${String(actual)}, not ${String(expected)}`);
}
