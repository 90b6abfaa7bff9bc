import { contentTypes } from '../protocol/contentTypes.ts';
import { protocolVersions } from '../protocol/versions.ts';
import { maximumPlaintext, recordHeaderLength } from './limits.ts';
import type { RecordKeySource, RecordProtection } from './protection.ts';
import type { RecordObserver } from './recordObserver.ts';

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
  /** A record that is never protected. */
  appendChangeCipherSpec(): void;
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
  /** Does without keys until the next record, which needs those of `source`. */
  rest(source: RecordKeySource): void;
  /** Nothing may be appended any more; what is pending stays so. */
  close(): void;
  destroy(): void;
}

export function createOutgoingRecords(observer?: RecordObserver): OutgoingRecords {
  return new Outgoing(observer);
}

/** A class for the reason given in protection.ts. */
class Outgoing implements OutgoingRecords {
  readonly #observer: RecordObserver | undefined;
  #buffer: Uint8Array = nothing;
  #start = 0;
  #end = 0;
  #protection: RecordProtection | undefined;
  #closed = false;
  #maximumContent = maximumPlaintext;
  // Section 5.1: 0x0301 in an initial ClientHello for the sake of old middleboxes, 0x0303 ever after.
  #legacyRecordVersion: number = protocolVersions.tls10;

  constructor(observer: RecordObserver | undefined) {
    this.#observer = observer;
  }

  get protection(): RecordProtection | undefined {
    return this.#protection;
  }

  protect(next: RecordProtection): void {
    this.#protection?.destroy();
    this.#protection = next;
    this.#legacyRecordVersion = protocolVersions.tls12;
  }

  unprotect(): void {
    this.#protection?.destroy();
    this.#protection = undefined;
  }

  limitPlaintext(octets: number): void {
    this.#maximumContent = Math.min(octets, maximumPlaintext);
  }

  append(contentType: number, content: Uint8Array): void {
    for (let from = 0; from < content.length; from += this.#maximumContent) {
      this.#appendRecord(contentType, content, from, Math.min(this.#maximumContent, content.length - from));
    }
  }

  appendChangeCipherSpec(): void {
    const content = Uint8Array.of(1);
    this.#appendPlain(contentTypes.changeCipherSpec, content, 0, 1);
    this.#observer?.report('sent', 'change_cipher_spec', content);
  }

  appendApplicationData(data: Uint8Array, offset: number, maximumRecords: number): number {
    if (this.#protection === undefined) throw new Error('application data is never sent in clear');
    let from = offset;
    const lastRoom = this.#applicationDataRoom() - this.#fullRecord();
    for (
      let records = 0;
      records < maximumRecords && from < data.length && this.#end <= lastRoom;
      records++
    ) {
      const length = Math.min(this.#maximumContent, data.length - from);
      this.#appendProtected(this.#protection, contentTypes.applicationData, data, from, length);
      this.#observer?.report('sent', 'application_data', data.subarray(from, from + length));
      from += length;
    }
    return from - offset;
  }

  pending(): Uint8Array {
    return this.#start === this.#end ? nothing : this.#buffer.subarray(this.#start, this.#end);
  }

  taken(length: number): void {
    if (!Number.isInteger(length) || length < 0 || length > this.#end - this.#start) {
      throw new RangeError(`${length} octets can't have been taken of ${this.#end - this.#start}`);
    }
    this.#start += length;
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
    }
  }

  releaseBuffer(): void {
    if (this.#start === this.#end) this.#buffer = nothing;
  }

  rest(source: RecordKeySource): void {
    if (!this.#closed) this.#protection?.rest?.(source, 'write');
  }

  close(): void {
    this.#closed = true;
    this.#protection?.destroy();
  }

  destroy(): void {
    this.close();
    this.#buffer = nothing;
    this.#start = 0;
    this.#end = 0;
  }

  #fullRecord(): number {
    return (
      recordHeaderLength +
      (this.#protection?.fragmentLength(this.#maximumContent + 1) ?? this.#maximumContent)
    );
  }
  #applicationDataRoom(): number {
    return waitingRecords * this.#fullRecord();
  }

  /** What lies between `start` and `end` stays where it is: the carrier may be reading it. */
  #makeRoom(octets: number): void {
    if (this.#closed) throw new Error('the write side is closed');
    const needed = this.#end + octets;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(
      Math.max(needed, Math.min(2 * this.#buffer.length, this.#applicationDataRoom()), 512),
    );
    larger.set(this.#buffer.subarray(this.#start, this.#end), this.#start);
    this.#buffer = larger;
  }

  #writeHeader(contentType: number, length: number): void {
    this.#buffer[this.#end] = contentType;
    this.#buffer[this.#end + 1] = this.#legacyRecordVersion >>> 8;
    this.#buffer[this.#end + 2] = this.#legacyRecordVersion;
    this.#buffer[this.#end + 3] = length >>> 8;
    this.#buffer[this.#end + 4] = length;
  }

  #appendPlain(contentType: number, content: Uint8Array, from: number, length: number): void {
    this.#makeRoom(recordHeaderLength + length);
    this.#writeHeader(contentType, length);
    this.#legacyRecordVersion = protocolVersions.tls12;
    this.#buffer.set(content.subarray(from, from + length), this.#end + recordHeaderLength);
    this.#end += recordHeaderLength + length;
  }

  /** What is sealed is put together where it will be sent from. In TLS 1.3 that is a TLSInnerPlaintext, section 5.2. */
  #appendProtected(
    seal: RecordProtection,
    contentType: number,
    content: Uint8Array,
    from: number,
    length: number,
  ): void {
    const plaintextLength = seal.hidesType ? length + 1 : length;
    const fragmentLength = seal.fragmentLength(plaintextLength);
    this.#makeRoom(recordHeaderLength + fragmentLength);
    this.#writeHeader(seal.hidesType ? contentTypes.applicationData : contentType, fragmentLength);
    const at = this.#end + recordHeaderLength + seal.prefixLength;
    const whole = from === 0 && length === content.length;
    this.#buffer.set(whole ? content : content.subarray(from, from + length), at);
    if (seal.hidesType) this.#buffer[at + length] = contentType;
    seal.seal(this.#buffer, this.#end, plaintextLength);
    this.#end += recordHeaderLength + fragmentLength;
  }

  #appendRecord(contentType: number, content: Uint8Array, from: number, length: number): void {
    if (this.#protection === undefined) this.#appendPlain(contentType, content, from, length);
    else this.#appendProtected(this.#protection, contentType, content, from, length);
  }
}
