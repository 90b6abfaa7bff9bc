import { sha256, sha384, sha512 } from '../hash/sha2.ts';
import type { HashAlgorithm, SignatureAlgorithm, SignatureName } from '../provider.ts';
import { constantTimeEqual } from '../util/bytes.ts';
import { readRsaKey, recoverEncodedMessage } from './rsaKey.ts';

/**
 * RSASSA-PKCS1-v1_5, RFC 8017 section 8.2.2. What the signature ought to contain is built and compared as a
 * whole: nothing of what it does contain is parsed, which is what Bleichenbacher's forgeries of 2006 (and
 * all that came after) live on. The one encoding is that with the NULL parameters (RFC 8017 appendix A.2.4).
 */
export function rsaPkcs1(
  name: SignatureName,
  hash: HashAlgorithm,
  digestInfoPrefix: readonly number[],
): SignatureAlgorithm {
  return {
    name,
    keyType: 'RSA',
    verify(publicKey, message, signature) {
      const key = readRsaKey(publicKey, name);
      // RFC 4055 section 1.2: a key for id-RSASSA-PSS is for nothing else.
      if (key.pssOnly) return false;
      const encoded = recoverEncodedMessage(key, signature);
      if (encoded === undefined) return false;
      return constantTimeEqual(encoded, encodePkcs1(key.length, digestInfoPrefix, hash.digest(message)));
    },
  };
}

/** EMSA-PKCS1-v1_5-ENCODE, RFC 8017 section 9.2: 00 01 FF … FF 00 DigestInfo. 256 octets and more hold it. */
export function encodePkcs1(
  length: number,
  digestInfoPrefix: readonly number[],
  digest: Uint8Array,
): Uint8Array {
  const encoded = new Uint8Array(length).fill(0xff);
  const digestAt = length - digest.length;
  const digestInfoAt = digestAt - digestInfoPrefix.length;
  encoded[0] = 0;
  encoded[1] = 1;
  encoded[digestInfoAt - 1] = 0;
  encoded.set(digestInfoPrefix, digestInfoAt);
  encoded.set(digest, digestAt);
  return encoded;
}

// RFC 8017 section 9.2, note 1: the DER of DigestInfo as far as the digest.
export const sha256Prefix: readonly number[] = [
  0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04,
  0x20,
];
export const sha384Prefix: readonly number[] = [
  0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04,
  0x30,
];
export const sha512Prefix: readonly number[] = [
  0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04,
  0x40,
];

export const rsaPkcs1Sha256: SignatureAlgorithm = /* @__PURE__ */ rsaPkcs1(
  'rsa_pkcs1_sha256',
  sha256,
  sha256Prefix,
);
export const rsaPkcs1Sha384: SignatureAlgorithm = /* @__PURE__ */ rsaPkcs1(
  'rsa_pkcs1_sha384',
  sha384,
  sha384Prefix,
);
export const rsaPkcs1Sha512: SignatureAlgorithm = /* @__PURE__ */ rsaPkcs1(
  'rsa_pkcs1_sha512',
  sha512,
  sha512Prefix,
);
