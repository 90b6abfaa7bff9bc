import type { AeadKey } from '@halfclose/crypto';
import { recordHeaderLength } from './limits.ts';

/** Protects the records of one direction under one key, RFC 8446 sections 5.2 and 5.3. */
export interface RecordProtection {
  /** Octets that protection adds to a TLSInnerPlaintext. */
  readonly overhead: number;
  /** Records sealed or opened so far: the sequence number of the next. */
  readonly sequenceNumber: number;
  /**
   * Seals a record where it stands: the header at `offset` of `buffer`, `innerLength` octets of TLSInnerPlaintext
   * after it, and room for `overhead` octets after that. The header already has its final form.
   */
  seal(buffer: Uint8Array, offset: number, innerLength: number): void;
  /**
   * Opens the record whose header is at `offset` of `record` and whose fragment has `length` octets; the
   * TLSInnerPlaintext of `length - overhead` octets goes to `output` at `outputOffset`.
   * @returns whether it was authentic
   */
  open(record: Uint8Array, offset: number, length: number, output: Uint8Array, outputOffset: number): boolean;
  /** Wipes key and initialisation vector. */
  destroy(): void;
}

/** @param iv write_iv, 12 octets, which the caller may wipe afterwards */
export function createRecordProtection(aead: AeadKey, iv: Uint8Array, overhead: number): RecordProtection {
  const staticIv = iv.slice();
  const nonce = iv.slice();
  const header = new Uint8Array(recordHeaderLength);
  let sequenceNumber = 0;

  /** Section 5.3: the sequence number, 64 bits, XORed into the right end of the IV. */
  const nextNonce = (): void => {
    let rest = sequenceNumber;
    for (let i = nonce.length - 1; i >= nonce.length - 8; i--) {
      nonce[i] = (staticIv[i] ?? 0) ^ (rest & 0xff);
      rest = Math.floor(rest / 256);
    }
    sequenceNumber++;
  };

  const setHeader = (buffer: Uint8Array, offset: number): void => {
    for (let i = 0; i < recordHeaderLength; i++) header[i] = buffer[offset + i] ?? 0;
  };

  return {
    overhead,
    get sequenceNumber() {
      return sequenceNumber;
    },
    seal(buffer, offset, innerLength) {
      nextNonce();
      setHeader(buffer, offset);
      const start = offset + recordHeaderLength;
      aead.seal(nonce, header, buffer, start, innerLength, buffer, start);
    },
    open(record, offset, length, output, outputOffset) {
      nextNonce();
      setHeader(record, offset);
      return aead.open(nonce, header, record, offset + recordHeaderLength, length, output, outputOffset);
    },
    destroy() {
      aead.destroy();
      staticIv.fill(0);
      nonce.fill(0);
    },
  };
}
