/** Calls that are ended before their time. */
import { OSError, SHUT_WR, TimeoutError } from '@halfclose/ssl';
import { connectAnew, expect, failureOf, newContext, pattern, receiveThe, wrap } from './exchange.ts';
import { type Abort, type Check, LeftOut, type NamedCheck, type World } from './world.ts';

export const stops: readonly NamedCheck[] = [
  ['recv is aborted by a signal, and the connection goes on', receivingAborted],
  ['a handshake is aborted by a signal', handshakeAborted],
  ['a handshake takes longer than settimeout permits', handshakeTimedOut],
  ['close() while a handshake waits', closedInTheHandshake],
];

async function receivingAborted(...[world, setting]: Parameters<Check>): Promise<void> {
  requireTime(world);
  const socket = await connectAnew(world, setting, setting.ports.echo13);
  const { signal, abort } = abortOf(world);
  const receiving = failureOf(socket.recv(1, { signal }));
  await aWhile();
  const reason = new Error('not wanted any more');
  abort(reason);
  expect(await receiving, reason);
  const data = pattern(1000);
  await socket.sendall(data);
  await socket.shutdown(SHUT_WR);
  await receiveThe(data, socket);
  await socket.close();
}

async function handshakeAborted(...[world, setting]: Parameters<Check>): Promise<void> {
  requireTime(world);
  const socket = await wrap(world, await newContext(world, setting), setting.ports.silent);
  const { signal, abort } = abortOf(world);
  const shaking = failureOf(socket.doHandshake({ signal }));
  await aWhile();
  const reason = new Error('not wanted any more');
  abort(reason);
  expect(await shaking, reason);
  await socket.close();
}

async function handshakeTimedOut(...[world, setting]: Parameters<Check>): Promise<void> {
  requireTime(world);
  const socket = await wrap(world, await newContext(world, setting), setting.ports.silent);
  socket.settimeout(0.05);
  const error = await failureOf(socket.doHandshake());
  if (!(error instanceof TimeoutError)) throw error;
  await socket.close();
}

async function closedInTheHandshake(...[world, setting]: Parameters<Check>): Promise<void> {
  requireTime(world);
  const socket = await wrap(world, await newContext(world, setting), setting.ports.silent);
  const shaking = failureOf(socket.doHandshake());
  await aWhile();
  await socket.close();
  const error = await shaking;
  expect(error instanceof OSError && error.code, 'EBADF');
}

/** Without it what is waited for is there at once or never, and nothing can come before its time. */
function requireTime({ setTimer }: World): void {
  if (setTimer === undefined) throw new LeftOut('no time passes here');
}

/** Until what was begun waits for the carrier. */
async function aWhile(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await undefined;
}

/** The platform's, or where it has none an own one of the kind that `CallOptions` asks for. */
function abortOf({ newAbort = newOwnAbort }: World): Abort {
  return newAbort();
}

function newOwnAbort(): Abort {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_type: 'abort', listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: 'abort', listener: () => void) => void listeners.delete(listener),
  };
  const abort = (reason: Error): void => {
    Object.assign(signal, { aborted: true, reason });
    for (const listener of listeners) listener();
  };
  return { signal, abort };
}
