import { x448 as nobleX448 } from '@noble/curves/ed448.js';
import { x25519 as nobleX25519 } from '@noble/curves/ed25519.js';
import { CryptoError } from '../errors.ts';
import type { GroupName, KeyExchange, KeyExchangeGroup, RandomSource } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { decoy25519 } from './decoy25519.ts';

type Ladder = typeof nobleX25519;

/**
 * Public keys that a process makes by the ladder alone, before it makes noble's table. The table takes the time of some
 * twenty keys and then saves more than half of each: a process that connects a few times does without.
 */
const keysWithoutTable = 16;

/**
 * X25519 or X448 (RFC 7748 section 5) of `@noble/curves`. `generate` draws exactly as many octets as a key has, which are
 * the private key. The arithmetic is BigInt: it is written to be even in time, which no JavaScript engine promises, and
 * its intermediate values can't be wiped. Where the engine has `crypto.getRandomValues`, noble also blinds with it some
 * of what it multiplies; that changes no result.
 */
function montgomery(
  name: GroupName,
  displayName: string,
  ladder: Ladder,
  keyLength: number,
  decoy?: (random: RandomSource) => Uint8Array | undefined,
): KeyExchangeGroup {
  let generated = 0;
  const generate = (random: RandomSource): KeyExchange => {
    const privateKey = new Uint8Array(keyLength);
    random(privateKey);
    generated += 1;
    const publicKey =
      generated > keysWithoutTable
        ? ladder.getPublicKey(privateKey)
        : ladder.scalarMult(privateKey, ladder.GuBytes);
    return keyExchange(displayName, ladder, privateKey, publicKey);
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
        // all that noble throws for: it knows the points of low order, which are the ones that lead there.
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
  nobleX25519,
  32,
  decoy25519,
);
export const x448: KeyExchangeGroup = /* @__PURE__ */ montgomery('x448', 'X448', nobleX448, 56);
