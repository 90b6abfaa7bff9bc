import { type CryptoProvider, constantTimeEqual, findHash, type HashAlgorithm } from '@halfclose/crypto';
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
import type { ServerOptions } from './options.ts';
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

/** A pre-shared key that a client offered and a server has. */
export interface ChosenKey {
  /** Its place in the hello, from 0. */
  readonly index: number;
  readonly psk: Uint8Array;
  readonly hash: HashAlgorithm;
}

/** A key that the server has, and how it is bound. */
interface KnownKey {
  readonly psk: Uint8Array;
  readonly hash: HashAlgorithm;
  readonly binderLabel: string;
}

/**
 * The first key that a client offers which the server has, as a ticket or from outside, and which goes with the suite.
 * @param before the messages before this hello, where there are some
 * @throws Error where a binder of a key that the server has is wrong (RFC 8446 section 4.2.11.2), or pre_shared_key is
 * not the last extension
 */
export function chosenKey(
  { tickets, externalPsks = [] }: Pick<ServerOptions, 'tickets' | 'externalPsks'>,
  crypto: CryptoProvider,
  suite: Suite,
  hello: ClientHello,
  message: HandshakeMessage,
  before: Transcript | undefined,
): ChosenKey | undefined {
  const known = (identity: Uint8Array): KnownKey | undefined => {
    const issued = tickets?.get(hex(identity));
    if (issued !== undefined) return { psk: issued.psk, hash: issued.suite.hash, binderLabel: 'res binder' };
    const external = externalPsks.find((psk) => hex(psk.identity) === hex(identity));
    if (external === undefined) return undefined;
    return {
      psk: external.key,
      hash: findHash(crypto, external.hash ?? 'SHA-256'),
      binderLabel: external.imported === true ? 'imp binder' : 'ext binder',
    };
  };
  const covered = message.encoded.subarray(0, message.encoded.length - bindersLength(hello));
  let chosen: ChosenKey | undefined;
  for (const [index, { identity, binder }] of offeredKeys(hello).entries()) {
    const key = known(identity);
    if (key === undefined) continue;
    if (hello.extensions.at(-1)?.type !== extensionTypes.preSharedKey) {
      throw new Error("the client's pre_shared_key is not the last extension");
    }
    checkBinder(key, binder, (before ?? createTranscript(key.hash, [])).digestWith(covered));
    if (key.hash.name === suite.hash.name) chosen ??= { index, psk: key.psk, hash: key.hash };
  }
  return chosen;
}

function checkBinder(
  { psk, hash, binderLabel }: KnownKey,
  shown: Uint8Array,
  transcriptHash: Uint8Array,
): void {
  const binderKey = deriveSecret(hash, earlySecret(hash, psk), binderLabel, hash.digest(new Uint8Array(0)));
  const binder = finishedVerifyData(hash, binderKey, transcriptHash);
  if (binder.length !== shown.length || !constantTimeEqual(binder, shown)) {
    throw new Error(`the client's binder is wrong (${binderLabel})`);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
