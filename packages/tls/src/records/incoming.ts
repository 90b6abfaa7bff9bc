import { illegal, unexpectedRecord } from '../brokenRules.ts';
import { misbehaved } from '../errors.ts';
import { contentTypes } from '../protocol/contentTypes.ts';
import { protocolVersions, versionName } from '../protocol/versions.ts';
import { createFramer } from './framer.ts';
import {
  maximumCiphertext,
  maximumCiphertext12,
  maximumInnerPlaintext,
  maximumPlaintext,
  recordHeaderLength,
} from './limits.ts';
import { createPlaintextBuffer } from './plaintext.ts';
import type { RecordKeySource, RecordProtection } from './protection.ts';
import type { RecordObserver } from './recordObserver.ts';

/** What the receive side hands on. The bytes are views, good for the call only. */
export interface IncomingHandlers {
  /** A piece of the handshake stream, never empty. */
  handshake(fragment: Uint8Array): void;
  alert(level: number, description: number): void;
  /** That of TLS 1.2, which is more than a dummy. */
  changeCipherSpec(): void;
  /** Application data has come and is readable, unless reading is closed. */
  applicationData(): void;
  /** Whether a handshake message has begun and not ended. */
  insideMessage(): boolean;
  /** Whether the next record may be looked at. */
  mayContinue(): boolean;
  readonly observer?: RecordObserver | undefined;
}

/** The receive side: octets from the carrier become application data, handshake messages and alerts. */
export interface IncomingRecords {
  /**
   * Opens the records in `chunk` from `offset` on, until something has to happen first.
   * @returns octets taken
   * @throws TLSError for a record that can't be
   */
  receive(chunk: Uint8Array, offset: number): number;
  /** From the next record on, everything is protected with this. */
  protect(protection: RecordProtection): void;
  /**
   * The server chose TLS 1.2: a change_cipher_spec means something from the next record on, and a protected record says
   * in its header what it holds.
   * @throws TLSError where one came before
   */
  speakTls12(): void;
  /** The largest plaintext of a protected record, in octets, where it was agreed to be less than TLS's own limit (RFC 8449). */
  limitPlaintext(octets: number): void;
  /** The handshake is done: application data is legal from here on, and change_cipher_spec no more. */
  establish(): void;
  readonly readable: number;
  read(target: Uint8Array, offset: number, length: number): number;
  /** Drops application data from now on. */
  discard(): void;
  /** Octets of application data that were dropped. */
  readonly discarded: number;
  /** Gives back buffers that hold nothing. */
  releaseBuffers(): void;
  /** Does without keys until the next record, which needs those of `source`. */
  rest(source: RecordKeySource): void;
  /** Nothing more will be opened; what is readable stays so. */
  close(): void;
  destroy(): void;
}

/** RFC 5246 section 6.2.1: that of the connection, as soon as one was agreed on. */
function checkVersion12(version: number): void {
  if (version === protocolVersions.tls12) return;
  throw misbehaved(
    'protocol_version',
    'WRONG_VERSION_NUMBER',
    `a record of TLS 1.2 says that it is ${versionName(version)}`,
  );
}

/** Records without content that may follow each other: each costs work and brings nothing. */
const maximumEmptyRecords = 32;

export function createIncomingRecords(handlers: IncomingHandlers): IncomingRecords {
  return new Incoming(handlers);
}

/** A class for the reason given in protection.ts. */
class Incoming implements IncomingRecords {
  readonly #handlers: IncomingHandlers;
  readonly #framer = createFramer();
  readonly #plaintext = createPlaintextBuffer();
  #protection: RecordProtection | undefined;
  #established = false;
  #discarding = false;
  #discarded = 0;
  #emptyRecords = 0;
  #speaksTls12 = false;
  #droppedChangeCipherSpec = false;
  #plaintextLimit = maximumInnerPlaintext;

  constructor(handlers: IncomingHandlers) {
    this.#handlers = handlers;
  }

