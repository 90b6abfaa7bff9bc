import { type CipherCCMTypes, createCipheriv, createDecipheriv } from 'node:crypto';
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { delivered, type Subject, tagLength } from './subject.ts';

// What is not ours and not needed elsewhere is loaded when it is used, so that it costs the other benchmarks nothing.

/** Keeps nothing of a key. ChaCha20-Poly1305 takes an output, AES-GCM none. */
const noble: Subject = {
  name: 'noble',
  create(algorithm, key) {
    switch (algorithm) {
      case 'chacha20-poly1305':
        return {
          seal: (nonce, additionalData, plaintext, output) =>
            chacha20poly1305(key, nonce, additionalData).encrypt(plaintext, output),
          open: (nonce, additionalData, sealed, output) =>
            chacha20poly1305(key, nonce, additionalData).decrypt(sealed, output),
        };
      case 'aes-128-gcm':
      case 'aes-256-gcm':
        return {
          seal: (nonce, additionalData, plaintext, output) =>
            delivered(gcm(key, nonce, additionalData).encrypt(plaintext), output),
          open: (nonce, additionalData, sealed, output) =>
            delivered(gcm(key, nonce, additionalData).decrypt(sealed), output),
        };
      default:
        return undefined;
    }
  },
};

/** A new cipher for each record, as its interface has it. */
const node: Subject = {
  name: 'node',
  create(algorithm, key) {
    // All AEADs are called alike; their types differ in what may be left out, which is least for CCM.
    const name = algorithm as CipherCCMTypes;
    const options = { authTagLength: tagLength };
    return {
      seal(nonce, additionalData, plaintext, output = new Uint8Array(plaintext.length + tagLength)) {
        const cipher = createCipheriv(name, key, nonce, options);
        cipher.setAAD(additionalData, { plaintextLength: plaintext.length });
        output.set(cipher.update(plaintext));
        cipher.final();
        output.set(cipher.getAuthTag(), plaintext.length);
        return output;
      },
      open(nonce, additionalData, sealed, output) {
        const plaintextLength = sealed.length - tagLength;
        const decipher = createDecipheriv(name, key, nonce, options);
        decipher.setAuthTag(sealed.subarray(plaintextLength));
        decipher.setAAD(additionalData, { plaintextLength });
        const plaintext = decipher.update(sealed.subarray(0, plaintextLength));
        decipher.final();
        return delivered(plaintext, output);
      },
    };
  },
};

const stablelib: Subject = {
  name: '@stablelib/chacha20poly1305',
  async create(algorithm, octets) {
    if (algorithm !== 'chacha20-poly1305') return undefined;
    const { ChaCha20Poly1305 } = await import('@stablelib/chacha20poly1305');
    const key = new ChaCha20Poly1305(octets);
    return {
      seal: (nonce, additionalData, plaintext, output) => key.seal(nonce, plaintext, additionalData, output),
      open(nonce, additionalData, sealed, output) {
        const plaintext = key.open(nonce, sealed, additionalData, output);
        if (plaintext === null) throw new Error('The tag is wrong');
        return plaintext;
      },
    };
  },
};

/** C compiled to WebAssembly, without SIMD. Its AES-GCM needs instructions that WebAssembly has not. */
const libsodium: Subject = {
  name: 'libsodium-wrappers',
  async create(algorithm, key) {
    if (algorithm !== 'chacha20-poly1305') return undefined;
    const { default: sodium } = await import('libsodium-wrappers');
    await sodium.ready;
    return {
      seal: (nonce, additionalData, plaintext, output) =>
        delivered(
          sodium.crypto_aead_chacha20poly1305_ietf_encrypt(plaintext, additionalData, null, nonce, key),
          output,
        ),
      open: (nonce, additionalData, sealed, output) =>
        delivered(
          sodium.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, additionalData, nonce, key),
          output,
        ),
    };
  },
};

/** Its octets are characters of strings ("binary strings"): what comes and goes is converted. */
const nodeForge: Subject = {
  name: 'node-forge',
  async create(algorithm, octets) {
    if (!algorithm.endsWith('-gcm')) return undefined;
    const { default: forge } = await import('node-forge');
    const key = toBinary(octets);
    return {
      seal(nonce, additionalData, plaintext, output = new Uint8Array(plaintext.length + tagLength)) {
        const cipher = forge.cipher.createCipher('AES-GCM', key);
        cipher.start({
          iv: toBinary(nonce),
          additionalData: toBinary(additionalData),
          tagLength: 8 * tagLength,
        });
        cipher.update(forge.util.createBuffer(toBinary(plaintext)));
        cipher.finish();
        copyBinary(cipher.output.getBytes(), output, 0);
        copyBinary(cipher.mode.tag.getBytes(), output, plaintext.length);
        return output;
      },
      open(nonce, additionalData, sealed, output = new Uint8Array(sealed.length - tagLength)) {
        const decipher = forge.cipher.createDecipher('AES-GCM', key);
        const tag = forge.util.createBuffer(toBinary(sealed.subarray(output.length)));
        decipher.start({
          iv: toBinary(nonce),
          additionalData: toBinary(additionalData),
          tagLength: 8 * tagLength,
          tag,
        });
        decipher.update(forge.util.createBuffer(toBinary(sealed.subarray(0, output.length))));
        if (!decipher.finish()) throw new Error('The tag is wrong');
        copyBinary(decipher.output.getBytes(), output, 0);
        return output;
      },
    };
  },
};

function toBinary(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

function copyBinary(text: string, output: Uint8Array, offset: number): void {
  for (let index = 0; index < text.length; index += 1) output[offset + index] = text.charCodeAt(index);
}

const asmcryptoJs: Subject = {
  name: 'asmcrypto.js',
  async create(algorithm, key) {
    if (algorithm === 'chacha20-poly1305') return undefined;
    const { AES_CCM, AES_GCM } = await import('asmcrypto.js');
    const mode = algorithm === 'aes-128-ccm' ? AES_CCM : AES_GCM;
    return {
      seal: (nonce, additionalData, plaintext, output) =>
        delivered(mode.encrypt(plaintext, key, nonce, additionalData, tagLength), output),
      open: (nonce, additionalData, sealed, output) =>
        delivered(mode.decrypt(sealed, key, nonce, additionalData, tagLength), output),
    };
  },
};

export const peers: readonly Subject[] = [noble, node, nodeForge, stablelib, libsodium, asmcryptoJs];
