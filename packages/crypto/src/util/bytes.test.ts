import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { constantTimeEqual, wipe } from './bytes.ts';

test('octet strings are equal to their copies', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (octets) => {
      assert.is(constantTimeEqual(octets, octets.slice()), true);
    }),
  );
});

test('one bit makes octet strings unequal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (octets, bit) => {
      const other = octets.slice();
      const at = bit % (octets.length * 8);
      other[at >> 3] = (other[at >> 3] ?? 0) ^ (1 << (at & 7));
      assert.is(constantTimeEqual(octets, other), false);
    }),
  );
});

test('length makes octet strings unequal, also where the rest is zeros', () => {
  assert.is(constantTimeEqual(new Uint8Array(4), new Uint8Array(5)), false);
  assert.is(constantTimeEqual(new Uint8Array(5), new Uint8Array(4)), false);
  assert.is(constantTimeEqual(new Uint8Array(0), new Uint8Array(1)), false);
});

test('wipes every array that it is given, and nothing beside a view', () => {
  const first = Uint8Array.of(1, 2, 3);
  const memory = Uint8Array.of(4, 5, 6);
  wipe(first, memory.subarray(1, 2));
  assert.equal([...first, ...memory], [0, 0, 0, 4, 0, 6]);
});

test.run();