  receive(chunk: Uint8Array, offset: number): number {
    let at = offset;
    while (this.#handlers.mayContinue()) {
      at += this.#framer.next(chunk, at);
      if (!this.#framer.found) break;
      if (!this.#takeRecord()) {
        at -= this.#framer.retract();
        break;
      }
      at += this.#framer.release();
    }
    return at - offset;
  }

  protect(next: RecordProtection): void {
    this.#protection?.destroy();
    this.#protection = next;
    this.#framer.expectProtection(this.#speaksTls12 ? maximumCiphertext12 : maximumCiphertext);
  }

  speakTls12(): void {
    if (this.#droppedChangeCipherSpec) {
      throw unexpectedRecord('a change_cipher_spec came before the ServerHello of TLS 1.2');
    }
    this.#speaksTls12 = true;
  }

  limitPlaintext(octets: number): void {
    this.#plaintextLimit = octets;
  }

  establish(): void {
    this.#established = true;
  }

  get readable(): number {
    return this.#plaintext.readable;
  }

  read(target: Uint8Array, offset: number, length: number): number {
    return this.#plaintext.read(target, offset, length);
  }

  discard(): void {
    this.#discarding = true;
    this.#discarded += this.#plaintext.drop();
  }

  get discarded(): number {
    return this.#discarded;
  }

  releaseBuffers(): void {
    if (this.#framer.gathered === 0) this.#framer.destroy();
    if (this.#plaintext.readable === 0) this.#plaintext.destroy();
  }

  rest(source: RecordKeySource): void {
    this.#protection?.rest?.(source, 'read');
  }

  close(): void {
    this.#protection?.destroy();
    this.#framer.destroy();
  }

  destroy(): void {
    this.#protection?.destroy();
    this.#framer.destroy();
    this.#plaintext.destroy();
  }

  #countEmptyRecord(): void {
    if (++this.#emptyRecords > maximumEmptyRecords) {
      throw misbehaved(
        'unexpected_message',
        'TOO_MANY_EMPTY_FRAGMENTS',
        `more than ${maximumEmptyRecords} records in a row had no content`,
      );
    }
  }

  /** RFC 8446 section 5: one octet 0x01, during the handshake only, and then dropped. */
  #dropChangeCipherSpec(): void {
    const { bytes, offset, length } = this.#framer;
    const start = offset + recordHeaderLength;
    this.#handlers.observer?.report('received', 'change_cipher_spec', bytes.subarray(start, start + length));
    const isDummy = length === 1 && bytes[start] === 1;
    if (this.#established || !isDummy || this.#handlers.insideMessage()) {
      throw misbehaved(
        'unexpected_message',
        'BAD_CHANGE_CIPHER_SPEC',
        'a change_cipher_spec came where none is legal, or with another content than 0x01',
      );
    }
    this.#droppedChangeCipherSpec = true;
    this.#countEmptyRecord();
  }

  #takeHandshake(fragment: Uint8Array): void {
    // Section 5.1: "MUST NOT send zero-length fragments of Handshake types".
    if (fragment.length === 0) {
      throw unexpectedRecord('a handshake record is empty');
    }
    this.#emptyRecords = 0;
    this.#handlers.handshake(fragment);
  }

