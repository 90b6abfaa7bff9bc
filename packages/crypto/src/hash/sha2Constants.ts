/**
 * The constants of SHA-2, made as FIPS 180-4 sections 4.2 and 5.3 define them: the first 64 bits behind the point of
 * roots of the first primes. SHA-256 has the first 32 of these.
 */
const primes: readonly number[] = /* @__PURE__ */ firstPrimes(80);

/** Of cube roots, higher and lower half of each: K of SHA-384 and SHA-512. */
export const cubeRoots: Int32Array = /* @__PURE__ */ fractionsOfRoots(3, primes);

/** Of the square roots of the first eight primes, likewise: H(0) of SHA-512. */
export const squareRoots: Int32Array = /* @__PURE__ */ fractionsOfRoots(
  2,
  /* @__PURE__ */ primes.slice(0, 8),
);

/** Of the square roots of the next eight: H(0) of SHA-384. */
export const nextSquareRoots: Int32Array = /* @__PURE__ */ fractionsOfRoots(
  2,
  /* @__PURE__ */ primes.slice(8, 16),
);

/** The higher half of each word of 64 bits. */
export function higherHalves(words: Int32Array): Int32Array {
  return words.filter((_, index) => index % 2 === 0);
}

function firstPrimes(count: number): readonly number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}

function fractionsOfRoots(degree: 2 | 3, radicands: readonly number[]): Int32Array {
  const halves = new Int32Array(2 * radicands.length);
  radicands.forEach((radicand, index) => {
    // The root times 2^64, as an integer. What doubles say of it is right in the first forty of its bits.
    const above = BigInt(Math.ceil(radicand ** (1 / degree) * 2 ** 40) + 1) << 24n;
    const fraction = integerRoot(degree, BigInt(radicand) << BigInt(64 * degree), above);
    halves[2 * index] = Number(BigInt.asIntN(32, fraction >> 32n));
    halves[2 * index + 1] = Number(BigInt.asIntN(32, fraction));
  });
  return halves;
}

/** The largest integer whose power is not above `radicand`, by Newton's method from `above`, which is larger. */
function integerRoot(degree: 2 | 3, radicand: bigint, above: bigint): bigint {
  const n = BigInt(degree);
  let root = above;
  for (;;) {
    const next = ((n - 1n) * root + radicand / root ** (n - 1n)) / n;
    if (next >= root) return root;
    root = next;
  }
}
