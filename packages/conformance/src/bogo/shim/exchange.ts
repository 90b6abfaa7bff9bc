import {
  type ClientConnection,
  type ConnectionFacts,
  cipherSuiteCodes12,
  cipherSuites,
  namedGroups,
  type Session,
  serverSchemes,
} from '@halfclose/tls';
import { authenticationChecks, type Check } from './authenticationFacts.ts';
import type { Driver } from './connection.ts';
import type { Credentials } from './credentials.ts';
import { checkEarlyData, exchangeEarly } from './earlyData.ts';
import { wrongRejection } from './encryptedClientHello.ts';
import { errorText } from './errors.ts';
import type { Flags } from './flags.ts';

/** The test is lost: what the shim says, and the runner looks for. */
export class ExchangeFailed extends Error {
  override readonly name = 'ExchangeFailed';
}

export interface Exchange {
  readonly connection: ClientConnection;
  readonly driver: Driver;
  readonly flags: Flags;
  readonly credentials: Credentials;
  /** That is offered. */
  readonly session: Session | undefined;
  /** Those that count once early data was rejected. */
  readonly retryFlags: Flags;
  /** Its lines so far. */
  readonly keyLog: readonly string[];
  /** The server wants another handshake, and the test nothing of the sort. */
  readonly mustGiveUp: () => boolean;
}

/**
 * What BoringSSL's shim does with a connection: handshake, a look at what was agreed, each octet that comes sent back
 * inverted, and an end.
 * @returns the flags that counted in the end
 * @throws ExchangeFailed
 */
export async function exchange(given: Exchange): Promise<Flags> {
  const { connection, driver } = given;
  const { flags, unwritten } = await exchangeEarly(given);
  const test = { ...given, flags };
  await driver.until(() => connection.facts !== undefined);
  const wrong = connection.error && wrongRejection(flags, connection.error);
  if (wrong !== undefined) throw new ExchangeFailed(wrong);
  failIfDead(connection);
  if (flags.has('handshake-twice') && flags.has('false-start')) await driver.until(() => false);
  failIfDead(connection);
  // With False Start nothing is certain yet, and in these tests never will be.
  if (!flags.has('handshake-never-done')) checkFacts(test);
  checkEarlyData(given, flags, given.session);
  await writeExported(test);
  if (flags.has('tls-unique')) await writeTlsUnique(test);
  if (flags.has('export-traffic-secrets')) await writeTrafficSecrets(test);
  if (flags.has('send-alert')) {
    connection.abort('decompression_failure');
    return flags;
  }
  await writeFirst(test, unwritten);
  if (!flags.has('shim-shuts-down')) await echo(test);
  await shutDown(test);
  return flags;
}

function failIfDead({ error }: ClientConnection): void {
  if (error !== undefined) throw new ExchangeFailed(errorText(error));
}

function checkFacts({ connection, flags, credentials, session }: Exchange): void {
  const { facts } = connection;
  if (facts === undefined) throw new ExchangeFailed('the carrier ended before the handshake was done');
  const expectResumed = session !== undefined && !flags.has('expect-session-miss');
  const group = facts.group && namedGroups[facts.group];
  const version = facts.version === 'TLSv1.2' ? 0x0303 : 0x0304;
  const suite = suiteCode(facts);
  const scheme = facts.signatureScheme === undefined ? 0 : serverSchemes[facts.signatureScheme].code;
  const checks: readonly Check[] = [
    ...authenticationChecks(flags, facts, credentials),
    ['version', flags.int('expect-version') || version, version],
    ...renegotiationChecks(flags, facts),
    ['resumed', expectResumed, facts.resumed],
    ['ECH accepted', flags.has('expect-ech-accept'), facts.echOutcome === 'accepted'],
    [
      'ECH rejected',
      flags.has('expect-no-ech-retry-configs') || flags.has('expect-ech-retry-configs'),
      false,
    ],
    ['alpn', flags.text('expect-alpn') || flags.text('select-next-proto'), facts.alpnProtocol],
    ['group', flags.int('expect-curve-id') || group, group],
    ['suite', expectedSuite(flags) || suite, suite],
    ['signature scheme', flags.int('expect-peer-signature-algorithm') || scheme, scheme],
    [
      'HelloRetryRequest',
      flags.has('expect-hrr') || (facts.helloRetryRequest && !flags.has('expect-no-hrr')),
      facts.helloRetryRequest,
    ],
  ];
  for (const [what, expected, found] of checks) {
    if (expected !== found) throw new ExchangeFailed(`${what}: expected ${expected}, found ${found}`);
  }
}

function renegotiationChecks(flags: Flags, facts: ConnectionFacts): readonly Check[] {
  const { extendedMasterSecret, secureRenegotiation } = facts;
  return [
    [
      'extended master secret',
      flags.has('expect-extended-master-secret') || extendedMasterSecret,
      extendedMasterSecret,
    ],
    [
      'secure renegotiation',
      (flags.has('expect-secure-renegotiation') || secureRenegotiation) &&
        !flags.has('expect-no-secure-renegotiation'),
      secureRenegotiation,
    ],
  ];
}

