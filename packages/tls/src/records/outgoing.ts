import { contentTypes } from '../protocol/contentTypes.ts';
import { protocolVersions } from '../protocol/versions.ts';
import { maximumPlaintext, recordHeaderLength } from './limits.ts';
import type { RecordProtection } from './protection.ts';

/**
 * Full records of application data that may wait for the carrier: enough that sealing goes on while the carrier writes,
 * and that many become one write; few enough to bound a connection's memory. Handshake messages and alerts always
 * find room beyond it.
 */
const waitingRecords = 16;

const nothing = new Uint8Array(0);

/** The send side: content becomes records in one buffer, from which the carrier takes. */
export interface OutgoingRecords {
  /** From the next record on, everything is protected with this. */
  protect(protection: RecordProtection): void;
  /** From the next record on, nothing is protected any more: early data was rejected. */
  unprotect(): void;
  readonly protection: RecordProtection | undefined;
  /** The largest content of a record, where the peer asked for less than 2^14 (RFC 8449). */
  limitPlaintext(octets: number): void;
  /** Writes `content` as records of one type, cut to size. Always takes all. */
  append(contentType: number, content: Uint8Array): void;
  /** A record that is never protected: change_cipher_spec. */
  appendPlain(contentType: number, content: Uint8Array): void;
  /**
   * Seals application data from `offset` of `data` on, as far as there is room, in so many records at most.
   * @returns octets taken
   */
  appendApplicationData(data: Uint8Array, offset: number, maximumRecords: number): number;
  /** What waits for the carrier. */
  pending(): Uint8Array;
  taken(length: number): void;
  /** Gives back the buffer if nothing is pending. */
  releaseBuffer(): void;
  /** Nothing may be appended any more; what is pending stays so. */
  close(): void;
  destroy(): void;
}

export function createOutgoingRecords(): OutgoingRecords {
  let buffer = new Uint8Array(0);
  let start = 0;
  let end = 0;
  let protection: RecordProtection | undefined;
  let closed = false;
  let maximumContent = maximumPlaintext;
  // Section 5.1: 0x0301 in an initial ClientHello for the sake of old middleboxes, 0x0303 ever after.
  let legacyRecordVersion: number = protocolVersions.tls10;

  const fullRecord = (): number =>
    recordHeaderLength + (protection?.fragmentLength(maximumContent + 1) ?? maximumContent);
  const applicationDataRoom = (): number => waitingRecords * fullRecord();

  /** What lies between `start` and `end` stays where it is: the carrier may be reading it. */
  const makeRoom = (octets: number): void => {
    if (closed) throw new Error('the write side is closed');
    const needed = end + octets;
    if (needed <= buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, Math.min(2 * buffer.length, applicationDataRoom()), 512));
    larger.set(buffer.subarray(start, end), start);
    buffer = larger;
  };

  const writeHeader = (contentType: number, length: number): void => {
    buffer[end] = contentType;
    buffer[end + 1] = legacyRecordVersion >>> 8;
    buffer[end + 2] = legacyRecordVersion;
    buffer[end + 3] = length >>> 8;
    buffer[end + 4] = length;
  };

  const appendPlain = (contentType: number, content: Uint8Array, from: number, length: number): void => {
    makeRoom(recordHeaderLength + length);
    writeHeader(contentType, length);
    legacyRecordVersion = protocolVersions.tls12;
    buffer.set(content.subarray(from, from + length), end + recordHeaderLength);
    end += recordHeaderLength + length;
  };

  /** What is sealed is put together where it will be sent from. In TLS 1.3 that is a TLSInnerPlaintext, section 5.2. */
  const appendProtected = (
    seal: RecordProtection,
    contentType: number,
    content: Uint8Array,
    from: number,
    length: number,
  ): void => {
    const plaintextLength = seal.hidesType ? length + 1 : length;
    const fragmentLength = seal.fragmentLength(plaintextLength);
    makeRoom(recordHeaderLength + fragmentLength);
    writeHeader(seal.hidesType ? contentTypes.applicationData : contentType, fragmentLength);
    const start = end + recordHeaderLength + seal.prefixLength;
    const whole = from === 0 && length === content.length;
    buffer.set(whole ? content : content.subarray(from, from + length), start);
    if (seal.hidesType) buffer[start + length] = contentType;
    seal.seal(buffer, end, plaintextLength);
    end += recordHeaderLength + fragmentLength;
  };

  const appendRecord = (contentType: number, content: Uint8Array, from: number, length: number): void => {
    if (protection === undefined) appendPlain(contentType, content, from, length);
    else appendProtected(protection, contentType, content, from, length);
  };

  return {
    get protection() {
      return protection;
    },

    protect(next) {
      protection?.destroy();
      protection = next;
      legacyRecordVersion = protocolVersions.tls12;
    },

    unprotect() {
      protection?.destroy();
      protection = undefined;
    },

    limitPlaintext(octets) {
      maximumContent = Math.min(octets, maximumPlaintext);
    },

    append(contentType, content) {
      for (let from = 0; from < content.length; from += maximumContent) {
        appendRecord(contentType, content, from, Math.min(maximumContent, content.length - from));
      }
    },

    appendPlain(contentType, content) {
      appendPlain(contentType, content, 0, content.length);
    },

    appendApplicationData(data, offset, maximumRecords) {
      if (protection === undefined) throw new Error('application data is never sent in clear');
      let from = offset;
      const lastRoom = applicationDataRoom() - fullRecord();
      for (let records = 0; records < maximumRecords && from < data.length && end <= lastRoom; records++) {
        const length = Math.min(maximumContent, data.length - from);
        appendProtected(protection, contentTypes.applicationData, data, from, length);
        from += length;
      }
      return from - offset;
    },

    pending() {
      return start === end ? nothing : buffer.subarray(start, end);
    },

    taken(length) {
      if (!Number.isInteger(length) || length < 0 || length > end - start) {
        throw new RangeError(`${length} octets can't have been taken of ${end - start}`);
      }
      start += length;
      if (start === end) {
        start = 0;
        end = 0;
      }
    },

    releaseBuffer() {
      if (start === end) buffer = new Uint8Array(0);
    },

    close() {
      closed = true;
      protection?.destroy();
    },

    destroy() {
      this.close();
      buffer = new Uint8Array(0);
      start = 0;
      end = 0;
    },
  };
}
