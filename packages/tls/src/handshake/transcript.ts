import type { Hash, HashAlgorithm } from '@halfclose/crypto';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';

/** The running hash of all handshake messages, RFC 8446 section 4.4.1. */
export interface Transcript {
  add(message: HandshakeMessage): void;
  /** Transcript-Hash of everything so far. */
  digest(): Uint8Array;
  /** The same as if `octets` came next, which they don't: for the binder over a part of a ClientHello. */
  digestWith(octets: Uint8Array): Uint8Array;
  /**
   * Puts `message_hash` in place of the first ClientHello, as a HelloRetryRequest demands. To be called when that
   * hello is all there is.
   */
  replaceClientHello(): void;
  /** The same messages, to which others may be added. */
  clone(): Transcript;
}

/** Starts a transcript with the messages that were sent before the hash was agreed on. */
export function createTranscript(hash: HashAlgorithm, messages: readonly HandshakeMessage[]): Transcript {
  const state = hash.create();
  for (const { encoded } of messages) state.update(encoded);
  return transcriptOf(hash, state);
}

function transcriptOf(hash: HashAlgorithm, begun: Hash): Transcript {
  let state = begun;
  let digest: Uint8Array | undefined;
  return {
    add(message) {
      digest = undefined;
      state.update(message.encoded);
    },
    digest() {
      digest ??= state.digest();
      return digest;
    },
    digestWith(octets) {
      const copy = state.clone();
      copy.update(octets);
      return copy.digest();
    },
    replaceClientHello() {
      const messageHash = handshakeMessage(handshakeTypes.messageHash, state.digest());
      digest = undefined;
      state = hash.create();
      state.update(messageHash.encoded);
    },
    clone: () => transcriptOf(hash, state.clone()),
  };
}
