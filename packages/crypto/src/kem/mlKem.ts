import { ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { CryptoError } from '../errors.ts';
import type { RandomSource } from '../provider.ts';
import { wipe } from '../util/bytes.ts';

/** A key encapsulation mechanism of FIPS 203: who has the encapsulation key sends a secret to who has the other. */
export interface MlKem {
  readonly name: 'ML-KEM-512' | 'ML-KEM-768' | 'ML-KEM-1024';
  /** Octets of each. The shared secret has 32. */
  readonly encapsulationKeyLength: number;
  readonly decapsulationKeyLength: number;
  readonly ciphertextLength: number;
  /** A fresh key pair from exactly 64 octets of `random`: d and z (section 7.1). */
  generate(random: RandomSource): MlKemKeys;
  /**
   * A secret and how to send it, from exactly 32 octets of `random`: m (section 7.2).
   * @throws CryptoError `invalid_public_key` for a key of another length, or one that fails the modulus check
   */
  encapsulate(encapsulationKey: Uint8Array, random: RandomSource): Encapsulation;
  /**
   * The secret that was sent, which the caller wipes. A ciphertext that was made otherwise or altered gives a secret too,
   * which nobody else has (section 6.3, implicit rejection).
   * @throws CryptoError `invalid_public_key` for a ciphertext of another length; `invalid_key_length` for a key of
   * another length, or one whose own parts don't agree (section 7.3)
   */
  decapsulate(decapsulationKey: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}

export interface MlKemKeys {
  readonly encapsulationKey: Uint8Array;
  /** To be wiped by the caller. */
  readonly decapsulationKey: Uint8Array;
}

export interface Encapsulation {
  readonly ciphertext: Uint8Array;
  /** To be wiped by the caller. */
  readonly sharedSecret: Uint8Array;
}

const seedLength = 64;
const messageLength = 32;

/**
 * ML-KEM of `@noble/post-quantum`: arithmetic on small numbers in typed arrays, written to be even in time. Of its
 * intermediate values it wipes what it can.
 */
function mlKem(name: MlKem['name'], noble: typeof ml_kem768): MlKem {
  const { publicKey, secretKey, cipherText } = noble.lengths;
  const encapsulationKeyLength = publicKey ?? 0;
  const decapsulationKeyLength = secretKey ?? 0;
  const ciphertextLength = cipherText ?? 0;
  return {
    name,
    encapsulationKeyLength,
    decapsulationKeyLength,
    ciphertextLength,

    generate(random) {
      const keys = withRandom(random, seedLength, (seed) => noble.keygen(seed));
      return { encapsulationKey: keys.publicKey, decapsulationKey: keys.secretKey };
    },

    encapsulate(encapsulationKey, random) {
      if (encapsulationKey.length !== encapsulationKeyLength) {
        throw new CryptoError(
          'invalid_public_key',
          `An ${name} encapsulation key has ${encapsulationKeyLength} octets, this one has ${encapsulationKey.length}`,
        );
      }
      return withRandom(random, messageLength, (message) => {
        try {
          const { cipherText: ciphertext, sharedSecret } = noble.encapsulate(encapsulationKey, message);
          return { ciphertext, sharedSecret };
        } catch (cause) {
          // Section 7.2: all lengths being right, this is the one check that is left.
          throw new CryptoError(
            'invalid_public_key',
            `This ${name} encapsulation key has coefficients that are not below the modulus`,
            { cause },
          );
        }
      });
    },

    decapsulate(decapsulationKey, ciphertext) {
      if (ciphertext.length !== ciphertextLength) {
        throw new CryptoError(
          'invalid_public_key',
          `An ${name} ciphertext has ${ciphertextLength} octets, this one has ${ciphertext.length}`,
        );
      }
      if (decapsulationKey.length !== decapsulationKeyLength) {
        throw new CryptoError(
          'invalid_key_length',
          `An ${name} decapsulation key has ${decapsulationKeyLength} octets, this one has ${decapsulationKey.length}`,
        );
      }
      try {
        return noble.decapsulate(ciphertext, decapsulationKey);
      } catch (cause) {
        throw new CryptoError(
          'invalid_key_length',
          `The parts of this ${name} decapsulation key don't belong together`,
          { cause },
        );
      }
    },
  };
}

/** What `use` makes of that many drawn octets, which are wiped then. */
function withRandom<T>(random: RandomSource, length: number, use: (drawn: Uint8Array) => T): T {
  const drawn = new Uint8Array(length);
  try {
    random(drawn);
    return use(drawn);
  } finally {
    wipe(drawn);
  }
}

export const mlKem512: MlKem = /* @__PURE__ */ mlKem('ML-KEM-512', ml_kem512);
export const mlKem768: MlKem = /* @__PURE__ */ mlKem('ML-KEM-768', ml_kem768);
export const mlKem1024: MlKem = /* @__PURE__ */ mlKem('ML-KEM-1024', ml_kem1024);
