/** TLS 1.2's records under an AEAD, RFC 5246 section 6.2.3.3. */
import type { AeadAlgorithm, AeadKey } from '@halfclose/crypto';
import { recordHeaderLength } from '../limits.ts';
import type { RecordProtection } from '../protection.ts';
import { createRecordSequence, prefixLength12 } from './sequence.ts';

/** Octets of nonce_explicit, RFC 5288 section 3 and RFC 6655 section 3. */
const explicitNonceLength = 8;

/** Octets of the key block's IV: RFC 7905 section 2 has the whole nonce from it, the others the four octets of a salt. */
export function fixedIvLength({ name, nonceLength }: AeadAlgorithm): number {
  return hasExplicitNonce(name) ? nonceLength - explicitNonceLength : nonceLength;
}

function hasExplicitNonce(name: AeadAlgorithm['name']): boolean {
  return name !== 'CHACHA20-POLY1305';
}

/** @param fixedIv of `fixedIvLength` octets, which the caller may wipe afterwards */
export function createAeadProtection12(
  algorithm: AeadAlgorithm,
  aead: AeadKey,
  fixedIv: Uint8Array,
): RecordProtection {
  const { nonceLength, tagLength } = algorithm;
  const isExplicit = hasExplicitNonce(algorithm.name);
  const prefixLength = isExplicit ? explicitNonceLength : 0;
  const sequence = createRecordSequence();
  const iv = new Uint8Array(nonceLength);
  iv.set(fixedIv);
  const nonce = iv.slice();
  // seq_num, type, version, and the length of the plaintext
  const additionalData = new Uint8Array(prefixLength12 + 2);

  const authenticate = (record: Uint8Array, offset: number, length: number): void => {
    sequence.next(record, offset, additionalData);
    additionalData[prefixLength12] = length >>> 8;
    additionalData[prefixLength12 + 1] = length;
  };

  /** The explicit part as it stands in the record; else the sequence number, XORed into the IV's right end. */
  const setNonce = (record: Uint8Array, explicitAt: number): void => {
    const start = nonceLength - 8;
    for (let i = 0; i < 8; i++) {
      nonce[start + i] = isExplicit
        ? (record[explicitAt + i] ?? 0)
        : (iv[start + i] ?? 0) ^ (additionalData[i] ?? 0);
    }
  };

  return {
    hidesType: false,
    prefixLength,
    get sequenceNumber() {
      return sequence.number;
    },
    fragmentLength: (plaintextLength) => prefixLength + plaintextLength + tagLength,
    openedLength: (fragmentLength) => fragmentLength - prefixLength - tagLength,

    seal(buffer, offset, length) {
      authenticate(buffer, offset, length);
      const explicitAt = offset + recordHeaderLength;
      // The sequence number: of all that never repeats, what needs no other state (RFC 5288 section 3).
      for (let i = 0; i < prefixLength; i++) buffer[explicitAt + i] = additionalData[i] ?? 0;
      setNonce(buffer, explicitAt);
      const start = explicitAt + prefixLength;
      aead.seal(nonce, additionalData, buffer, start, length, buffer, start);
    },

    open(record, offset, length, output, outputOffset) {
      const plaintextLength = length - prefixLength - tagLength;
      authenticate(record, offset, plaintextLength);
      const explicitAt = offset + recordHeaderLength;
      setNonce(record, explicitAt);
      const isAuthentic = aead.open(
        nonce,
        additionalData,
        record,
        explicitAt + prefixLength,
        length - prefixLength,
        output,
        outputOffset,
      );
      return isAuthentic ? plaintextLength : undefined;
    },

    destroy() {
      aead.destroy();
      iv.fill(0);
      nonce.fill(0);
    },
  };
}
