import { type ClientConnection, createClientConnection, type Session, TLSError } from '@halfclose/tls';
import { connectToRunner } from './carrier.ts';
import { shimConfig } from './clientConfig.ts';
import { drive } from './connection.ts';
import { errorText } from './errors.ts';
import { ExchangeFailed, exchange } from './exchange.ts';
import { type Flags, readFlags, Unimplemented } from './flags.ts';

/** What the runner learns: BoringSSL's exit status, and the text on the error output. */
export interface Outcome {
  readonly code: number;
  readonly stderr: string;
}

const unimplemented = 89;

/** Does what one start of a shim does: a connection, and as many more as are to resume. */
export async function runTest(args: readonly string[], signal: AbortSignal): Promise<Outcome> {
  try {
    await runConnections(args, signal);
    return { code: 0, stderr: '' };
  } catch (error) {
    if (error instanceof Unimplemented) return { code: unimplemented, stderr: `${error.message}\n` };
    const text =
      error instanceof TLSError
        ? errorText(error)
        : error instanceof ExchangeFailed
          ? error.message
          : error instanceof Error
            ? error.stack
            : String(error);
    return { code: 1, stderr: `${text}\n` };
  }
}

async function runConnections(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { initial, resume, retry } = readFlags(args);
  const count = 1 + (initial.int('resume-count') ?? 0);
  let session: Session | undefined;
  // A test knows the age of a ticket to the millisecond.
  let now = Date.now();
  for (let index = 0; index < count; index++) {
    const flags = index === 0 ? initial : resume;
    if (index > 0 && session === undefined) throw new ExchangeFailed('there is no session to offer');
    session = await runConnection(flags, retry, session, now, signal);
    now += 1000 * (flags.int('resumption-delay') ?? 0);
  }
}

async function runConnection(
  flags: Flags,
  retryFlags: Flags,
  offered: Session | undefined,
  now: number,
  signal: AbortSignal,
): Promise<Session | undefined> {
  const sessions: Session[] = [];
  const keyLog: string[] = [];
  let renegotiationRefused = false;
  let connection: ClientConnection | undefined;
  const { config, credentials } = await shimConfig(flags, {
    session: offered,
    clock: () => now,
    onSession: (session) => sessions.push(session),
    onKeyLog: (line) => keyLog.push(line),
    onEvent: ({ type }) => {
      if (type === 'renegotiationRefused') renegotiationRefused = true;
    },
    currentFlags: () => (connection?.earlyDataStatus === 'rejected' ? retryFlags : flags),
  });
  const carrier = await connectToRunner(
    flags.int('port') ?? 0,
    flags.has('ipv6'),
    BigInt(flags.text('shim-id') ?? 0),
    signal,
  );
  connection = createClientConnection(config);
  const driver = drive(connection, carrier, flags.has('async'));
  try {
    const used = await exchange({
      connection,
      driver,
      flags,
      retryFlags,
      credentials,
      keyLog,
      session: offered,
      // Unless it is told to ignore that, BoringSSL gives up a connection that is to be renegotiated.
      mustGiveUp: () => renegotiationRefused && !flags.has('renegotiate-ignore'),
    });
    checkSessions(used, sessions, offered);
    return sessions.at(-1);
  } finally {
    driver.release();
    await driver.flush();
    await carrier.finish();
    connection.destroy();
  }
}

function checkSessions(flags: Flags, sessions: readonly Session[], offered: Session | undefined): void {
  // Whoever shuts down at once need not wait for tickets.
  if (flags.has('shim-shuts-down') || flags.has('send-alert')) return;
  const expected = !flags.has('expect-no-session');
  const last = sessions.at(-1);
  if (expected !== (last !== undefined)) {
    throw new ExchangeFailed(`${sessions.length} sessions, and ${expected ? 'one' : 'none'} was expected`);
  }
  const early = flags.has('expect-ticket-supports-early-data');
  if (last === undefined) return;
  if (
    flags.has('expect-ticket-renewal') &&
    offered !== undefined &&
    Buffer.compare(last.ticket, offered.ticket) === 0
  ) {
    throw new ExchangeFailed('the ticket was not renewed');
  }
  if (last.version === 'TLSv1.3' && expected && last.maxEarlyData > 0 !== early) {
    throw new ExchangeFailed(`the session permits ${last.maxEarlyData} octets of early data`);
  }
}