function suiteCode({ cipherSuite }: ConnectionFacts): number {
  return { ...cipherSuiteCodes12, ...suiteCodes13 }[cipherSuite];
}

const suiteCodes13 = {
  TLS_AES_128_GCM_SHA256: cipherSuites.TLS_AES_128_GCM_SHA256.code,
  TLS_AES_256_GCM_SHA384: cipherSuites.TLS_AES_256_GCM_SHA384.code,
  TLS_CHACHA20_POLY1305_SHA256: cipherSuites.TLS_CHACHA20_POLY1305_SHA256.code,
};

/** ChaCha20-Poly1305 comes first here, as on every machine without instructions for AES. */
function expectedSuite(flags: Flags): number | undefined {
  return flags.int('expect-cipher') || flags.int('expect-cipher-no-aes');
}

async function writeExported({ connection, driver, flags }: Exchange): Promise<void> {
  const length = flags.int('export-keying-material') ?? 0;
  if (length === 0) return;
  const given = Buffer.from(flags.text('export-context') ?? '', 'latin1');
  const context = flags.has('use-export-context') ? given : undefined;
  const exported = connection.exportKeyingMaterial(flags.text('export-label') ?? '', context, length);
  await writeAll(connection, driver, exported);
}

async function writeTlsUnique({ connection, driver }: Exchange): Promise<void> {
  const { tlsUnique } = connection.facts ?? {};
  if (tlsUnique === undefined) throw new ExchangeFailed('failed to get tls-unique');
  await writeAll(connection, driver, tlsUnique);
}

/** Their length, little-endian, the server's and ours. */
async function writeTrafficSecrets({ connection, driver, keyLog }: Exchange): Promise<void> {
  const [server, client] = ['SERVER_TRAFFIC_SECRET_0', 'CLIENT_TRAFFIC_SECRET_0'].map((label) => {
    const line = keyLog.find((candidate) => candidate.startsWith(`${label} `));
    return Buffer.from(line?.split(' ')[2] ?? '', 'hex');
  });
  if (server === undefined || client === undefined) return;
  await writeAll(connection, driver, Buffer.concat([Buffer.of(server.length, 0), server, client]));
}

/** What is written before anything is read, where the test wants something to be. */
export function initialWrites(flags: Flags): readonly Uint8Array[] {
  const text = Buffer.from(flags.text('shim-initial-write') ?? 'hello', 'latin1');
  if (!flags.has('shim-writes-first') && !flags.has('read-with-unfinished-write')) return [];
  const times = flags.has('read-with-unfinished-write') ? 1 : (flags.int('repeat-shim-initial-write') ?? 1);
  return Array.from({ length: times }, () => text);
}

/** @param unwritten what early data has left of that */
async function writeFirst(
  { connection, driver, flags }: Exchange,
  unwritten: readonly Uint8Array[],
): Promise<void> {
  const [first] = unwritten;
  if (first === undefined) return;
  if (flags.has('read-with-unfinished-write')) {
    await driver.flush();
    connection.write(first);
    await driver.holdAfterOne();
    return;
  }
  for (const piece of unwritten) await writeAll(connection, driver, piece);
}

async function writeAll(connection: ClientConnection, driver: Driver, data: Uint8Array): Promise<void> {
  let at = 0;
  while (at < data.length) {
    try {
      at += connection.write(data, at);
    } catch {
      failIfDead(connection);
    }
    await driver.flush();
  }
}

function giveUpWhereWanted({ connection, mustGiveUp }: Exchange): void {
  if (!mustGiveUp()) return;
  connection.abort('no_renegotiation');
  throw new ExchangeFailed(':NO_RENEGOTIATION: the server asks for another handshake');
}

async function echo(test: Exchange): Promise<void> {
  const { connection, driver, flags, mustGiveUp } = test;
  const buffer = new Uint8Array(flags.int('read-size') ?? 512);
  for (;;) {
    await driver.until(() => connection.readable > 0 || connection.peerClosed || mustGiveUp());
    giveUpWhereWanted(test);
    if (connection.readable === 0) {
      if (connection.peerClosed) return;
      if (connection.error?.fault === 'truncation') return;
      failIfDead(connection);
    }
    const length = connection.read(buffer);
    driver.release();
    if (flags.has('key-update')) connection.updateKeys();
    const answer = buffer.subarray(0, length).map((octet) => octet ^ 0xff);
    await writeAll(connection, driver, answer);
  }
}

async function shutDown(test: Exchange): Promise<void> {
  const { connection, driver, flags, mustGiveUp } = test;
  if (!flags.has('check-close-notify')) return;
  connection.closeWrite();
  await driver.flush();
  await driver.until(() => connection.peerClosed || connection.readable > 0 || mustGiveUp());
  giveUpWhereWanted(test);
  // Half-close is to go on reading; BoringSSL's SSL_shutdown is not.
  if (connection.readable > 0) {
    throw new ExchangeFailed(':APPLICATION_DATA_ON_SHUTDOWN: the server goes on writing');
  }
  if (!connection.peerClosed) {
    if (connection.error?.fault !== 'truncation') failIfDead(connection);
    throw new ExchangeFailed('Unexpected SSL_shutdown result: -1 != 1');
  }
}
