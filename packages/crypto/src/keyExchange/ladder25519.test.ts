import { x25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addMultiple, decode, encode, field25519, limbs } from './field25519.ts';
import { createLadder25519 } from './ladder25519.ts';
import { looped25519 } from './looped25519.ts';
import { unrolled25519 } from './unrolled25519.ts';

const arithmetics = { 'in loops': looped25519, unrolled: unrolled25519 };

const p = 2n ** 255n - 19n;
const littleEndian = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
const numberIn = (octets: Uint8Array): bigint =>
  octets.reduceRight((value, octet) => value * 256n + BigInt(octet), 0n);

const field = suite('numbers modulo 2^255 - 19');

/** What a sum or difference of two carried numbers can have in a limb. */
const largest = 2 ** 24 + 2 ** 18;
const anyLimb = fc.oneof(
  fc.constantFrom(0, 1, -1, largest, -largest),
  fc.integer({ min: -largest, max: largest }),
);
const anyNumber = fc
  .array(anyLimb, { minLength: limbs, maxLength: limbs })
  .map((values) => Float64Array.from(values));
const integerOf = (number: Float64Array): bigint =>
  number.reduceRight((value, limb) => value * 2n ** 24n + BigInt(limb), 0n);
const modulo = (value: bigint): bigint => ((value % p) + p) % p;

for (const [name, { multiply, square, carry }] of Object.entries(arithmetics))
  field(`${name}: products, squares and multiples are what BigInt makes of them, and carried`, () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, fc.integer({ min: 0, max: 121_665 }), (a, b, factor) => {
        const [product, squared, multiple] = [field25519(), field25519(), field25519()];
        multiply(product, a, b);
        square(squared, a);
        addMultiple(multiple, a, b, factor);
        carry(multiple);
        for (const [result, expected] of [
          [product, integerOf(a) * integerOf(b)],
          [squared, integerOf(a) ** 2n],
          [multiple, integerOf(a) + BigInt(factor) * integerOf(b)],
        ] as const) {
          assert.ok(result.every((limb) => Number.isInteger(limb) && Math.abs(limb) <= largest / 2));
          assert.is(numberIn(encode(result)), modulo(expected));
        }
      }),
      {
        numRuns: 2000,
        examples: [largest, -largest].map((limb) => {
          const extreme = new Float64Array(limbs).fill(limb);
          return [extreme, new Float64Array(limbs).fill(largest), 121_665];
        }),
      },
    );
  });

field('what is read is written, reduced and without the highest bit', () => {
  const edges = [
    0n,
    1n,
    p - 1n,
    p,
    p + 1n,
    p + 18n,
    2n ** 255n - 1n,
    2n ** 256n - 1n,
    2n ** 240n,
    2n ** 24n - 1n,
  ];
  const any = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }));
  fc.assert(
    fc.property(any, (value) => {
      const number = field25519();
      decode(number, littleEndian(value));
      assert.is(numberIn(encode(number)), (value % 2n ** 255n) % p);
    }),
  );
});

field('both give the same limbs', () => {
  fc.assert(
    fc.property(anyNumber, anyNumber, (a, b) => {
      const [looped, unrolled] = [field25519(), field25519()];
      looped25519.multiply(looped, a, b);
      unrolled25519.multiply(unrolled, a, b);
      assert.equal([...looped], [...unrolled]);
      looped25519.square(looped, a);
      unrolled25519.square(unrolled, a);
      assert.equal([...looped], [...unrolled]);
    }),
  );
});

field.run();

const octets = fc.uint8Array({ minLength: 32, maxLength: 32 });

for (const [name, arithmetic] of Object.entries(arithmetics)) {
  const scalarMultiply = createLadder25519(arithmetic);
  const ladder = suite(`X25519 in doubles, ${name}`);

  ladder('the iterations of RFC 7748 section 5.2', () => {
    let k = hexToBytes(`09${'00'.repeat(31)}`);
    let u = k;
    for (let i = 1; i <= 1000; i++) {
      [k, u] = [scalarMultiply(k, u) as typeof k, k];
      if (i === 1)
        assert.is(bytesToHex(k), '422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079');
    }
    assert.is(bytesToHex(k), '684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51');
  });

  ladder('gives what noble gives', () => {
    const edges = [0, 1, 18, 19, 20].map((above) => littleEndian(2n ** 255n - 1n - BigInt(above)));
    const anyPoint = fc.oneof(fc.constantFrom(...edges), octets);
    fc.assert(
      fc.property(octets, anyPoint, (scalar, u) => {
        let expected = '00'.repeat(32);
        try {
          expected = bytesToHex(x25519.scalarMult(scalar, u));
        } catch {
          // Which refuses zero.
        }
        assert.is(bytesToHex(scalarMultiply(scalar, u)), expected);
      }),
      { numRuns: 200 },
    );
  });

  ladder('changes neither of what it is given', () => {
    const [scalar, u] = [new Uint8Array(32).fill(0xff), new Uint8Array(32).fill(0xee)];
    scalarMultiply(scalar, u);
    assert.equal([...scalar, ...u], [...Array(32).fill(0xff), ...Array(32).fill(0xee)]);
  });

  ladder.run();
}
