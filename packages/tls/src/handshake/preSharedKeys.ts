/** Pre-shared keys in both hellos, RFC 8446 section 4.2.11. */
import { type HashAlgorithm, wipe } from '@halfclose/crypto';
import { illegal } from '../brokenRules.ts';
import { type ClientHello, encodeClientHello } from '../messages/clientHello.ts';
import { findExtension } from '../messages/extension.ts';
import {
  preSharedKeyExtension,
  readPskKeyExchangeModes,
  readSelectedIdentity,
} from '../messages/extensionBodies.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import type { ServerHello } from '../messages/serverHello.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import { pskKeyExchangeModes } from '../protocol/pskKeyExchangeModes.ts';
import type { ClientOffer } from './clientOffer.ts';
import { deriveSecret, earlySecret, emptyTranscriptHash, finishedVerifyData } from './keySchedule.ts';
import type { SuiteAlgorithms } from './parameters.ts';
import type { Resumption } from './resumption.ts';
import type { Transcript } from './transcript.ts';

/** A key that is offered, and what it stands for. */
export interface OfferedPsk {
  readonly identity: Uint8Array;
  readonly obfuscatedTicketAge: number;
  readonly hashAlgorithm: HashAlgorithm;
  /** Secret. */
  readonly key: Uint8Array;
  /** The label of its binder key, section 7.1. */
  readonly binderLabel: 'res binder' | 'ext binder' | 'imp binder';
  /** Undefined for a key from outside. */
  readonly resumption: Resumption | undefined;
}

/** The key of a session. @param now when its hello is made, milliseconds since 1970 */
export function sessionPsk(resumption: Resumption, now: number): OfferedPsk {
  const { session, suite } = resumption;
  // A clock that was set back meanwhile makes no age.
  const ticketAge = Math.max(0, Math.floor(now - session.receivedAt));
  return {
    identity: session.ticket,
    obfuscatedTicketAge: (ticketAge + session.ticketAgeAdd) % 2 ** 32,
    hashAlgorithm: suite.hashAlgorithm,
    key: session.psk,
    binderLabel: 'res binder',
    resumption,
  };
}

/**
 * The hello with pre_shared_key at its end and a binder for each key, sections 4.2.11 and 4.2.11.2.
 * @param psks one at least
 * @param transcript the messages before this hello, where there are some: after a HelloRetryRequest
 */
export function bindOffer(
  plain: ClientHello,
  psks: readonly OfferedPsk[],
  transcript: Transcript | undefined,
): { readonly hello: ClientHello; readonly message: HandshakeMessage } {
  const unbound = preSharedKeyExtension(
    psks.map((psk) => ({ ...psk, binder: new Uint8Array(psk.hashAlgorithm.outputLength) })),
  );
  const body = encodeClientHello({ ...plain, extensions: [...plain.extensions, unbound] });
  const message = handshakeMessage(handshakeTypes.clientHello, body);
  // The binders cover the hello up to their list: its length, and each binder with its own.
  const { encoded } = message;
  const bindersLength = psks.reduce((sum, psk) => sum + 1 + psk.hashAlgorithm.outputLength, 2);
  const truncated = encoded.subarray(0, encoded.length - bindersLength);
  let at = truncated.length + 2;
  for (const psk of psks) {
    const binder = binderFor(psk, transcript?.digestWith(truncated) ?? psk.hashAlgorithm.digest(truncated));
    encoded.set(binder, at + 1);
    at += 1 + binder.length;
  }
  // The extension is the last, so that its data ends where the message does.
  const data = encoded.subarray(encoded.length - unbound.data.length);
  const hello = { ...plain, extensions: [...plain.extensions, { type: unbound.type, data }] };
  return { hello, message };
}

/** Octets that `bindOffer` adds. */
export function boundLength(psks: readonly OfferedPsk[]): number {
  const keys = psks.map(
    ({ identity, hashAlgorithm }) => 2 + identity.length + 4 + 1 + hashAlgorithm.outputLength,
  );
  // The header of the extension, and the lengths of its two lists.
  return keys.length === 0 ? 0 : keys.reduce((sum, length) => sum + length, 4 + 2 + 2);
}

function binderFor({ hashAlgorithm, key, binderLabel }: OfferedPsk, transcriptHash: Uint8Array): Uint8Array {
  const early = earlySecret(hashAlgorithm, key);
  const binderKey = deriveSecret(hashAlgorithm, early, binderLabel, emptyTranscriptHash(hashAlgorithm));
  const binder = finishedVerifyData(hashAlgorithm, binderKey, transcriptHash);
  wipe(early, binderKey);
  return binder;
}

/**
 * The key that the server took, if any.
 * @throws TLSError where its answer is not one to our question
 */
export function selectedPsk(
  { hello, psks: offered }: ClientOffer,
  serverHello: ServerHello,
  suite: SuiteAlgorithms,
): OfferedPsk | undefined {
  const answer = findExtension(serverHello.extensions, extensionTypes.preSharedKey);
  if (answer === undefined) return undefined;
  const index = readSelectedIdentity(answer.data);
  const selected = offered[index];
  if (selected === undefined) {
    throw illegal(
      'PSK_IDENTITY_NOT_FOUND',
      `the server selected pre-shared key ${index}, and ${offered.length} were offered`,
    );
  }
  if (suite.hash !== selected.hashAlgorithm.name) {
    throw illegal(
      'OLD_SESSION_PRF_HASH_MISMATCH',
      `the server selected a pre-shared key with ${selected.hashAlgorithm.name} and chose ${suite.name}`,
    );
  }
  checkMode(hello, serverHello);
  return selected;
}

/** Section 4.2.9: with or without a key exchange, as it was offered. */
function checkMode(hello: ClientHello, serverHello: ServerHello): void {
  const extension = findExtension(hello.extensions, extensionTypes.pskKeyExchangeModes);
  const modes = extension === undefined ? [] : readPskKeyExchangeModes(extension.data);
  const exchanges = findExtension(serverHello.extensions, extensionTypes.keyShare) !== undefined;
  if (modes.includes(exchanges ? pskKeyExchangeModes.psk_dhe_ke : pskKeyExchangeModes.psk_ke)) return;
  throw illegal(
    exchanges ? 'UNEXPECTED_EXTENSION' : 'MISSING_KEY_SHARE',
    `the server selected a pre-shared key ${exchanges ? 'with' : 'without'} a key exchange, which was not offered (RFC 8446 section 4.2.11)`,
  );
}
