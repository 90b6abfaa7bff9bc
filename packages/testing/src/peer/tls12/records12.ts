/** Records of TLS 1.2 with AES-128-GCM (RFC 5246 section 6.2, RFC 5288 section 3), on `node:crypto` alone. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { contentTypes, maximumPlaintext, recordHeaderLength } from '@halfclose/tls/codec';
import type { ReceivedRecord } from '../recordReader.ts';
import { concat } from '../recordWriter.ts';
import type { DirectionKeys12 } from './secrets12.ts';

const explicitNonceLength = 8;
const tagLength = 16;

/** What the tag also covers: sequence number, type, version, and the length of the plaintext. */
function additionalData(sequence: bigint, type: number, length: number): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setBigUint64(0, sequence);
  data.set([type, 3, 3], 8);
  view.setUint16(11, length);
  return data;
}

export interface RecordReader12 {
  add(bytes: Uint8Array): void;
  /** The next whole record, opened; without content where it can't be. */
  next(): ReceivedRecord | undefined;
  protect(keys: DirectionKeys12): void;
}

export function createRecordReader12(): RecordReader12 {
  let bytes: Uint8Array = new Uint8Array(0);
  let keys: DirectionKeys12 | undefined;
  let sequence = 0n;

  const open = (
    { key, salt }: DirectionKeys12,
    type: number,
    fragment: Uint8Array,
  ): Uint8Array | undefined => {
    const length = fragment.length - explicitNonceLength - tagLength;
    if (length < 0) return undefined;
    const nonce = concat([salt, fragment.subarray(0, explicitNonceLength)]);
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAAD(additionalData(sequence++, type, length));
    decipher.setAuthTag(fragment.subarray(fragment.length - tagLength));
    try {
      const content = decipher.update(fragment.subarray(explicitNonceLength, explicitNonceLength + length));
      decipher.final();
      return content;
    } catch {
      return undefined;
    }
  };

  return {
    add(more) {
      bytes = concat([bytes, more]);
    },
    next() {
      const [type = 0, major = 0, minor = 0, high = 0, low = 0] = bytes;
      const length = high * 256 + low;
      if (bytes.length < recordHeaderLength + length || bytes.length < recordHeaderLength) return undefined;
      const fragment = bytes.subarray(recordHeaderLength, recordHeaderLength + length);
      bytes = bytes.subarray(recordHeaderLength + length);
      const content = keys === undefined ? fragment : open(keys, type, fragment);
      return {
        type,
        version: major * 256 + minor,
        length,
        encrypted: keys !== undefined,
        content,
        contentType: content === undefined ? undefined : type,
      };
    },
    protect(next) {
      keys = next;
      sequence = 0n;
    },
  };
}

export interface RecordWriter12 {
  /** As many records as it takes, and one at least. */
  record(type: number, content: Uint8Array): void;
  raw(bytes: Uint8Array): void;
  protect(keys: DirectionKeys12): void;
  pending(): Uint8Array;
  taken(length: number): void;
}

export function createRecordWriter12(): RecordWriter12 {
  let pending: Uint8Array = new Uint8Array(0);
  let keys: DirectionKeys12 | undefined;
  let sequence = 0n;

  const seal = ({ key, salt }: DirectionKeys12, type: number, content: Uint8Array): Uint8Array => {
    const explicitNonce = new Uint8Array(explicitNonceLength);
    new DataView(explicitNonce.buffer).setBigUint64(0, sequence);
    const cipher = createCipheriv('aes-128-gcm', key, concat([salt, explicitNonce]));
    cipher.setAAD(additionalData(sequence++, type, content.length));
    const sealed = cipher.update(content);
    cipher.final();
    return concat([explicitNonce, sealed, cipher.getAuthTag()]);
  };

  const fragmentOf = (type: number, content: Uint8Array): Uint8Array => {
    // change_cipher_spec comes in the clear, for it is before the keys.
    return keys === undefined || type === contentTypes.changeCipherSpec ? content : seal(keys, type, content);
  };

  return {
    record(type, content) {
      const records: Uint8Array[] = [pending];
      let at = 0;
      do {
        const fragment = fragmentOf(type, content.subarray(at, at + maximumPlaintext));
        const header = Uint8Array.of(type, 3, 3, fragment.length >>> 8, fragment.length & 0xff);
        records.push(header, fragment);
        at += maximumPlaintext;
      } while (at < content.length);
      pending = concat(records);
    },
    raw(bytes) {
      pending = concat([pending, bytes]);
    },
    protect(next) {
      keys = next;
      sequence = 0n;
    },
    pending: () => pending,
    taken(length) {
      pending = pending.subarray(length);
    },
  };
}
