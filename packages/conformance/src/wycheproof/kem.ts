import { type MlKem, mlKem512, mlKem768, mlKem1024 } from '@halfclose/crypto';
import type { Case } from '../runner/suite.ts';
import { expectEqual, expectOctets, unlessRefused } from './expect.ts';
import type { Vector, VectorFile } from './vectors.ts';

const kems: Readonly<Record<string, MlKem>> = { 512: mlKem512, 768: mlKem768, 1024: mlKem1024 };

type Test = (kem: MlKem, vector: Vector) => void | Promise<void>;

/** A case for each vector. All providers have the same ML-KEM. */
function* kemCases(file: VectorFile, size: string, test: Test): Iterable<Case> {
  const kem = kems[size];
  if (kem === undefined) throw new RangeError(`There is no ML-KEM-${size}`);
  for (const group of file.groups) {
    for (const vector of group.tests) {
      const { id, fields } = vector;
      if (fields.has('seed') && fields.octets('seed').length !== 64) {
        yield { id: `${id}`, skip: "a seed of another length can't be given: it is drawn" };
      } else {
        yield { id: `${id}/portable`, run: () => test(kem, vector) };
      }
    }
  }
}

/** From a seed to both keys. */
export const keyGenerationCases = (file: VectorFile, size: string): Iterable<Case> =>
  kemCases(file, size, (kem, { fields }) => {
    const keys = kem.generate((output) => output.set(fields.octets('seed')));
    expectOctets('The encapsulation key', keys.encapsulationKey, fields.octets('ek'));
    expectOctets('The decapsulation key', keys.decapsulationKey, fields.octets('dk'));
  });

/** From an encapsulation key and what is drawn to a ciphertext and a secret. */
export const encapsulationCases = (file: VectorFile, size: string): Iterable<Case> =>
  kemCases(file, size, async (kem, { result, fields }) => {
    const sent = await unlessRefused(() =>
      kem.encapsulate(fields.octets('ek'), (output) => output.set(fields.octets('m'))),
    );
    expectEqual('That the key is taken', sent !== undefined, result === 'valid');
    if (sent === undefined) return;
    expectOctets('The ciphertext', sent.ciphertext, fields.octets('c'));
    expectOctets('The secret', sent.sharedSecret, fields.octets('K'));
  });

/** From a seed and a ciphertext to a secret. */
export const seedDecapsulationCases = (file: VectorFile, size: string): Iterable<Case> =>
  kemCases(file, size, (kem, vector) => {
    const { fields } = vector;
    const keys = kem.generate((output) => output.set(fields.octets('seed')));
    if (fields.has('ek')) expectOctets('The encapsulation key', keys.encapsulationKey, fields.octets('ek'));
    return decapsulate(kem, keys.decapsulationKey, vector);
  });

/** From a decapsulation key and a ciphertext to a secret. */
export const decapsulationCases = (file: VectorFile, size: string): Iterable<Case> =>
  kemCases(file, size, (kem, vector) => decapsulate(kem, vector.fields.octets('dk'), vector));

async function decapsulate(kem: MlKem, key: Uint8Array, { result, fields }: Vector): Promise<void> {
  const secret = await unlessRefused(() => kem.decapsulate(key, fields.octets('c')));
  expectEqual('That key and ciphertext are taken', secret !== undefined, result === 'valid');
  if (secret !== undefined) expectOctets('The secret', secret, fields.octets('K'));
}
