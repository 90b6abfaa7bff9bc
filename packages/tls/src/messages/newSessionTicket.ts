import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { type Extension, readExtensions, writeExtensions } from './extension.ts';

/** NewSessionTicket, RFC 8446 section 4.6.1. */
export interface NewSessionTicket {
  /** Seconds. */
  readonly ticketLifetime: number;
  readonly ticketAgeAdd: number;
  readonly ticketNonce: Uint8Array;
  /** Never empty. */
  readonly ticket: Uint8Array;
  readonly extensions: readonly Extension[];
}

export function encodeNewSessionTicket(message: NewSessionTicket): Uint8Array {
  const writer = new Writer();
  writer
    .uint32(message.ticketLifetime)
    .uint32(message.ticketAgeAdd)
    .vector8(() => writer.bytes(message.ticketNonce))
    .vector16(() => writer.bytes(message.ticket));
  writeExtensions(writer, message.extensions);
  return writer.finish();
}

/** @throws TLSError decode_error, or illegal_parameter for a doubled extension */
export function decodeNewSessionTicket(body: Uint8Array): NewSessionTicket {
  const reader = new Reader(body, 'NewSessionTicket');
  const message: NewSessionTicket = {
    ticketLifetime: reader.uint32(),
    ticketAgeAdd: reader.uint32(),
    ticketNonce: reader.vector8(),
    ticket: reader.vector16(1),
    extensions: readExtensions(reader, 'NewSessionTicket'),
  };
  reader.end();
  return message;
}