  /** Section 5.1: one alert a record, never fragmented. */
  #takeAlert(content: Uint8Array): void {
    this.#handlers.observer?.report('received', 'alert', content);
    // Section 5.4, as for the handshake above.
    if (content.length === 0) {
      throw unexpectedRecord('an alert record is empty');
    }
    if (content.length !== 2) {
      throw misbehaved('decode_error', 'BAD_ALERT', `an alert has ${content.length} octets instead of 2`);
    }
    this.#handlers.alert(content[0] ?? 0, content[1] ?? 0);
  }

  #takeApplicationData(length: number): void {
    const { bytes, end } = this.#plaintext;
    this.#handlers.observer?.report('received', 'application_data', bytes.subarray(end, end + length));
    if (!this.#established) {
      throw unexpectedRecord('application data came before the handshake was done');
    }
    if (this.#handlers.insideMessage()) {
      throw unexpectedRecord('application data came inside a handshake message (RFC 8446 section 5.1)');
    }
    if (length === 0) {
      this.#countEmptyRecord();
      return;
    }
    this.#emptyRecords = 0;
    if (this.#discarding) {
      bytes.fill(0, end, end + length);
      this.#discarded += length;
    } else {
      this.#plaintext.commit(length);
    }
    this.#handlers.applicationData();
  }

  #takePlainRecord(): void {
    const { type, bytes, offset, length } = this.#framer;
    const start = offset + recordHeaderLength;
    const fragment = bytes.subarray(start, start + length);
    if (type === contentTypes.handshake) this.#takeHandshake(fragment);
    else if (type === contentTypes.alert) this.#takeAlert(fragment);
    else if (type === contentTypes.changeCipherSpec) this.#dropChangeCipherSpec();
    else {
      throw unexpectedRecord('a record of application data came before any key was agreed on');
    }
  }

  /** @returns false if there is no room until something is read */
  #takeProtectedRecord(opener: RecordProtection): boolean {
    if (this.#framer.type === contentTypes.changeCipherSpec) {
      this.#dropChangeCipherSpec();
      return true;
    }
    if (this.#framer.type !== contentTypes.applicationData) {
      throw unexpectedRecord(
        `an unprotected record of type ${this.#framer.type} came after the keys were agreed on`,
      );
    }
    const length = this.#open(opener);
    if (length === undefined) return false;
    this.#takeInnerPlaintext(length);
    return true;
  }

  /** @returns octets of plaintext behind what is readable; undefined if there is no room until something is read */
  #open(opener: RecordProtection): number | undefined {
    const openedLength = opener.openedLength(this.#framer.length);
    if (!this.#plaintext.reserve(Math.max(openedLength, 0))) return undefined;
    const { bytes, end } = this.#plaintext;
    const length =
      openedLength < 0
        ? undefined
        : opener.open(this.#framer.bytes, this.#framer.offset, this.#framer.length, bytes, end);
    if (length === undefined) {
      throw misbehaved(
        'bad_record_mac',
        'DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
        `record ${opener.sequenceNumber} of ${this.#framer.length} octets is not authentic`,
      );
    }
    return length;
  }

  /** In TLS 1.2 the header says what is in a record, protected or not. */
  #takeRecord12(): boolean {
    const { type, bytes, offset } = this.#framer;
    checkVersion12((bytes[offset + 1] ?? 0) * 256 + (bytes[offset + 2] ?? 0));
    const length = this.#protection === undefined ? undefined : this.#open(this.#protection);
    if (this.#protection !== undefined && length === undefined) return false;
    const start = offset + recordHeaderLength;
    const content =
      length === undefined
        ? bytes.subarray(start, start + this.#framer.length)
        : this.#plaintext.bytes.subarray(this.#plaintext.end, this.#plaintext.end + length);
    this.#checkContentLength(content.length);
    if (type === contentTypes.handshake) this.#takeHandshake(content);
    else if (type === contentTypes.alert) this.#takeAlert(content);
    else if (type === contentTypes.applicationData) this.#takeApplicationData(content.length);
    else this.#takeChangeCipherSpec12(content);
    return true;
  }

  #checkContentLength(length: number): void {
    const limit =
      this.#protection === undefined ? maximumPlaintext : Math.min(this.#plaintextLimit, maximumPlaintext);
    if (length <= limit) return;
    throw misbehaved(
      'record_overflow',
      'DATA_LENGTH_TOO_LONG',
      `a record holds ${length} octets, more than ${limit} (RFC 5246 section 6.2.1)`,
    );
  }

  /** RFC 5246 section 7.1. */
  #takeChangeCipherSpec12(content: Uint8Array): void {
    this.#handlers.observer?.report('received', 'change_cipher_spec', content);
    if (content.length !== 1 || content[0] !== 1) {
      throw illegal('BAD_CHANGE_CIPHER_SPEC', 'a change_cipher_spec has another content than 0x01');
    }
    this.#handlers.changeCipherSpec();
  }

  /** Section 5.4: content, its type, and any number of zeros. */
  #takeInnerPlaintext(innerLength: number): void {
    const { bytes, end } = this.#plaintext;
    let length = innerLength - 1;
    while (length >= 0 && bytes[end + length] === 0) length--;
    if (innerLength > this.#plaintextLimit || length > maximumPlaintext) {
      throw misbehaved(
        'record_overflow',
        'DATA_LENGTH_TOO_LONG',
        `a record holds ${innerLength} octets of plaintext, more than ${this.#plaintextLimit} (RFC 8446 section 5.4)`,
      );
    }
    const type = length < 0 ? undefined : bytes[end + length];
    if (type === contentTypes.applicationData) this.#takeApplicationData(length);
    else if (type === contentTypes.handshake) this.#takeHandshake(bytes.subarray(end, end + length));
    else if (type === contentTypes.alert) this.#takeAlert(bytes.subarray(end, end + length));
    else {
      throw unexpectedRecord(
        type === undefined ? 'a record is nothing but padding' : `a protected record has the type ${type}`,
      );
    }
  }

  /** @returns false if there is no room until something is read */
  #takeRecord(): boolean {
    if (this.#speaksTls12) return this.#takeRecord12();
    if (this.#protection !== undefined) return this.#takeProtectedRecord(this.#protection);
    this.#takePlainRecord();
    return true;
  }
}
