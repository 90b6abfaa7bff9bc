import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import type { Address } from '@halfclose/transports/wisp';
import type { AllowList } from './allowList.ts';
import { landing } from './landing.ts';

/** Why a relay did not connect. */
export type Refusal = 'blocked' | 'unreachable' | 'refused' | 'timeout';

export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly refusal: Refusal;

  constructor(refusal: Refusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.refusal = refusal;
  }
}

/** Milliseconds for all addresses of a target together. */
const patience = 15_000;

/**
 * A TCP connection to a target that may be reached, paused, with both halves its own. Names are looked up once, and the addresses
 * that come are the ones that are checked and connected to, so that a name can't change in between.
 * @throws RefusedError
 */
export async function connectTarget(
  [host, port]: Address,
  allowed: AllowList,
  signal: AbortSignal,
): Promise<Socket> {
  if (!allowed.permitsName(host, port)) {
    throw new RefusedError('blocked', `${host}:${port} is not on the list of what may be reached`);
  }
  const addresses = await lookUp(host);
  const permitted = addresses.filter((address) => allowed.permitsAddress(address, port));
  if (permitted.length === 0) {
    throw new RefusedError(
      'blocked',
      `${host} is ${addresses.join(', ')}, which is not public and not on the list`,
    );
  }
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  let failure: unknown;
  for (const address of permitted) {
    if (deadline.aborted) break;
    try {
      return await connectTo(address, port, deadline);
    } catch (error) {
      failure ??= error;
    }
  }
  throw refusalFor(failure, `${host}:${port}`);
}

async function lookUp(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    throw new RefusedError('unreachable', `${host} has no address`, { cause });
  }
}

function connectTo(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true, onread: landing(take) });
    const abort = (): void => {
      socket.destroy();
      reject(new RefusedError('timeout', 'no answer in time'));
    };
    signal.addEventListener('abort', abort, { once: true });
    // As `data`, which there is none of where a socket reads into a buffer of ours.
    function take(octets: Buffer): void {
      socket.emit('data', octets);
    }
    socket.pause();
    socket.once('error', reject);
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function refusalFor(failure: unknown, target: string): RefusedError {
  if (failure instanceof RefusedError) return failure;
  const code = failure instanceof Error && 'code' in failure ? failure.code : undefined;
  if (code === 'ECONNREFUSED') return new RefusedError('refused', `${target} refuses connections`);
  if (code === 'ETIMEDOUT' || code === undefined)
    return new RefusedError('timeout', `${target} does not answer`);
  return new RefusedError('unreachable', `${target} is not to be reached: ${String(code)}`);
}
