import { x448 as nobleX448 } from '@noble/curves/ed448.js';
import { x25519 as nobleX25519 } from '@noble/curves/ed25519.js';
import { CryptoError } from '../errors.ts';
import type { GroupName, KeyExchange, KeyExchangeGroup, RandomSource } from '../provider.ts';
import { isZero, wipe } from '../util/bytes.ts';
import { decoy25519 } from './decoy25519.ts';
import { createLadder25519, type ScalarMultiply25519 } from './ladder25519.ts';
import { looped25519 } from './looped25519.ts';
import { unrolled25519 } from './unrolled25519.ts';

interface Ladder {
  /** The base point times the private key. */
  getPublicKey(privateKey: Uint8Array): Uint8Array;
  /** The peer's times the private key. Throws where that is zero. */
  getSharedSecret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
}

/**
 * What a process multiplies before it does more for speed: while it connects a few times only, that would cost more than
 * it brings.
 */
const firstMultiplications = 16;

/** By noble, with a table for public keys in the end, which takes the time of some twenty and saves more than half of each. */
function createNobleLadder(noble: typeof nobleX448): Ladder {
  let generated = 0;
  return {
    getPublicKey(privateKey) {
      generated += 1;
      if (generated > firstMultiplications) return noble.getPublicKey(privateKey);
      return noble.scalarMult(privateKey, noble.GuBytes);
    },
    getSharedSecret: (privateKey, publicKey) => noble.getSharedSecret(privateKey, publicKey),
  };
}

/** u = 9, RFC 7748 section 4.1. */
const basePoint25519: Uint8Array = /* @__PURE__ */ Uint8Array.of(9, ...new Uint8Array(31));

/** Refuses zero, as noble does. */
function ladderOf(multiply: ScalarMultiply25519): Ladder {
  return {
    getPublicKey: (privateKey) => multiply(privateKey, basePoint25519),
    getSharedSecret(privateKey, publicKey) {
      const product = multiply(privateKey, publicKey);
      if (isZero(product)) throw new RangeError('the product is zero');
      return product;
    },
  };
}

/**
 * By noble at first: ours takes a quarter of the time once it is compiled, and the time of ten of noble's until then.
 */
function nobleFirst(): ScalarMultiply25519 {
  const multiply = createLadder25519(unrolled25519);
  let multiplications = 0;
  return (scalar, u) => {
    multiplications += 1;
    return multiplications <= firstMultiplications ? nobleX25519.scalarMult(scalar, u) : multiply(scalar, u);
  };
}

/**
 * X25519 or X448 (RFC 7748 section 5). `generate` draws exactly as many octets as a key has, which are the private key.
 * The arithmetic, of doubles or of noble's BigInts, is written to be even in time, which no JavaScript engine promises;
 * intermediate BigInts can't be wiped. Where the engine has `crypto.getRandomValues`, noble also blinds with it some of
 * what it multiplies; that changes no result.
 */
function montgomery(
  name: GroupName,
  displayName: string,
  ladder: Ladder,
  keyLength: number,
  decoy?: (random: RandomSource) => Uint8Array | undefined,
): KeyExchangeGroup {
  const generate = (random: RandomSource): KeyExchange => {
    const privateKey = new Uint8Array(keyLength);
    random(privateKey);
    return keyExchange(displayName, ladder, privateKey, ladder.getPublicKey(privateKey));
  };
  return {
    name,
    publicKeyLength: keyLength,
    generate,
    ...(decoy && { decoy: (random) => decoy(random) ?? generate(random).publicKey }),
  };
}

function keyExchange(
  displayName: string,
  ladder: Ladder,
  privateKey: Uint8Array,
  publicKey: Uint8Array,
): KeyExchange {
  let destroyed = false;
  return {
    publicKey,

    agree(peerPublicKey) {
      if (destroyed) throw new CryptoError('destroyed', `This ${displayName} private key was wiped`);
      if (peerPublicKey.length !== publicKey.length) {
        throw new CryptoError(
          'invalid_public_key',
          `An ${displayName} public key has ${publicKey.length} octets, the peer's has ${peerPublicKey.length}`,
        );
      }
      try {
        return ladder.getSharedSecret(privateKey, peerPublicKey);
      } catch (cause) {
        // RFC 8446 section 7.4.2: an all-zero secret ends the handshake. Both lengths being right, that is
        // all that a ladder throws for: points of low order, and no others, lead there.
        throw new CryptoError(
          'invalid_public_key',
          `The peer's ${displayName} public key is of low order: it leads to the all-zero secret`,
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

export const x25519: KeyExchangeGroup = /* @__PURE__ */ montgomery(
  'x25519',
  'X25519',
  /* @__PURE__ */ ladderOf(/* @__PURE__ */ nobleFirst()),
  32,
  decoy25519,
);

/**
 * The same without noble, for a bundle that is to be small: 2 KB of code instead of 14, compressed. A process's first key
 * exchange takes some 10 ms longer; later ones take half of the time of noble's, and twice that of `x25519`. There is no
 * BigInt in it, so that its time depends on no value.
 */
export const compactX25519: KeyExchangeGroup = /* @__PURE__ */ montgomery(
  'x25519',
  'X25519',
  /* @__PURE__ */ ladderOf(/* @__PURE__ */ createLadder25519(looped25519)),
  32,
);

export const x448: KeyExchangeGroup = /* @__PURE__ */ montgomery(
  'x448',
  'X448',
  /* @__PURE__ */ createNobleLadder(nobleX448),
  56,
);
