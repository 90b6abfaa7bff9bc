import {
  type CbcHmacAlgorithm,
  type CbcHmacKey,
  constantTimeAes128CbcHmacSha256,
  constantTimeAes256CbcHmacSha256,
  portableAes128CbcHmacSha256,
  portableAes256CbcHmacSha256,
  sha256,
} from '@halfclose/crypto';
import type { Case } from '../runner/suite.ts';
import { expectEqual, expectOctets } from './expect.ts';
import type { Group, Vector, VectorFile } from './vectors.ts';

const implementations: Readonly<
  Record<number, readonly (readonly [name: string, algorithm: CbcHmacAlgorithm])[]>
> = {
  128: [
    ['portable', portableAes128CbcHmacSha256],
    ['portable-constant-time', constantTimeAes128CbcHmacSha256],
  ],
  256: [
    ['portable', portableAes256CbcHmacSha256],
    ['portable-constant-time', constantTimeAes256CbcHmacSha256],
  ],
};

const blockLength = 16;
const macLength = 32;
const macKey = new Uint8Array(macLength);
const header = new Uint8Array(11);
const none = new Uint8Array(0);

/**
 * AES-CBC with the padding of PKCS #5, through both implementations of AES-CBC. They are for records of TLS 1.2, which
 * have a padding and a MAC of their own; after encrypt-then-MAC (RFC 7366) whole blocks go through them as they are, with
 * a block of padding and the MAC behind, which are made here and taken away.
 */
export function* cbcPkcs5Cases(file: VectorFile): Iterable<Case> {
  for (const group of file.groups) {
    for (const vector of group.tests) yield* casesOf(group, vector);
  }
}

function* casesOf({ fields }: Group, vector: Vector): Iterable<Case> {
  const found = implementations[fields.number('keySize')];
  if (found === undefined) yield { id: `${vector.id}`, skip: 'AES-192 is not for TLS' };
  for (const [name, algorithm] of found ?? []) {
    yield { id: `${vector.id}/${name}`, run: () => run(algorithm, vector) };
  }
}

function run(algorithm: CbcHmacAlgorithm, { result, fields }: Vector): void {
  const key = algorithm.create(fields.octets('key'), macKey, 'encrypt-then-mac');
  const iv = fields.octets('iv');
  const message = fields.octets('msg');
  const ciphertext = fields.octets('ct');
  const opened = withoutPadding(decrypt(key, iv, ciphertext));
  if (result === 'valid') {
    expectOctets('What is encrypted', encrypt(key, iv, withPadding(message)), ciphertext);
    if (opened === undefined) throw new Error('The padding is found to be wrong');
    expectOctets('The plaintext', opened, message);
  } else {
    expectEqual('What is left without padding', opened, undefined);
  }
  key.destroy();
}

/** Whole blocks. */
function encrypt(key: CbcHmacKey, iv: Uint8Array, blocks: Uint8Array): Uint8Array {
  const record = new Uint8Array(key.sealedLength(blocks.length));
  key.seal(iv, header, blocks, 0, blocks.length, record, 0);
  // Behind it is a block of padding and the MAC.
  expectEqual('The length of a record', record.length, blocks.length + blockLength + macLength);
  return record.subarray(0, blocks.length);
}

/** Whole blocks; of anything else, nothing. */
function decrypt(key: CbcHmacKey, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  if (ciphertext.length % blockLength !== 0) return none;
  // The block of padding that follows the last one of the ciphertext is what a record without plaintext consists of.
  const last = Uint8Array.of(...iv, ...ciphertext).slice(-blockLength);
  const padding = new Uint8Array(key.sealedLength(0));
  key.seal(last, header, none, 0, 0, padding, 0);
  const encrypted = Uint8Array.of(...ciphertext, ...padding.subarray(0, blockLength));

  // RFC 7366 section 3: what is authenticated is the header, the length of IV and ciphertext, and these.
  const length = iv.length + encrypted.length;
  const mac = sha256.hmac(macKey, Uint8Array.of(...header, length >>> 8, length & 0xff, ...iv, ...encrypted));
  const record = Uint8Array.of(...encrypted, ...mac);
  const output = new Uint8Array(record.length);
  const plaintextLength = key.open(iv, header, record, 0, record.length, output, 0);
  expectEqual('The length of the plaintext', plaintextLength, ciphertext.length);
  return output.subarray(0, ciphertext.length);
}

/** RFC 8018 section 6.1.1, as for any length of blocks: so many octets of that value. */
function withPadding(message: Uint8Array): Uint8Array {
  const count = blockLength - (message.length % blockLength);
  return Uint8Array.of(...message, ...new Uint8Array(count).fill(count));
}

/** What is before the padding; undefined where that is wrong. */
function withoutPadding(padded: Uint8Array): Uint8Array | undefined {
  const count = padded.at(-1) ?? 0;
  if (count < 1 || count > blockLength) return undefined;
  const isPadding = padded.subarray(-count).every((octet) => octet === count);
  return isPadding ? padded.subarray(0, -count) : undefined;
}
