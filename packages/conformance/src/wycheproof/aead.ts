import type { AeadAlgorithm, AeadName } from '@halfclose/crypto';
import type { Case } from '../runner/suite.ts';
import { expectEqual, expectOctets, toHex, unlessRefused } from './expect.ts';
import { implementationsOf } from './implementations.ts';
import type { Group, Vector, VectorFile } from './vectors.ts';

/**
 * Authenticated encryption, through every core.
 * @param nameOf which AEAD of ours a group is for; a text says why there is none
 */
export function* aeadCases(
  file: VectorFile,
  nameOf: (group: Group) => AeadName | { skip: string },
): Iterable<Case> {
  for (const group of file.groups) {
    const name = nameOf(group);
    for (const vector of group.tests) {
      if (typeof name !== 'string') {
        yield { id: `${vector.id}`, skip: name.skip };
        continue;
      }
      for (const { core, aead } of implementationsOf(name)) {
        const id = `${vector.id}/${core}`;
        if (typeof aead === 'string') yield { id, skip: aead };
        else yield caseOf(id, aead, vector);
      }
    }
  }
}

function caseOf(id: string, aead: AeadAlgorithm, vector: Vector): Case {
  const nonceLength = vector.fields.octets('iv').length;
  // A vector that is invalid for its nonce ought to be refused here as well.
  if (vector.result === 'valid' && nonceLength !== aead.nonceLength) {
    return { id, skip: `nonces have ${aead.nonceLength} octets in TLS, others are not taken` };
  }
  return { id, run: () => run(aead, vector) };
}

async function run(aead: AeadAlgorithm, { result, fields }: Vector): Promise<void> {
  const key = aead.create(fields.octets('key'));
  const nonce = fields.octets('iv');
  const additionalData = fields.octets('aad');
  const plaintext = fields.octets('msg');
  const sealed = Uint8Array.of(...fields.octets('ct'), ...fields.octets('tag'));

  const opened = new Uint8Array(Math.max(0, sealed.length - aead.tagLength)).fill(0xa5);
  const inPlace = sealed.slice();
  const isAuthentic = await unlessRefused(() =>
    key.open(nonce, additionalData, sealed, 0, sealed.length, opened, 0),
  );
  await unlessRefused(() => key.open(nonce, additionalData, inPlace, 0, sealed.length, inPlace, 0));
  if (result === 'valid') {
    expectEqual('open', isAuthentic, true);
    expectOctets('The plaintext', opened, plaintext);
    expectOctets('The plaintext in place', inPlace.subarray(0, plaintext.length), plaintext);
    const resealed = new Uint8Array(plaintext.length + aead.tagLength);
    key.seal(nonce, additionalData, plaintext, 0, plaintext.length, resealed, 0);
    expectOctets('What is sealed', resealed, sealed);
  } else {
    if (isAuthentic === true) throw new Error(`It is opened to ${toHex(opened)}`);
    // Undefined: refused for the nonce's length, before anything was written.
    const left = isAuthentic === false ? opened : new Uint8Array(0);
    expectOctets('What is left of the plaintext', left, new Uint8Array(left.length));
  }
  key.destroy();
}
