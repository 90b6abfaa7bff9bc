import { p256 } from '@noble/curves/nist.js';
import { CryptoError } from '../errors.ts';
import type { KeyExchange, KeyExchangeGroup, RandomSource } from '../provider.ts';
import { wipe } from '../util/bytes.ts';

const scalarLength = 32;
const publicKeyLength = 65;

/** A draw is out of range once in 2^32 times, so a working source never needs this many. */
const maximumDraws = 8;

/**
 * ECDH on P-256 (SEC 1 section 3.3.1) of `@noble/curves`. The private key comes by rejection sampling: 32
 * octets are drawn and are the private key if they are in [1, n-1], else they are drawn again (FIPS 186-5
 * A.2.2). The arithmetic is BigInt: it is written to be even in time, which no JavaScript engine promises,
 * and its intermediate values can't be wiped. Where the engine has `crypto.getRandomValues`, noble also
 * blinds the private key with it while it multiplies; that changes no result.
 */
export const secp256r1: KeyExchangeGroup = {
  name: 'secp256r1',
  publicKeyLength,
  generate(random) {
    return p256KeyExchange(drawPrivateKey(random));
  },
};

function drawPrivateKey(random: RandomSource): Uint8Array {
  const privateKey = new Uint8Array(scalarLength);
  for (let draw = 0; draw < maximumDraws; draw += 1) {
    random(privateKey);
    if (p256.utils.isValidSecretKey(privateKey)) return privateKey;
  }
  throw new CryptoError(
    'broken_random',
    `The random source gave ${maximumDraws} values in a row that are no P-256 private key`,
  );
}

function p256KeyExchange(privateKey: Uint8Array): KeyExchange {
  let destroyed = false;
  return {
    // The base point as if it were a peer's. noble's getPublicKey() is five times as fast from its second
    // call on, but the first one pays for a table with the time of some ten multiplications.
    publicKey: p256.getSharedSecret(privateKey, p256.Point.BASE.toBytes(false), false),

    agree(peerPublicKey) {
      if (destroyed) throw new CryptoError('destroyed', 'This P-256 private key was wiped');
      // RFC 8446 section 4.2.8.2: the uncompressed form is the only one.
      if (peerPublicKey.length !== publicKeyLength || peerPublicKey[0] !== 4) {
        throw new CryptoError(
          'invalid_public_key',
          `A P-256 public key is 04 and ${publicKeyLength - 1} octets, the peer's has ${peerPublicKey.length} octets and starts with ${peerPublicKey[0]}`,
        );
      }
      const sharedPoint = sharePoint(privateKey, peerPublicKey);
      // RFC 8446 section 7.4.2: the secret is the x coordinate, leading zeros included.
      const secret = sharedPoint.slice(1, 1 + scalarLength);
      wipe(sharedPoint);
      return secret;
    },

    destroy() {
      destroyed = true;
      wipe(privateKey);
    },
  };
}

/** The curve has prime order, so a point on it leads to no weak secret. */
function sharePoint(privateKey: Uint8Array, peerPublicKey: Uint8Array): Uint8Array {
  try {
    return p256.getSharedSecret(privateKey, peerPublicKey, false);
  } catch (cause) {
    throw new CryptoError('invalid_public_key', "The peer's P-256 public key is not on the curve", { cause });
  }
}
