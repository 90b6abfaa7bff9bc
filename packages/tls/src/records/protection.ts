import type { AeadKey } from '@halfclose/crypto';
import { recordHeaderLength } from './limits.ts';

/** Protects the records of one direction under one key: RFC 8446 sections 5.2 and 5.3, or what TLS 1.2 has instead. */
export interface RecordProtection {
  /**
   * Whether the content's type is protected with it, as in TLS 1.3: plaintext is then a TLSInnerPlaintext, and the header
   * says application data. Else it is the content alone.
   */
  readonly hidesType: boolean;
  /** Octets of a fragment before what is encrypted: TLS 1.2's explicit nonce or IV. */
  readonly prefixLength: number;
  /** Records sealed or opened so far: the sequence number of the next. */
  readonly sequenceNumber: number;
  /** Octets of the fragment that so many octets of plaintext become. */
  fragmentLength(plaintextLength: number): number;
  /** Octets that `open` writes for a fragment of so many, of plaintext and more; negative for one that is too short. */
  openedLength(fragmentLength: number): number;
  /**
   * Seals a record where it stands: the header at `offset` of `buffer`, in its final form, then `prefixLength` octets
   * that are written here, then the plaintext of `length` octets, and room for all of the fragment.
   */
  seal(buffer: Uint8Array, offset: number, length: number): void;
  /**
   * Opens the record whose header is at `offset` of `record` and whose fragment has `length` octets, to `output` at
   * `outputOffset`, where there is room for `openedLength(length)`.
   * @returns octets of plaintext; undefined where the record was not authentic
   */
  open(
    record: Uint8Array,
    offset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): number | undefined;
  /** Wipes key and initialisation vector. */
  destroy(): void;
}

/**
 * That of TLS 1.3.
 * @param iv write_iv, 12 octets, which the caller may wipe afterwards
 * @param tagLength octets that the AEAD adds
 */
export function createRecordProtection(aead: AeadKey, iv: Uint8Array, tagLength: number): RecordProtection {
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
    hidesType: true,
    prefixLength: 0,
    get sequenceNumber() {
      return sequenceNumber;
    },
    fragmentLength: (plaintextLength) => plaintextLength + tagLength,
    openedLength: (fragmentLength) => fragmentLength - tagLength,
    seal(buffer, offset, length) {
      nextNonce();
      setHeader(buffer, offset);
      const start = offset + recordHeaderLength;
      aead.seal(nonce, header, buffer, start, length, buffer, start);
    },
    open(record, offset, length, output, outputOffset) {
      nextNonce();
      setHeader(record, offset);
      const start = offset + recordHeaderLength;
      const isAuthentic = aead.open(nonce, header, record, start, length, output, outputOffset);
      return isAuthentic ? length - tagLength : undefined;
    },
    destroy() {
      aead.destroy();
      staticIv.fill(0);
      nonce.fill(0);
    },
  };
}
