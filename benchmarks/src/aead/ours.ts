import { type Core, ownCores } from './cores.ts';
import { type Subject, tagLength } from './subject.ts';

export const ours: readonly Subject[] = ownCores.map(subject);

/** A core of ours: a key is set up once, results are written to their place. */
function subject({ name, aeads }: Core): Subject {
  return {
    name,
    create(algorithm, octets) {
      const key = aeads()
        .find((aead) => aead.name.toLowerCase() === algorithm)
        ?.create(octets);
      if (key === undefined) return undefined;
      return {
        seal(nonce, additionalData, plaintext, output = new Uint8Array(plaintext.length + tagLength)) {
          key.seal(nonce, additionalData, plaintext, 0, plaintext.length, output, 0);
          return output;
        },
        open(nonce, additionalData, sealed, output = new Uint8Array(sealed.length - tagLength)) {
          if (!key.open(nonce, additionalData, sealed, 0, sealed.length, output, 0)) {
            throw new Error('The tag is wrong');
          }
          return output;
        },
      };
    },
  };
}
