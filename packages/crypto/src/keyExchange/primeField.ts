import { CryptoError } from '../errors.ts';
import type { KeyExchange, RandomSource } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { fromBigEndian, toBigEndian } from '../util/integers.ts';
import { secretPower } from '../util/secretPower.ts';

/** Diffie-Hellman in a prime field that somebody else chose: what TLS 1.2 calls DHE (RFC 5246 section 7.4.3). */
export interface PrimeField {
  /** Bits of the prime. */
  readonly bits: number;
  /** A fresh key pair. Its secret numbers and keys are as long as the prime, with leading zeros. */
  generate(random: RandomSource): KeyExchange;
}

/**
 * Octets drawn for a private key. Nobody says of which order the generator is: so more than the strength of any prime
 * that is taken asks for (RFC 7919 section 5.2), and not as much as the prime has, which would be slow.
 */
const exponentLength = 64;

/**
 * The field of `prime`, both numbers big-endian. Whether it is prime is not checked, which would take longer than all the
 * rest; how many bits are enough is for the caller to say.
 * @throws CryptoError `invalid_public_key` for an even prime, or a generator that is not between 1 and p - 1
 */
export function createPrimeField(prime: Uint8Array, generator: Uint8Array): PrimeField {
  const p = fromBigEndian(prime);
  const g = fromBigEndian(generator);
  if (p % 2n === 0n) throw invalid('The prime of a field is even');
  checkElement(g, p, 'generator');
  const bits = p.toString(2).length;
  const length = Math.ceil(bits / 8);

  return {
    bits,
    generate(random) {
      const exponent = new Uint8Array(exponentLength);
      random(exponent);
      const power = (base: bigint): Uint8Array => toBigEndian(secretPower(base, exponent, p), length);
      let destroyed = false;
      return {
        publicKey: power(g),
        agree(peerPublicKey) {
          if (destroyed) throw new CryptoError('destroyed', 'This private key was wiped');
          const peer = fromBigEndian(peerPublicKey);
          checkElement(peer, p, 'public key');
          const shared = secretPower(peer, exponent, p);
          // Of a small subgroup: a secret that everybody can guess.
          checkElement(shared, p, 'shared secret');
          return toBigEndian(shared, length);
        },
        destroy() {
          destroyed = true;
          wipe(exponent);
        },
      };
    },
  };
}

/** RFC 7919 section 5.1: 1 < y < p - 1. */
function checkElement(element: bigint, prime: bigint, what: string): void {
  if (element <= 1n || element >= prime - 1n) throw invalid(`The ${what} is not between 1 and p - 1`);
}

function invalid(message: string): CryptoError {
  return new CryptoError('invalid_public_key', message);
}
