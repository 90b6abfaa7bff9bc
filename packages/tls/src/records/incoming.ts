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
import type { RecordProtection } from './protection.ts';

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
  const framer = createFramer();
  const plaintext = createPlaintextBuffer();
  let protection: RecordProtection | undefined;
  let established = false;
  let discarding = false;
  let discarded = 0;
  let emptyRecords = 0;
  let speaksTls12 = false;
  let droppedChangeCipherSpec = false;
  let plaintextLimit = maximumInnerPlaintext;

  const countEmptyRecord = (): void => {
    if (++emptyRecords > maximumEmptyRecords) {
      throw misbehaved(
        'unexpected_message',
        'TOO_MANY_EMPTY_FRAGMENTS',
        `more than ${maximumEmptyRecords} records in a row had no content`,
      );
    }
  };

  /** RFC 8446 section 5: one octet 0x01, during the handshake only, and then dropped. */
  const dropChangeCipherSpec = (): void => {
    const isDummy = framer.length === 1 && framer.bytes[framer.offset + recordHeaderLength] === 1;
    if (established || !isDummy || handlers.insideMessage()) {
      throw misbehaved(
        'unexpected_message',
        'BAD_CHANGE_CIPHER_SPEC',
        'a change_cipher_spec came where none is legal, or with another content than 0x01',
      );
    }
    droppedChangeCipherSpec = true;
    countEmptyRecord();
  };

  const takeHandshake = (fragment: Uint8Array): void => {
    // Section 5.1: "MUST NOT send zero-length fragments of Handshake types".
    if (fragment.length === 0) {
      throw misbehaved('unexpected_message', 'UNEXPECTED_RECORD', 'a handshake record is empty');
    }
    emptyRecords = 0;
    handlers.handshake(fragment);
  };

  /** Section 5.1: one alert a record, never fragmented. */
  const takeAlert = (content: Uint8Array): void => {
    // Section 5.4, as for the handshake above.
    if (content.length === 0) {
      throw misbehaved('unexpected_message', 'UNEXPECTED_RECORD', 'an alert record is empty');
    }
    if (content.length !== 2) {
      throw misbehaved('decode_error', 'BAD_ALERT', `an alert has ${content.length} octets instead of 2`);
    }
    handlers.alert(content[0] ?? 0, content[1] ?? 0);
  };

  const takeApplicationData = (length: number): void => {
    if (!established) {
      throw misbehaved(
        'unexpected_message',
        'UNEXPECTED_RECORD',
        'application data came before the handshake was done',
      );
    }
    if (handlers.insideMessage()) {
      throw misbehaved(
        'unexpected_message',
        'UNEXPECTED_RECORD',
        'application data came inside a handshake message (RFC 8446 section 5.1)',
      );
    }
    if (length === 0) {
      countEmptyRecord();
      return;
    }
    emptyRecords = 0;
    if (discarding) {
      plaintext.bytes.fill(0, plaintext.end, plaintext.end + length);
      discarded += length;
    } else {
      plaintext.commit(length);
    }
    handlers.applicationData();
  };

  const takePlainRecord = (): void => {
    const { type, bytes, offset, length } = framer;
    const start = offset + recordHeaderLength;
    const fragment = bytes.subarray(start, start + length);
    if (type === contentTypes.handshake) takeHandshake(fragment);
    else if (type === contentTypes.alert) takeAlert(fragment);
    else if (type === contentTypes.changeCipherSpec) dropChangeCipherSpec();
    else {
      throw misbehaved(
        'unexpected_message',
        'UNEXPECTED_RECORD',
        'a record of application data came before any key was agreed on',
      );
    }
  };

  /** @returns false if there is no room until something is read */
  const takeProtectedRecord = (opener: RecordProtection): boolean => {
    if (framer.type === contentTypes.changeCipherSpec) {
      dropChangeCipherSpec();
      return true;
    }
    if (framer.type !== contentTypes.applicationData) {
      throw misbehaved(
        'unexpected_message',
        'UNEXPECTED_RECORD',
        `an unprotected record of type ${framer.type} came after the keys were agreed on`,
      );
    }
    const length = open(opener);
    if (length === undefined) return false;
    takeInnerPlaintext(length);
    return true;
  };

  /** @returns octets of plaintext behind what is readable; undefined if there is no room until something is read */
  const open = (opener: RecordProtection): number | undefined => {
    const openedLength = opener.openedLength(framer.length);
    if (!plaintext.reserve(Math.max(openedLength, 0))) return undefined;
    const { bytes, end } = plaintext;
    const length =
      openedLength < 0 ? undefined : opener.open(framer.bytes, framer.offset, framer.length, bytes, end);
    if (length === undefined) {
      throw misbehaved(
        'bad_record_mac',
        'DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
        `record ${opener.sequenceNumber} of ${framer.length} octets is not authentic`,
      );
    }
    return length;
  };

  /** In TLS 1.2 the header says what is in a record, protected or not. */
  const takeRecord12 = (): boolean => {
    const { type, bytes, offset } = framer;
    checkVersion12((bytes[offset + 1] ?? 0) * 256 + (bytes[offset + 2] ?? 0));
    const length = protection === undefined ? undefined : open(protection);
    if (protection !== undefined && length === undefined) return false;
    const start = offset + recordHeaderLength;
    const content =
      length === undefined
        ? bytes.subarray(start, start + framer.length)
        : plaintext.bytes.subarray(plaintext.end, plaintext.end + length);
    checkContentLength(content.length);
    if (type === contentTypes.handshake) takeHandshake(content);
    else if (type === contentTypes.alert) takeAlert(content);
    else if (type === contentTypes.applicationData) takeApplicationData(content.length);
    else takeChangeCipherSpec12(content);
    return true;
  };

  const checkContentLength = (length: number): void => {
    const limit = protection === undefined ? maximumPlaintext : Math.min(plaintextLimit, maximumPlaintext);
    if (length <= limit) return;
    throw misbehaved(
      'record_overflow',
      'DATA_LENGTH_TOO_LONG',
      `a record holds ${length} octets, more than ${limit} (RFC 5246 section 6.2.1)`,
    );
  };

  /** RFC 5246 section 7.1. */
  const takeChangeCipherSpec12 = (content: Uint8Array): void => {
    if (content.length !== 1 || content[0] !== 1) {
      throw misbehaved(
        'illegal_parameter',
        'BAD_CHANGE_CIPHER_SPEC',
        'a change_cipher_spec has another content than 0x01',
      );
    }
    handlers.changeCipherSpec();
  };

  /** Section 5.4: content, its type, and any number of zeros. */
  const takeInnerPlaintext = (innerLength: number): void => {
    const { bytes, end } = plaintext;
    let length = innerLength - 1;
    while (length >= 0 && bytes[end + length] === 0) length--;
    if (innerLength > plaintextLimit || length > maximumPlaintext) {
      throw misbehaved(
        'record_overflow',
        'DATA_LENGTH_TOO_LONG',
        `a record holds ${innerLength} octets of plaintext, more than ${plaintextLimit} (RFC 8446 section 5.4)`,
      );
    }
    const type = length < 0 ? undefined : bytes[end + length];
    if (type === contentTypes.applicationData) takeApplicationData(length);
    else if (type === contentTypes.handshake) takeHandshake(bytes.subarray(end, end + length));
    else if (type === contentTypes.alert) takeAlert(bytes.subarray(end, end + length));
    else {
      throw misbehaved(
        'unexpected_message',
        'UNEXPECTED_RECORD',
        type === undefined ? 'a record is nothing but padding' : `a protected record has the type ${type}`,
      );
    }
  };

  /** @returns false if there is no room until something is read */
  const takeRecord = (): boolean => {
    if (speaksTls12) return takeRecord12();
    if (protection !== undefined) return takeProtectedRecord(protection);
    takePlainRecord();
    return true;
  };

  return {
    receive(chunk, offset) {
      let at = offset;
      while (handlers.mayContinue()) {
        at += framer.next(chunk, at);
        if (!framer.found) break;
        if (!takeRecord()) {
          at -= framer.retract();
          break;
        }
        at += framer.release();
      }
      return at - offset;
    },

    protect(next) {
      protection?.destroy();
      protection = next;
      framer.expectProtection(speaksTls12 ? maximumCiphertext12 : maximumCiphertext);
    },

    speakTls12() {
      if (droppedChangeCipherSpec) {
        throw misbehaved(
          'unexpected_message',
          'UNEXPECTED_RECORD',
          'a change_cipher_spec came before the ServerHello of TLS 1.2',
        );
      }
      speaksTls12 = true;
    },

    limitPlaintext(octets) {
      plaintextLimit = octets;
    },

    establish() {
      established = true;
    },

    get readable() {
      return plaintext.readable;
    },

    read(target, offset, length) {
      return plaintext.read(target, offset, length);
    },

    discard() {
      discarding = true;
      discarded += plaintext.drop();
    },

    get discarded() {
      return discarded;
    },

    releaseBuffers() {
      if (framer.gathered === 0) framer.destroy();
      if (plaintext.readable === 0) plaintext.destroy();
    },

    close() {
      protection?.destroy();
      framer.destroy();
    },

    destroy() {
      protection?.destroy();
      framer.destroy();
      plaintext.destroy();
    },
  };
}
