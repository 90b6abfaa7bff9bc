import type { RandomSource } from '../provider.ts';
import { fromLittleEndian, inverseModulo, modulo, toLittleEndian } from '../util/integers.ts';

/** Every second number is good. */
const maximumDraws = 64;

/**
 * A public key of X25519 (RFC 7748) that nobody has the private key of, spread as those are that were generated: a point
 * drawn from all of the curve and multiplied by the cofactor 8, which leads into the subgroup that the base point
 * generates. It costs a quarter of a key pair. Nothing here is secret.
 *
 * Undefined where the source gives no such number again and again, which no working one does.
 */
export function decoy25519(random: RandomSource): Uint8Array | undefined {
  const drawn = new Uint8Array(32);
  for (let draw = 0; draw < maximumDraws; draw += 1) {
    random(drawn);
    const u = BigInt.asUintN(255, fromLittleEndian(drawn));
    const point = isOnCurve(u) ? timesCofactor(u) : undefined;
    if (point !== undefined) return toLittleEndian(point, 32);
  }
  return undefined;
}

const p = (1n << 255n) - 19n;

/** RFC 7748 section 4.1. */
const a = 486662n;

/** Whether there is a v with v² = u³ + A·u² + u. Without, u belongs to the twist. */
function isOnCurve(u: bigint): boolean {
  return jacobiSymbol(((u * u + a * u + 1n) * u) % p, p) === 1;
}

/** Undefined for a point whose order divides 8. */
function timesCofactor(u: bigint): bigint | undefined {
  let x = u;
  let z = 1n;
  for (let doubling = 0; doubling < 3; doubling += 1) {
    // Montgomery 1987, section 10.3.1: x-only doubling.
    const squares = (x - z) * (x + z);
    const product = x * z;
    z = (4n * product * ((x * x + a * product + z * z) % p)) % p;
    x = (squares % p) ** 2n % p;
  }
  const inverse = inverseModulo(z, p);
  return inverse === undefined ? undefined : modulo(x * inverse, p);
}

/**
 * Whether `value` is a square modulo the prime `modulus`: 1, or -1 where it is none; 0 for 0. By reciprocity, algorithm
 * 2.149 of the Handbook of Applied Cryptography.
 */
function jacobiSymbol(value: bigint, modulus: bigint): number {
  let symbol = 1;
  let top = value;
  let bottom = modulus;
  while (top !== 0n) {
    const bottomRest = Number(bottom & 7n);
    while ((top & 1n) === 0n) {
      top >>= 1n;
      if (bottomRest === 3 || bottomRest === 5) symbol = -symbol;
    }
    if (bottomRest % 4 === 3 && (top & 3n) === 3n) symbol = -symbol;
    [top, bottom] = [bottom % top, top];
  }
  return bottom === 1n ? symbol : 0;
}
