import { misbehaved, type TLSError } from '../errors.ts';
import { contentTypes } from '../protocol/contentTypes.ts';
import { latin1, printable } from '../wire/text.ts';
import { maximumCiphertext12, maximumPlaintext, recordHeaderLength } from './limits.ts';

/**
 * Finds records in whatever pieces the carrier delivers. A record that lies whole in one piece is pointed at where
 * it is; only one that is cut is gathered, in one buffer that is kept for the next.
 */
export interface Framer {
  /**
   * Looks for a record, first in what was gathered and then in `chunk` from `offset` on.
   * @returns octets of `chunk` that were gathered and need not be given again
   * @throws TLSError for a header that can't be
   */
  next(chunk: Uint8Array, offset: number): number;
  /** Whether `next` found a whole record, described by the four fields below. */
  readonly found: boolean;
  /** The array that the record lies in. */
  readonly bytes: Uint8Array;
  /** Where its header is. */
  readonly offset: number;
  /** Its ContentType. */
  readonly type: number;
  /** Octets of its fragment, which follows the header. */
  readonly length: number;
  /**
   * Not now: gives back what the last `next` gathered, so that the record is found again when it is given again.
   * @returns how many octets of the chunk that were
   */
  retract(): number;
  /**
   * Done with the record found.
   * @returns octets of the chunk that it took up there; 0 if it had been gathered
   */
  release(): number;
  /** Octets of an incomplete record that are waiting for the rest. */
  readonly gathered: number;
  /** From now on records are protected, which makes them longer: so many octets of a fragment at most. */
  expectProtection(longest: number): void;
  /** Forgets the buffer. */
  destroy(): void;
}

export function createFramer(): Framer {
  let pending: Uint8Array = new Uint8Array(0);
  let gathered = 0;
  let maximumFragment = maximumPlaintext;
  let isFirst = true;
  let lastTaken = 0;

  let found = false;
  let bytes = pending;
  let offset = 0;
  let type = 0;
  let length = 0;

  const readHeader = (source: Uint8Array, at: number): void => {
    type = source[at] ?? 0;
    length = (source[at + 3] ?? 0) * 256 + (source[at + 4] ?? 0);
    // Section 5.1 has legacy_record_version ignored; a first record that hasn't even its high octet isn't TLS.
    if (isFirst && (!isContentType(type) || source[at + 1] !== 3)) throw notTls(source, at);
    isFirst = false;
    if (!isContentType(type)) {
      throw misbehaved('unexpected_message', 'UNEXPECTED_RECORD', `a record has the unknown type ${type}`);
    }
    if (length > maximumFragment) {
      throw misbehaved(
        'record_overflow',
        maximumFragment > maximumPlaintext ? 'ENCRYPTED_LENGTH_TOO_LONG' : 'DATA_LENGTH_TOO_LONG',
        `a record of ${length} octets is longer than ${maximumFragment} (RFC 8446 section 5)`,
      );
    }
  };

  const point = (source: Uint8Array, at: number): void => {
    found = true;
    bytes = source;
    offset = at;
  };

  /** Takes octets of the chunk until `target` are gathered; says how many it took. */
  const gather = (chunk: Uint8Array, from: number, target: number): number => {
    const taken = Math.min(target - gathered, chunk.length - from);
    if (gathered + taken > pending.length) {
      const larger = new Uint8Array(capacityFor(target));
      larger.set(pending.subarray(0, gathered));
      pending = larger;
    }
    for (let i = 0; i < taken && taken < 16; i++) pending[gathered + i] = chunk[from + i] ?? 0;
    if (taken >= 16) pending.set(chunk.subarray(from, from + taken), gathered);
    gathered += taken;
    return taken;
  };

  return {
    get found() {
      return found;
    },
    get bytes() {
      return bytes;
    },
    get offset() {
      return offset;
    },
    get type() {
      return type;
    },
    get length() {
      return length;
    },
    get gathered() {
      return gathered;
    },

    next(chunk, from) {
      found = false;
      lastTaken = 0;
      const available = chunk.length - from;
      if (gathered === 0 && available >= recordHeaderLength) {
        readHeader(chunk, from);
        if (available >= recordHeaderLength + length) {
          point(chunk, from);
          return 0;
        }
      }
      if (gathered < recordHeaderLength) {
        lastTaken = gather(chunk, from, recordHeaderLength);
        if (gathered < recordHeaderLength) return lastTaken;
      }
      readHeader(pending, 0);
      lastTaken += gather(chunk, from + lastTaken, recordHeaderLength + length);
      if (gathered === recordHeaderLength + length) point(pending, 0);
      return lastTaken;
    },

    retract() {
      found = false;
      gathered -= lastTaken;
      return lastTaken;
    },

    release() {
      found = false;
      if (bytes !== pending) return recordHeaderLength + length;
      gathered = 0;
      return 0;
    },

    expectProtection(longest) {
      maximumFragment = longest;
    },

    destroy() {
      pending.fill(0);
      pending = new Uint8Array(0);
      bytes = pending;
      found = false;
      gathered = 0;
    },
  };
}

function isContentType(type: number): boolean {
  return type >= contentTypes.changeCipherSpec && type <= contentTypes.applicationData;
}

/** Powers of two from 2 KiB up to the largest record, so that an odd sequence of lengths grows it a few times only. */
function capacityFor(length: number): number {
  let capacity = 2048;
  while (capacity < length) capacity *= 2;
  return Math.min(capacity, recordHeaderLength + maximumCiphertext12);
}

function notTls(source: Uint8Array, at: number): TLSError {
  const beginning = printable(latin1(source.subarray(at, at + recordHeaderLength)));
  return misbehaved(
    'unexpected_message',
    'WRONG_VERSION_NUMBER',
    `the server does not speak TLS: what it sent begins with "${beginning}"`,
  );
}
