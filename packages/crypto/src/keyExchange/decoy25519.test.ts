import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decoy25519 } from './decoy25519.ts';
import { x25519 } from './montgomery.ts';

const { Fp } = ed25519.Point;

/** Draws these one after the other, and then the last one forever. */
function drawing(...draws: readonly Uint8Array[]) {
  const left = [...draws];
  return (output: Uint8Array) => {
    const next = left.length > 1 ? left.shift() : left[0];
    if (next !== undefined) output.set(next);
  };
}

/** RFC 7748 section 4.1: y = (u - 1)/(u + 1) on the Edwards curve. */
function toEdwards(u: bigint): typeof ed25519.Point.BASE {
  const y = Fp.div(Fp.create(u - 1n), Fp.create(u + 1n));
  return ed25519.Point.fromBytes(Fp.toBytes(y), true);
}

const octets = fc.uint8Array({ minLength: 32, maxLength: 32 });
const decoy = suite('decoy25519');

decoy('is a point of the prime-order subgroup, as public keys are', () => {
  fc.assert(
    fc.property(fc.array(octets, { minLength: 40, maxLength: 40 }), (draws) => {
      const key = decoy25519(drawing(...draws));
      assert.ok(key);
      assert.is(key.length, 32);
      const u = bytesToNumberLE(key);
      assert.ok(u < Fp.ORDER, 'reduced');
      const point = toEdwards(u);
      assert.is(point.is0(), false);
      assert.is(point.isTorsionFree(), true);
    }),
    { numRuns: 30 },
  );
});

decoy('is eight times the first drawn point that is on the curve', () => {
  let onCurve = 0;
  fc.assert(
    fc.property(octets, (drawn) => {
      const u = BigInt.asUintN(255, bytesToNumberLE(drawn)) % Fp.ORDER;
      const other = Uint8Array.from([9, ...new Uint8Array(31)]);
      let source = other;
      try {
        toEdwards(u);
        source = drawn;
        onCurve += 1;
      } catch {
        // On the twist.
      }
      const expected = toEdwards(bytesToNumberLE(source) % 2n ** 255n).multiplyUnsafe(8n);
      assert.equal(decoy25519(drawing(drawn, other)), ed25519.utils.toMontgomery(expected.toBytes()));
    }),
    { numRuns: 60 },
  );
  assert.ok(onCurve > 5 && onCurve < 55, `${onCurve} of 60 points are on the curve`);
});

decoy('is not made of points of low order, which lead to infinity', () => {
  // Of order 2, 4 on the curve and on the twist, and 8; and what is the same modulo p.
  const orderEight = [
    325606250916557431795983626356110631294008115727848805560023387167927233504n,
    39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  ];
  const lowOrder = [0n, 1n, Fp.ORDER - 1n, Fp.ORDER, Fp.ORDER + 1n, ...orderEight];
  const draws = lowOrder.map((u) =>
    Uint8Array.from({ length: 32 }, (_, at) => Number((u >> BigInt(8 * at)) & 255n)),
  );
  for (const draw of draws) assert.is(decoy25519(drawing(draw)), undefined);
});

decoy('of a source that never gives a point, a key pair is made', async () => {
  const zeros = (output: Uint8Array) => void output.fill(0);
  assert.is(decoy25519(zeros), undefined);
  const pair = await x25519.generate(zeros);
  assert.equal(await x25519.decoy?.(zeros), pair.publicKey);
});

decoy.run();
