import { sha256, sha384, sha512 } from '../hash/sha2.ts';
import type { HashAlgorithm, SignatureAlgorithm, SignatureName } from '../provider.ts';
import { constantTimeEqual } from '../util/bytes.ts';
import { readRsaKey, recoverEncodedMessage } from './rsaKey.ts';

const trailer = 0xbc;
const messagePadding = 8;

/**
 * RSASSA-PSS, RFC 8017 section 8.1.2, in the form of RFC 8446 section 4.2.3: MGF1 over the hash of the
 * message, a salt as long as its digest. Takes keys of either kind, `rsaEncryption` and `id-RSASSA-PSS`.
 */
export function rsaPss(name: SignatureName, hash: HashAlgorithm): SignatureAlgorithm {
  return {
    name,
    keyType: 'RSA',
    verify(publicKey, message, signature) {
      const key = readRsaKey(publicKey, name);
      const encoded = recoverEncodedMessage(key, signature);
      return encoded !== undefined && isEncodingOf(hash, hash.digest(message), encoded);
    },
  };
}

/**
 * EMSA-PSS-VERIFY, RFC 8017 section 9.1.2, for a modulus whose length is a multiple of 8 bits: `encoded` is
 * `maskedDB | H | bc` and emBits = 8 emLen - 1.
 */
function isEncodingOf(hash: HashAlgorithm, messageDigest: Uint8Array, encoded: Uint8Array): boolean {
  const hashLength = hash.outputLength;
  const saltLength = hashLength;
  const dbLength = encoded.length - hashLength - 1;
  const saltAt = dbLength - saltLength;

  if (encoded[encoded.length - 1] !== trailer) return false; // step 4
  const h = encoded.subarray(dbLength, dbLength + hashLength);
  const db = encoded.slice(0, dbLength);
  if (((db[0] ?? 0) & 0x80) !== 0) return false; // step 6
  const mask = mgf1(hash, h, dbLength);
  for (const [index, octet] of mask.entries()) db[index] = (db[index] ?? 0) ^ octet;
  db[0] = (db[0] ?? 0) & 0x7f; // step 9

  // Step 10: DB = PS | 01 | salt with PS all zero. A salt of another length has its 01 at another place.
  const padding = db.subarray(0, saltAt);
  if (padding[saltAt - 1] !== 1 || padding.subarray(0, -1).some((octet) => octet !== 0)) return false;

  const rehashed = new Uint8Array(messagePadding + hashLength + saltLength); // step 12
  rehashed.set(messageDigest, messagePadding);
  rehashed.set(db.subarray(saltAt), messagePadding + hashLength);
  return constantTimeEqual(h, hash.digest(rehashed));
}

/**
 * EMSA-PSS-ENCODE, RFC 8017 section 9.1.1, for such a modulus.
 * @param salt as long as the hash
 */
export function encodePss(
  hash: HashAlgorithm,
  messageDigest: Uint8Array,
  salt: Uint8Array,
  length: number,
): Uint8Array {
  const toHash = new Uint8Array(messagePadding + messageDigest.length + salt.length); // step 5
  toHash.set(messageDigest, messagePadding);
  toHash.set(salt, messagePadding + messageDigest.length);
  const h = hash.digest(toHash);
  const encoded = new Uint8Array(length);
  const dbLength = length - h.length - 1;
  encoded[dbLength - salt.length - 1] = 1; // step 8
  encoded.set(salt, dbLength - salt.length);
  for (const [index, octet] of mgf1(hash, h, dbLength).entries()) {
    encoded[index] = (encoded[index] ?? 0) ^ octet;
  }
  encoded[0] = (encoded[0] ?? 0) & 0x7f; // step 11
  encoded.set(h, dbLength);
  encoded[length - 1] = trailer;
  return encoded;
}

/** MGF1, RFC 8017 appendix B.2.1. The counter never leaves its last octet: 1024 octets take 32 rounds. */
function mgf1(hash: HashAlgorithm, seed: Uint8Array, length: number): Uint8Array {
  const mask = new Uint8Array(length);
  const block = new Uint8Array(seed.length + 4);
  block.set(seed);
  for (let counter = 0, offset = 0; offset < length; counter += 1, offset += hash.outputLength) {
    block[block.length - 1] = counter;
    mask.set(hash.digest(block).subarray(0, length - offset), offset);
  }
  return mask;
}

export const rsaPssSha256: SignatureAlgorithm = /* @__PURE__ */ rsaPss('rsa_pss_sha256', sha256);
export const rsaPssSha384: SignatureAlgorithm = /* @__PURE__ */ rsaPss('rsa_pss_sha384', sha384);
export const rsaPssSha512: SignatureAlgorithm = /* @__PURE__ */ rsaPss('rsa_pss_sha512', sha512);
