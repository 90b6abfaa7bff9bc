import { Reader } from '../../wire/reader.ts';
import { Writer } from '../../wire/writer.ts';

/** NewSessionTicket, RFC 5077 section 3.3. */
export interface NewSessionTicket12 {
  /** Seconds; 0 where the server doesn't say. */
  readonly lifetimeHint: number;
  /** Empty where the server has changed its mind. */
  readonly ticket: Uint8Array;
}

export function encodeNewSessionTicket12({ lifetimeHint, ticket }: NewSessionTicket12): Uint8Array {
  const writer = new Writer();
  writer.uint32(lifetimeHint).vector16(() => writer.bytes(ticket));
  return writer.finish();
}

/** @throws TLSError decode_error */
export function decodeNewSessionTicket12(body: Uint8Array): NewSessionTicket12 {
  const reader = new Reader(body, 'NewSessionTicket');
  const message: NewSessionTicket12 = { lifetimeHint: reader.uint32(), ticket: reader.vector16() };
  reader.end();
  return message;
}
