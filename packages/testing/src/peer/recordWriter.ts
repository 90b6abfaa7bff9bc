import {
  contentTypes,
  maximumPlaintext,
  protocolVersions,
  type RecordProtection,
} from '@halfclose/tls/codec';
import type { Framing } from './options.ts';

/** How one record is made. What is left out is right. */
export interface RecordOptions {
  /** Left out: true as soon as there are keys. */
  readonly protected?: boolean;
  /** Octets of zeros after the content and its type. Has a meaning for protected records only. */
  readonly padding?: number;
  /** Leaves out the octet of the type. Has a meaning for protected records only. */
  readonly withoutType?: boolean;
  /** The type in the header. Left out: application data for a protected record, else the content's type. */
  readonly outerType?: number;
  /** legacy_record_version. Left out: 0x0303. */
  readonly version?: number;
}

/** A record that was made, before it goes out. */
export interface RecordInfo {
  /** Counts all records from 0. */
  readonly index: number;
  /** Type of the content, which a protected record hides. */
  readonly type: number;
  readonly protected: boolean;
}

/** What goes out instead of a record: header, and fragment as it was sealed. */
export type RecordAlteration = (record: Uint8Array, info: RecordInfo) => Uint8Array;

export interface RecordWriterOptions {
  readonly framing: Framing;
  readonly padding: number;
  readonly alter: RecordAlteration;
}

/** The send side. Nothing is checked: every record that a test wants can be made. */
export interface RecordWriter {
  /** From the next record on, everything is protected with this. */
  protect(protection: RecordProtection): void;
  /** Octets of the handshake stream, which become records as the framing has it. */
  handshake(bytes: Uint8Array): void;
  /** Sends what the framing keeps back. */
  flush(): void;
  /** One record. */
  record(type: number, content: Uint8Array, options?: RecordOptions): void;
  /** Octets that are no record of ours. */
  raw(bytes: Uint8Array): void;
  pending(): Uint8Array;
  taken(length: number): void;
}

export function createRecordWriter({ framing, padding, alter }: RecordWriterOptions): RecordWriter {
  let protection: RecordProtection | undefined;
  let pending: Uint8Array[] = [];
  let stream: Uint8Array[] = [];
  let index = 0;

  const flush = (): void => {
    const bytes = concat(stream);
    stream = [];
    const size = typeof framing === 'number' ? framing : maximumPlaintext;
    for (let at = 0; at < bytes.length; at += size) {
      append(contentTypes.handshake, bytes.subarray(at, at + size), {});
    }
  };

  /** RFC 8446 section 5.2. */
  const innerPlaintext = (type: number, content: Uint8Array, options: RecordOptions): Uint8Array => {
    const typeOctet = options.withoutType === true ? [] : [type];
    return concat([content, Uint8Array.from(typeOctet), new Uint8Array(options.padding ?? padding)]);
  };

  const append = (type: number, content: Uint8Array, options: RecordOptions): void => {
    const seal = options.protected === false ? undefined : protection;
    const info = { index: index++, type, protected: seal !== undefined };
    const version = options.version ?? protocolVersions.tls12;
    const record =
      seal === undefined
        ? plainRecord(options.outerType ?? type, version, content)
        : sealedRecord(seal, innerPlaintext(type, content, options), options.outerType, version);
    pending.push(alter(record, info));
  };

  const whole = (): Uint8Array => {
    flush();
    if (pending.length !== 1) pending = [concat(pending)];
    return pending[0] ?? new Uint8Array(0);
  };

  return {
    protect(next) {
      flush();
      protection = next;
    },
    handshake(bytes) {
      stream.push(bytes);
      if (framing === 'separate') flush();
    },
    flush,
    record(type, content, options = {}) {
      flush();
      append(type, content, options);
    },
    raw(bytes) {
      flush();
      pending.push(bytes.slice());
    },
    pending: whole,
    taken(length) {
      pending = [whole().subarray(length)];
    },
  };
}

function header(type: number, version: number, length: number): Uint8Array {
  return Uint8Array.of(type, version >>> 8, version, length >>> 8, length);
}

function plainRecord(type: number, version: number, content: Uint8Array): Uint8Array {
  return concat([header(type, version, content.length), content]);
}

function sealedRecord(
  protection: RecordProtection,
  inner: Uint8Array,
  outerType: number = contentTypes.applicationData,
  version: number,
): Uint8Array {
  const length = protection.fragmentLength(inner.length);
  const tag = new Uint8Array(length - inner.length);
  const record = concat([header(outerType, version, length), inner, tag]);
  protection.seal(record, 0, inner.length);
  return record;
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
