import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CryptoError, type CryptoErrorCode } from '../errors.ts';
import type { RandomSource } from '../provider.ts';
import { mlKem512, mlKem768, mlKem1024 } from './mlKem.ts';

/** Fills with an octet and keeps what it filled. */
function source(octet: number): { readonly random: RandomSource; readonly drawn: Uint8Array[] } {
  const drawn: Uint8Array[] = [];
  return {
    drawn,
    random(output) {
      output.fill(octet);
      drawn.push(output);
    },
  };
}

function assertCode(run: () => unknown, code: CryptoErrorCode): void {
  assert.throws(run, (error: unknown) => error instanceof CryptoError && error.code === code);
}

// FIPS 203 section 8, table 3.
const sets = [
  { kem: mlKem512, lengths: [800, 1632, 768] },
  { kem: mlKem768, lengths: [1184, 2400, 1088] },
  { kem: mlKem1024, lengths: [1568, 3168, 1568] },
] as const;

for (const { kem, lengths } of sets) {
  test(`${kem.name}: what is encapsulated is decapsulated, and what was drawn is wiped`, () => {
    const seed = source(1);
    const keys = kem.generate(seed.random);
    const message = source(2);
    const { ciphertext, sharedSecret } = kem.encapsulate(keys.encapsulationKey, message.random);
    assert.equal(kem.decapsulate(keys.decapsulationKey, ciphertext), sharedSecret);
    assert.equal([keys.encapsulationKey.length, keys.decapsulationKey.length, ciphertext.length], lengths);
    assert.equal([kem.encapsulationKeyLength, kem.decapsulationKeyLength, kem.ciphertextLength], lengths);
    assert.is(sharedSecret.length, 32);
    assert.equal([seed.drawn, message.drawn], [[new Uint8Array(64)], [new Uint8Array(32)]]);
  });

  test(`${kem.name}: a ciphertext that was altered gives another secret`, () => {
    const keys = kem.generate(source(1).random);
    const { ciphertext, sharedSecret } = kem.encapsulate(keys.encapsulationKey, source(2).random);
    const altered = ciphertext.map((octet, at) => (at === 0 ? octet ^ 1 : octet));
    const secret = kem.decapsulate(keys.decapsulationKey, altered);
    assert.is(secret.length, 32);
    assert.not.equal(secret, sharedSecret);
    assert.equal(kem.decapsulate(keys.decapsulationKey, altered), secret);
  });

  test(`${kem.name}: an encapsulation key is checked (FIPS 203 section 7.2)`, () => {
    const { encapsulationKey } = kem.generate(source(1).random);
    const notReduced = encapsulationKey.map((octet, at) => (at < 2 ? 0xff : octet));
    const wrong = [
      new Uint8Array(0),
      encapsulationKey.subarray(1),
      Uint8Array.of(...encapsulationKey, 0),
      notReduced,
    ];
    for (const key of wrong) assertCode(() => kem.encapsulate(key, source(2).random), 'invalid_public_key');
  });

  test(`${kem.name}: a ciphertext and a decapsulation key are checked (section 7.3)`, () => {
    const { encapsulationKey, decapsulationKey } = kem.generate(source(1).random);
    const { ciphertext } = kem.encapsulate(encapsulationKey, source(2).random);
    for (const wrong of [new Uint8Array(0), ciphertext.subarray(1), Uint8Array.of(...ciphertext, 0)]) {
      assertCode(() => kem.decapsulate(decapsulationKey, wrong), 'invalid_public_key');
    }
    const hashAt = decapsulationKey.length - 64;
    const wrongHash = decapsulationKey.map((octet, at) => (at === hashAt ? octet ^ 1 : octet));
    for (const wrong of [new Uint8Array(0), decapsulationKey.subarray(1), wrongHash]) {
      assertCode(() => kem.decapsulate(wrong, ciphertext), 'invalid_key_length');
    }
  });
}

test.run();
