/** RFC 7919 appendix A: the X that makes p and (p - 1) / 2 prime, found by trial there. */
const offsets: ReadonlyMap<number, bigint> = new Map([
  [2048, 560_316n],
  [3072, 2_625_351n],
  [4096, 5_736_041n],
]);

const primes = new Map<number, bigint>();

/**
 * The prime of RFC 7919 appendix A of that many bits: p = 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1. Computed
 * when first asked for, as the digits of e say nothing that the formula does not.
 * @throws RangeError for a size that has none here
 */
export function ffdhePrime(bits: number): bigint {
  const known = primes.get(bits);
  if (known !== undefined) return known;
  const offset = offsets.get(bits);
  if (offset === undefined) throw new RangeError(`There is no prime of ${bits} bits here`);
  const b = BigInt(bits);
  const prime = (1n << b) - (1n << (b - 64n)) + ((scaledE(b - 130n) + offset) << 64n) - 1n;
  primes.set(bits, prime);
  return prime;
}

/** floor(2^bits e), by e = 1/0! + 1/1! + 1/2! + … with more bits than the roundings of the terms can reach. */
function scaledE(bits: bigint): bigint {
  const guard = 64n;
  let sum = 0n;
  for (let term = 1n << (bits + guard), n = 1n; term > 0n; n += 1n) {
    sum += term;
    term /= n;
  }
  return sum >> guard;
}
