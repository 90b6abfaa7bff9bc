import type { MaybePromise } from '@halfclose/crypto';
import type { HandshakeMessage } from '../messages/handshakeMessage.ts';

/**
 * A handshake is a generator that reads from top to bottom and gives up control where it has to wait: for one of a
 * list of messages, or for something outside. What is not in the list is illegal there, in one place for every state.
 */
export type Steps<T> = Generator<Step, T, unknown>;

export type Step =
  /** Go on with the next handshake message, which has to be of one of these types. */
  | { readonly expect: readonly number[] }
  /** Go on with the next change_cipher_spec of TLS 1.2, before which no other message is legal. */
  | { readonly expectChangeCipherSpec: true }
  /** Go on with what this resolves to, or throw what it rejects with. */
  | { readonly awaits: PromiseLike<unknown> };

/**
 * What follows a handshake. Each message begins steps of its own, so that a connection that waits for none keeps none: as a
 * generator that never ends it would keep the last message, too.
 */
export interface AfterHandshake {
  /** The types that are legal. */
  readonly expect: readonly number[];
  /** What a message of one of these types comes to. The steps begin when they are driven. */
  take(message: HandshakeMessage): Steps<undefined>;
}

export function* expectMessage(...types: number[]): Steps<HandshakeMessage> {
  // Whoever drives the steps answers this one with a HandshakeMessage: a generator's type can't say so.
  return (yield { expect: types }) as HandshakeMessage;
}

export function* expectChangeCipherSpec(): Steps<void> {
  yield { expectChangeCipherSpec: true };
}

/** The value itself; control is given up only where it is a promise. */
export function* settle<T>(value: MaybePromise<T>): Steps<T> {
  if (!isPromiseLike(value)) return value;
  // Answered with what the promise resolved to, for the same reason.
  return (yield { awaits: value }) as T;
}

/** Any promise, also one of another realm or library. */
export function isPromiseLike<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
