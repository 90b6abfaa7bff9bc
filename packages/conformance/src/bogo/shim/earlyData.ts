import type { ClientConnection, Session } from '@halfclose/tls';
import { errorText } from './errors.ts';
import { type Exchange, ExchangeFailed, initialWrites } from './exchange.ts';
import type { Flags } from './flags.ts';

/** What came of the early part of an exchange. */
export interface EarlyPart {
  /** The flags that count from here on. */
  readonly flags: Flags;
  /** What was to be written first, and has not been. */
  readonly unwritten: readonly Uint8Array[];
}

const messages = { serverHello: 2, encryptedExtensions: 8 };

/**
 * What BoringSSL's shim does before the server has answered, where early data is on offer: all that it would do after the
 * handshake. If the server rejects it, the connection is another one to the test, with flags of its own.
 * @throws ExchangeFailed
 */
export async function exchangeEarly(test: Exchange): Promise<EarlyPart> {
  const { connection, driver, flags, retryFlags } = test;
  const waiting = initialWrites(flags);
  await driver.until(() => connection.waiting === undefined);
  if (connection.earlyDataStatus === 'notOffered') return { flags, unwritten: waiting };
  await driver.flush();
  await untilMessage(test);
  if (flags.has('export-keying-material')) exportTooEarly(connection);
  const unwritten = await writeEarly(test, waiting);
  await driver.until(() => connection.facts !== undefined);
  driver.release();
  if (connection.error !== undefined) throw new ExchangeFailed(errorText(connection.error));
  if (connection.earlyDataStatus === 'accepted') return { flags, unwritten };
  const length = (all: readonly Uint8Array[]): number => all.reduce((sum, each) => sum + each.length, 0);
  const given = connection.takeRejectedEarlyData();
  if (given.length !== length(waiting) - length(unwritten)) {
    throw new ExchangeFailed(`${given.length} octets of early data were given back`);
  }
  return { flags: retryFlags, unwritten: initialWrites(retryFlags) };
}

async function untilMessage({ connection, driver, flags, keyLog }: Exchange): Promise<void> {
  const message = flags.int('early-write-after-message');
  if (message === undefined) return;
  if (message === messages.serverHello) {
    await driver.until(() => keyLog.some((line) => line.startsWith('SERVER_HANDSHAKE_TRAFFIC_SECRET')));
  } else if (message === messages.encryptedExtensions) {
    await driver.until(() => connection.earlyDataStatus === 'accepted');
  } else {
    throw new ExchangeFailed(`-early-write-after-message ${message}`);
  }
}

function exportTooEarly(connection: ClientConnection): void {
  try {
    connection.exportKeyingMaterial('', new Uint8Array(0), 1);
  } catch (error) {
    throw new ExchangeFailed(`:HANDSHAKE_NOT_COMPLETE: ${String(error)}`);
  }
}

/** @returns what was not taken */
async function writeEarly(
  { connection, driver, flags }: Exchange,
  pieces: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  const unwritten: Uint8Array[] = [];
  for (const piece of pieces) {
    const taken = connection.writeEarlyData(piece);
    if (flags.has('read-with-unfinished-write')) await driver.holdAfterOne();
    else await driver.flush();
    if (taken < piece.length) unwritten.push(piece.subarray(taken));
  }
  return unwritten;
}

/** @throws ExchangeFailed where the early data did not fare as the test expects */
export function checkEarlyData(
  { connection, flags }: Exchange,
  used: Flags,
  session: Session | undefined,
): void {
  const status = connection.earlyDataStatus;
  const expected = flags.has('expect-accept-early-data')
    ? 'accepted'
    : flags.has('expect-reject-early-data')
      ? 'rejected'
      : flags.has('expect-no-offer-early-data')
        ? 'notOffered'
        : status;
  if (session !== undefined && status !== expected) {
    throw new ExchangeFailed(`early data: expected ${expected}, found ${status}`);
  }
  const reason = used.text('expect-early-data-reason');
  const found = flags.has('enable-early-data') ? reasonOf(connection, session) : 'disabled';
  if (reason !== undefined && reason !== found) {
    throw new ExchangeFailed(`early data: expected the reason ${reason}, found ${found}`);
  }
}

/** BoringSSL's words for why early data was accepted, or was not. */
function reasonOf({ earlyDataStatus, facts }: ClientConnection, session: Session | undefined): string {
  if (earlyDataStatus === 'accepted') return 'accept';
  if (facts?.version === 'TLSv1.2') return 'protocol_version';
  if (session === undefined) return 'no_session_offered';
  if (earlyDataStatus === 'notOffered') {
    return session.version !== 'TLSv1.3' || session.maxEarlyData === 0
      ? 'unsupported_for_session'
      : 'alpn_mismatch';
  }
  if (facts?.helloRetryRequest) return 'hello_retry_request';
  return facts?.resumed ? 'peer_declined' : 'session_not_resumed';
}
