/** The rules that peers break most, RFC 8446 section 6.2. Others have their alert beside them: `misbehaved`. */
import { misbehaved, type Reason, type TLSError } from './errors.ts';

/** A field that can't be, or disagrees with another. */
export function illegal(reason: Reason, message: string): TLSError {
  return misbehaved('illegal_parameter', reason, message);
}

/** What can't be read. */
export function malformed(message: string): TLSError {
  return misbehaved('decode_error', 'DECODE_ERROR', message);
}

/** A record where none of its kind may come. */
export function unexpectedRecord(message: string): TLSError {
  return misbehaved('unexpected_message', 'UNEXPECTED_RECORD', message);
}
