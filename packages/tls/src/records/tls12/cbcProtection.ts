/** TLS 1.2's records under AES-CBC and HMAC, RFC 5246 section 6.2.3.2 and RFC 7366. */
import type { CbcHmacAlgorithm, CbcHmacKey, RandomSource } from '@halfclose/crypto';
import { recordHeaderLength } from '../limits.ts';
import type { RecordProtection } from '../protection.ts';
import { createRecordSequence, prefixLength12 } from './sequence.ts';

/** @param random for the IV of each record */
export function createCbcProtection(
  { recordIvLength }: CbcHmacAlgorithm,
  key: CbcHmacKey,
  random: RandomSource,
): RecordProtection {
  const sequence = createRecordSequence();
  const iv = new Uint8Array(recordIvLength);
  const additionalData = new Uint8Array(prefixLength12);

  return {
    hidesType: false,
    prefixLength: recordIvLength,
    get sequenceNumber() {
      return sequence.number;
    },
    fragmentLength: (plaintextLength) => recordIvLength + key.sealedLength(plaintextLength),
    openedLength: (fragmentLength) => fragmentLength - recordIvLength,

    seal(buffer, offset, length) {
      sequence.next(buffer, offset, additionalData);
      random(iv);
      const ivAt = offset + recordHeaderLength;
      for (let i = 0; i < recordIvLength; i++) buffer[ivAt + i] = iv[i] ?? 0;
      const start = ivAt + recordIvLength;
      key.seal(iv, additionalData, buffer, start, length, buffer, start);
    },

    open(record, offset, length, output, outputOffset) {
      sequence.next(record, offset, additionalData);
      const ivAt = offset + recordHeaderLength;
      for (let i = 0; i < recordIvLength; i++) iv[i] = record[ivAt + i] ?? 0;
      const start = ivAt + recordIvLength;
      return key.open(iv, additionalData, record, start, length - recordIvLength, output, outputOffset);
    },

    destroy() {
      key.destroy();
    },
  };
}
