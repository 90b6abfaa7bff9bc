import {
  contentTypes,
  type HandshakeMessage,
  handshakeMessage,
  type RecordProtection,
  recordHeaderLength,
} from '@halfclose/tls/codec';
import { concat } from './recordWriter.ts';

/** A record as the client sent it. */
export interface ReceivedRecord {
  /** The type in its header. */
  readonly type: number;
  /** legacy_record_version. */
  readonly version: number;
  /** Octets of its fragment. */
  readonly length: number;
  readonly encrypted: boolean;
  /** What it holds, and of which type; undefined where it could not be opened with the keys of the moment. */
  readonly content: Uint8Array | undefined;
  readonly contentType: number | undefined;
}

/** The receive side: the client's records and handshake messages, one by one in their order. */
export interface RecordReader {
  add(bytes: Uint8Array): void;
  /** The next whole record, opened. */
  next(): ReceivedRecord | undefined;
  /** From the next record on, those of application data's type are opened with this. */
  protect(protection: RecordProtection): void;
  /** Octets of an incomplete record. */
  readonly incomplete: number;
}

export function createRecordReader(): RecordReader {
  let bytes: Uint8Array = new Uint8Array(0);
  let protection: RecordProtection | undefined;

  const open = (record: Uint8Array): Pick<ReceivedRecord, 'content' | 'contentType'> => {
    const length = record.length - recordHeaderLength;
    const unreadable = { content: undefined, contentType: undefined };
    const openedLength = protection?.openedLength(length) ?? -1;
    if (protection === undefined || openedLength < 0) return unreadable;
    const inner = new Uint8Array(openedLength);
    if (protection.open(record, 0, length, inner, 0) === undefined) return unreadable;
    let end = inner.length - 1;
    while (end > 0 && inner[end] === 0) end--;
    return { content: inner.subarray(0, end), contentType: inner[end] };
  };

  return {
    add(more) {
      bytes = concat([bytes, more]);
    },
    next() {
      const length = (bytes[3] ?? 0) * 256 + (bytes[4] ?? 0);
      if (bytes.length < recordHeaderLength + length || bytes.length < recordHeaderLength) return undefined;
      const record = bytes.subarray(0, recordHeaderLength + length);
      bytes = bytes.subarray(record.length);
      const type = record[0] ?? 0;
      const version = (record[1] ?? 0) * 256 + (record[2] ?? 0);
      const encrypted = type === contentTypes.applicationData;
      const opened = encrypted
        ? open(record)
        : { content: record.subarray(recordHeaderLength), contentType: type };
      return { type, version, length, encrypted, ...opened };
    },
    protect(next) {
      protection = next;
    },
    get incomplete() {
      return bytes.length;
    },
  };
}

/** Puts the client's handshake messages together. */
export interface MessageReader {
  add(fragment: Uint8Array): void;
  next(): HandshakeMessage | undefined;
}

export function createMessageReader(): MessageReader {
  let bytes: Uint8Array = new Uint8Array(0);
  return {
    add(fragment) {
      bytes = concat([bytes, fragment]);
    },
    next() {
      const [type = 0, high = 0, middle = 0, low = 0] = bytes;
      const length = high * 65536 + middle * 256 + low;
      if (bytes.length < 4 || bytes.length < 4 + length) return undefined;
      const message = handshakeMessage(type, bytes.slice(4, 4 + length));
      bytes = bytes.subarray(4 + length);
      return message;
    },
  };
}
