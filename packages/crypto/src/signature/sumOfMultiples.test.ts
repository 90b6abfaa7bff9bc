import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as ours from './nistCurves.ts';
import { createSumOfMultiples, type JacobianPoint } from './sumOfMultiples.ts';

type Points = typeof p256.Point;

const curves = [
  { curve: ours.p256, points: p256.Point },
  { curve: ours.p384, points: p384.Point },
  { curve: ours.p521, points: p521.Point },
];

/** As noble has it; undefined for the point at infinity. */
function toAffine({ Fp }: Points, { x, y, z }: JacobianPoint): { x: bigint; y: bigint } | undefined {
  if (z === 0n) return undefined;
  const inverse = Fp.inv(Fp.create(z));
  const square = Fp.mul(inverse, inverse);
  return { x: Fp.mul(Fp.create(x), square), y: Fp.mul(Fp.create(y), Fp.mul(square, inverse)) };
}

for (const { curve, points } of curves) {
  const { BASE, Fn } = points;
  const n = Fn.ORDER;
  const sumOfMultiples = createSumOfMultiples(curve);

  const assertSum = (u: bigint, v: bigint, q: typeof BASE): void => {
    const expected = BASE.mulAddUnsafe(u, q, v);
    assert.equal(
      toAffine(points, sumOfMultiples(u, v, q.toAffine())),
      expected.is0() ? undefined : expected.toAffine(),
      `${u}·G + ${v}·Q`,
    );
  };

  /** Numbers below the order: any, and those with long runs of zeros and ones, whose digits carry far. */
  const scalar = fc.oneof(
    fc.bigInt({ min: 0n, max: n - 1n }),
    fc
      .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 200 })), { minLength: 1, maxLength: 20 })
      .map(
        (runs) => BigInt(`0b${runs.map(([one, length]) => (one ? '1' : '0').repeat(length)).join('')}`) % n,
      ),
  );

  const test = suite(`${curve.name}: u·G + v·Q`);

  test('is on the curve that noble has by that name', () => {
    const { p, b, order, orderBits, x, y } = curve;
    const { a, h, ...theirs } = points.CURVE();
    assert.equal({ p, b, n: order, Gx: x, Gy: y }, theirs);
    assert.equal([a, h, orderBits], [p - 3n, 1n, Fn.BITS]);
  });

  test('is what noble says it is', () => {
    fc.assert(
      fc.property(scalar, scalar, fc.bigInt({ min: 1n, max: n - 1n }), (u, v, q) =>
        assertSum(u, v, BASE.multiplyUnsafe(q)),
      ),
      { numRuns: 25 },
    );
  });

  test('with the least and the greatest scalars, and about each power of two near either end', () => {
    const q = BASE.multiplyUnsafe(n / 3n);
    const ends = [0n, 1n, 2n, 3n, 15n, 16n, 17n, 63n, 64n, 65n].flatMap((value) => [value, n - 1n - value]);
    for (const u of ends) {
      assertSum(u, n / 5n, q);
      assertSum(n / 5n, u, q);
      assertSum(u, u, q);
    }
    const top = 1n << BigInt(Fn.BITS - 1);
    for (const u of [top - 1n, top, top + 1n]) for (const v of [0n, u, n - u]) assertSum(u, v, q);
  });

  test('where Q is a small multiple of G or of its negative, so that equal and opposite points meet', () => {
    for (const multiple of [1n, 2n, 3n, 15n, 17n, 63n]) {
      for (const q of [BASE.multiplyUnsafe(multiple), BASE.multiplyUnsafe(n - multiple)]) {
        for (const u of [0n, 1n, 2n, multiple, n - multiple, n - 1n]) {
          for (const v of [0n, 1n, 2n, multiple, n - 1n]) assertSum(u, v, q);
        }
      }
    }
  });

  test('is infinity where the multiples are opposite, also after it went through infinity', () => {
    fc.assert(
      fc.property(scalar, fc.bigInt({ min: 1n, max: n - 1n }), (v, q) => {
        const { x, y } = BASE.multiplyUnsafe(q).toAffine();
        assert.is(sumOfMultiples(Fn.neg(Fn.mul(v, q)), v, { x, y }).z, 0n);
      }),
      { numRuns: 15 },
    );
    // 2^k·G - 2^k·G is infinity; what follows in the lower digits is added to that.
    for (const u of [1n << 100n, (1n << 100n) + 1n, (1n << 100n) + (1n << 40n)]) {
      assertSum(u, 1n << 100n, BASE.negate());
      assertSum(1n << 100n, u, BASE.negate());
    }
  });

  test.run();
}

const small = suite('a curve of 71 points: u·G + v·Q');

small('is right for every u, v and Q, so in each case that the formulas know', () => {
  // The order is prime, and above 63, the greatest of the kept multiples.
  const n = 71;
  const points = weierstrass({ p: 67n, n: 71n, h: 1n, a: 64n, b: 8n, Gx: 1n, Gy: 26n });
  const multiples = [points.ZERO];
  for (let last = points.BASE; multiples.length < n; last = last.add(points.BASE)) multiples.push(last);
  const affine = multiples.map((point) => point.toAffine());
  const sumOfMultiples = createSumOfMultiples({ p: 67n, orderBits: 7, x: 1n, y: 26n });
  for (const [d, q] of affine.entries()) {
    if (d === 0) continue;
    for (let u = 0; u < n; u += 1) {
      for (let v = 0; v < n; v += 1) {
        const { x, y, z } = sumOfMultiples(BigInt(u), BigInt(v), q);
        const of = (u + v * d) % n;
        const expected = affine[of] ?? q;
        const right =
          of === 0
            ? z === 0n
            : z % 67n !== 0n &&
              (x - expected.x * z * z) % 67n === 0n &&
              (y - expected.y * z ** 3n) % 67n === 0n;
        if (!right) assert.unreachable(`${u}·G + ${v}·${d}·G is not ${of}·G`);
      }
    }
  }
});

small.run();
