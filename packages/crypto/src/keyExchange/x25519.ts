import { x25519 as noble } from '@noble/curves/ed25519.js';
import { CryptoError } from '../errors.ts';
import type { KeyExchange, KeyExchangeGroup } from '../provider.ts';
import { wipe } from '../util/bytes.ts';

const keyLength = 32;

/**
 * X25519 (RFC 7748 section 5) of `@noble/curves`. `generate` draws exactly 32 octets, which are the private
 * key. The arithmetic is BigInt: it is written to be even in time, which no JavaScript engine promises, and
 * its intermediate values can't be wiped.
 */
export const x25519: KeyExchangeGroup = {
  name: 'x25519',
  publicKeyLength: keyLength,
  generate(random) {
    const privateKey = new Uint8Array(keyLength);
    random(privateKey);
    return x25519KeyExchange(privateKey);
  },
};

function x25519KeyExchange(privateKey: Uint8Array): KeyExchange {
  let destroyed = false;
  return {
    // The ladder from the base point. noble's getPublicKey() is three times as fast from its second call on,
    // but the first one pays for a table with the time of some twenty ladders.
    publicKey: noble.scalarMult(privateKey, noble.GuBytes),

    agree(peerPublicKey) {
      if (destroyed) throw new CryptoError('destroyed', 'This X25519 private key was wiped');
      if (peerPublicKey.length !== keyLength) {
        throw new CryptoError(
          'invalid_public_key',
          `An X25519 public key has ${keyLength} octets, the peer's has ${peerPublicKey.length}`,
        );
      }
      try {
        return noble.getSharedSecret(privateKey, peerPublicKey);
      } catch (cause) {
        // RFC 8446 section 7.4.2: an all-zero secret ends the handshake. Both lengths being right, that is
        // all that noble throws for: it knows the points of low order, which are the ones that lead there.
        throw new CryptoError(
          'invalid_public_key',
          "The peer's X25519 public key is of low order: it leads to the all-zero secret",
          { cause },
        );
      }
    },

    destroy() {
      destroyed = true;
      wipe(privateKey);
    },
  };
}
