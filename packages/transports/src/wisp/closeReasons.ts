import { type SystemErrorCode, systemError } from '../systemError.ts';
import { closeReason } from './packets.ts';

const meanings: ReadonlyMap<number, readonly [SystemErrorCode, string]> = new Map([
  [closeReason.networkError, ['ECONNRESET', 'a network error']],
  [closeReason.invalid, ['EACCES', 'the address is not one to connect to']],
  [closeReason.unreachable, ['EHOSTUNREACH', 'the host is not to be reached']],
  [closeReason.connectTimeout, ['ETIMEDOUT', 'the host does not answer']],
  [closeReason.refused, ['ECONNREFUSED', 'the host refuses']],
  [closeReason.dataTimeout, ['ETIMEDOUT', 'the host takes no data any more']],
  [closeReason.blocked, ['EACCES', 'the relay forbids it']],
  [closeReason.throttled, ['ECONNABORTED', 'the relay has too much to do']],
]);

/** What the reason of a CLOSE packet means; undefined for the end of a stream in order. */
export function streamError(reason: number): Error | undefined {
  if (reason === closeReason.voluntary) return undefined;
  const [code, words] = meanings.get(reason) ?? ['ECONNRESET', 'for no reason that is known'];
  return systemError(
    code,
    `the relay closed the stream with 0x${reason.toString(16).padStart(2, '0')}, ${words}`,
  );
}
