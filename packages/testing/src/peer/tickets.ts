import { constantTimeEqual } from '@halfclose/crypto';
import {
  type ClientHello,
  createTranscript,
  deriveSecret,
  earlySecret,
  extensionTypes,
  finishedVerifyData,
  type HandshakeMessage,
  type NewSessionTicket,
  type Transcript,
} from '@halfclose/tls/codec';
import { bindersLength, offeredKeys } from './clientOffer.ts';
import type { Suite } from './secrets.ts';

/** The tickets that servers with this book gave out: what one sent, another one takes. */
export type TicketBook = Map<string, IssuedTicket>;

export interface IssuedTicket {
  readonly psk: Uint8Array;
  readonly suite: Suite;
}

export function enterTicket(book: TicketBook | undefined, ticket: Uint8Array, issued: IssuedTicket): void {
  book?.set(hex(ticket), issued);
}

/** A day long, its nonce and ticket made of its number. */
export function defaultTicket(number: number): NewSessionTicket {
  return {
    ticketLifetime: 86_400,
    ticketAgeAdd: 0x01020304 + number,
    ticketNonce: Uint8Array.of(number >>> 8, number),
    ticket: new Uint8Array(32).fill(number + 1),
    extensions: [],
  };
}

/**
 * The ticket that a client shows first, if it is in the book and goes with the suite.
 * @param before the messages before this hello, where there are some
 * @throws Error where its binder is wrong (RFC 8446 section 4.2.11.2), or pre_shared_key is not the last extension
 */
export function shownTicket(
  book: TicketBook | undefined,
  suite: Suite,
  hello: ClientHello,
  message: HandshakeMessage,
  before: Transcript | undefined,
): IssuedTicket | undefined {
  const [key] = offeredKeys(hello);
  const issued = key && book?.get(hex(key.identity));
  if (key === undefined || issued === undefined) return undefined;
  if (hello.extensions.at(-1)?.type !== extensionTypes.preSharedKey) {
    throw new Error("the client's pre_shared_key is not the last extension");
  }
  const { hash } = issued.suite;
  const covered = message.encoded.subarray(0, message.encoded.length - bindersLength(hello));
  const transcriptHash = (before ?? createTranscript(hash, [])).digestWith(covered);
  const binderKey = deriveSecret(
    hash,
    earlySecret(hash, issued.psk),
    'res binder',
    hash.digest(new Uint8Array(0)),
  );
  const binder = finishedVerifyData(hash, binderKey, transcriptHash);
  if (binder.length !== key.binder.length || !constantTimeEqual(binder, key.binder)) {
    throw new Error("the client's binder is wrong");
  }
  return hash.name === suite.hash.name ? issued : undefined;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
