import { CryptoError } from '../errors.ts';
import type { PrivateKey, RandomSource } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { fromBigEndian, toBigEndian } from '../util/integers.ts';
import { octetsOf, secretPower } from '../util/secretPower.ts';
import { publicPower, readRsaKey, recoverEncodedMessage } from './rsaKey.ts';

export type RsaPrivateKey = PrivateKey & { readonly type: 'RSA' };

/** RSASP1 with the conversions around it, RFC 8017 section 5.2.1: from an encoded message to a signature. */
export type RsaSigning = (encodedMessage: Uint8Array) => Uint8Array;

/** Octets that an exponent is blinded with. */
const blindingLength = 8;

/**
 * Signing with the Chinese remainder theorem (RFC 8017 section 5.1.2).
 *
 * BigInt arithmetic takes a time that depends on its operands. So that this time says nothing about the key, the number
 * that is raised is multiplied by a random one, and each exponent has a random multiple of the prime less one added
 * to it, anew for each signature; the exponentiation does the same operations in the same order for all of them. A
 * result that does not verify, as a computer that makes mistakes might have it, is never given out: it would give away the
 * primes. What remains in memory can't be wiped.
 *
 * @throws CryptoError `unsupported_public_key` for a modulus or exponent out of bounds, `invalid_private_key` where the
 * primes are not those of the modulus
 */
export function createRsaSigning(key: RsaPrivateKey, random: RandomSource): RsaSigning {
  const { modulus, publicExponent, pssOnly } = key;
  const publicKey = readRsaKey({ type: 'RSA', modulus, exponent: publicExponent, pssOnly }, 'RSA');
  const prime1 = readPrime(key.prime1, key.exponent1);
  const prime2 = readPrime(key.prime2, key.exponent2);
  const coefficient = fromBigEndian(key.coefficient);
  const n = publicKey.modulus;
  if (prime1.prime * prime2.prime !== n) {
    throw new CryptoError('invalid_private_key', 'The primes of this RSA key do not give its modulus');
  }

  const raisePrivately = (base: bigint): bigint => {
    const first = raiseModuloPrime(base, prime1, random);
    const second = raiseModuloPrime(base, prime2, random);
    const h = (nonNegative(first - second, prime1.prime) * coefficient) % prime1.prime;
    return second + prime2.prime * h;
  };

  return (encodedMessage) => {
    const { factor, inverse } = drawFactor(n, publicKey.length, random);
    const representative = fromBigEndian(encodedMessage);
    const blinded = (representative * publicPower(factor, publicKey.exponent, n)) % n;
    const signature = toBigEndian((raisePrivately(blinded) * inverse) % n, publicKey.length);
    const recovered = recoverEncodedMessage(publicKey, signature);
    if (recovered === undefined || fromBigEndian(recovered) !== representative) {
      throw new CryptoError('invalid_private_key', 'The parts of this RSA key do not fit each other');
    }
    return signature;
  };
}

interface Prime {
  readonly prime: bigint;
  readonly exponent: bigint;
  /** Octets. */
  readonly length: number;
  /** Bits by which the prime is shorter than that. */
  readonly slack: number;
}

function readPrime(octets: Uint8Array, exponent: Uint8Array): Prime {
  const prime = fromBigEndian(octets);
  const bits = prime.toString(2).length;
  const length = Math.ceil(bits / 8);
  return { prime, exponent: fromBigEndian(exponent), length, slack: 8 * length - bits };
}

/** With an exponent whose highest bits are drawn anew each time, and which always has as many octets. */
function raiseModuloPrime(
  base: bigint,
  { prime, exponent, length, slack }: Prime,
  random: RandomSource,
): bigint {
  const drawn = new Uint8Array(blindingLength);
  random(drawn);
  drawn[0] = (drawn[0] ?? 0) | 0x80;
  const multiple = fromBigEndian(drawn) << BigInt(slack);
  const octets = octetsOf(exponent + multiple * (prime - 1n), length + blindingLength);
  const power = secretPower(base % prime, octets, prime);
  wipe(drawn, octets);
  return power;
}

/** How often a factor is drawn that has no inverse: a random one has one but for 2^-1000 of the cases. */
const maximumDraws = 8;

function drawFactor(
  modulus: bigint,
  length: number,
  random: RandomSource,
): { readonly factor: bigint; readonly inverse: bigint } {
  const drawn = new Uint8Array(length + blindingLength);
  for (let draws = 0; draws < maximumDraws; draws += 1) {
    random(drawn);
    const factor = fromBigEndian(drawn) % modulus;
    const inverse = invert(factor, modulus);
    wipe(drawn);
    if (inverse !== undefined) return { factor, inverse };
  }
  throw new CryptoError(
    'broken_random',
    'The random source gives no number that an RSA key can be blinded with',
  );
}

/** Euclid's algorithm, extended; undefined where there is no inverse. */
function invert(number: bigint, modulus: bigint): bigint | undefined {
  let [a, b] = [number, modulus];
  let [x, y] = [1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return a === 1n ? nonNegative(x, modulus) : undefined;
}

function nonNegative(number: bigint, modulus: bigint): bigint {
  const rest = number % modulus;
  return rest < 0n ? rest + modulus : rest;
}
