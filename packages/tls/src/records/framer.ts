import { unexpectedRecord } from '../brokenRules.ts';
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
  return new Records();
}

const nothing = new Uint8Array(0);

/** A class for the reason given in protection.ts. */
class Records implements Framer {
  #pending: Uint8Array = nothing;
  #gathered = 0;
  #maximumFragment = maximumPlaintext;
  #isFirst = true;
  #lastTaken = 0;

  #found = false;
  #bytes = this.#pending;
  #offset = 0;
  #type = 0;
  #length = 0;

  get found(): boolean {
    return this.#found;
  }
  get bytes(): Uint8Array {
    return this.#bytes;
  }
  get offset(): number {
    return this.#offset;
  }
  get type(): number {
    return this.#type;
  }
  get length(): number {
    return this.#length;
  }
  get gathered(): number {
    return this.#gathered;
  }

  next(chunk: Uint8Array, from: number): number {
    this.#found = false;
    this.#lastTaken = 0;
    const available = chunk.length - from;
    if (this.#gathered === 0 && available >= recordHeaderLength) {
      this.#readHeader(chunk, from);
      if (available >= recordHeaderLength + this.#length) {
        this.#point(chunk, from);
        return 0;
      }
    }
    if (this.#gathered < recordHeaderLength) {
      this.#lastTaken = this.#gather(chunk, from, recordHeaderLength);
      if (this.#gathered < recordHeaderLength) return this.#lastTaken;
    }
    this.#readHeader(this.#pending, 0);
    this.#lastTaken += this.#gather(chunk, from + this.#lastTaken, recordHeaderLength + this.#length);
    if (this.#gathered === recordHeaderLength + this.#length) this.#point(this.#pending, 0);
    return this.#lastTaken;
  }

  retract(): number {
    this.#found = false;
    this.#gathered -= this.#lastTaken;
    return this.#lastTaken;
  }

  release(): number {
    this.#found = false;
    if (this.#bytes !== this.#pending) return recordHeaderLength + this.#length;
    this.#gathered = 0;
    return 0;
  }

  expectProtection(longest: number): void {
    this.#maximumFragment = longest;
  }

  destroy(): void {
    this.#pending.fill(0);
    this.#pending = nothing;
    this.#bytes = this.#pending;
    this.#found = false;
    this.#gathered = 0;
  }

  #readHeader(source: Uint8Array, at: number): void {
    this.#type = source[at] ?? 0;
    this.#length = (source[at + 3] ?? 0) * 256 + (source[at + 4] ?? 0);
    // Section 5.1 has legacy_record_version ignored; a first record that hasn't even its high octet isn't TLS.
    if (this.#isFirst && (!isContentType(this.#type) || source[at + 1] !== 3)) throw notTls(source, at);
    this.#isFirst = false;
    if (!isContentType(this.#type)) {
      throw unexpectedRecord(`a record has the unknown type ${this.#type}`);
    }
    if (this.#length > this.#maximumFragment) {
      throw misbehaved(
        'record_overflow',
        this.#maximumFragment > maximumPlaintext ? 'ENCRYPTED_LENGTH_TOO_LONG' : 'DATA_LENGTH_TOO_LONG',
        `a record of ${this.#length} octets is longer than ${this.#maximumFragment} (RFC 8446 section 5)`,
      );
    }
  }

  #point(source: Uint8Array, at: number): void {
    this.#found = true;
    this.#bytes = source;
    this.#offset = at;
  }

  /** Takes octets of the chunk until `target` are gathered; says how many it took. */
  #gather(chunk: Uint8Array, from: number, target: number): number {
    const taken = Math.min(target - this.#gathered, chunk.length - from);
    if (this.#gathered + taken > this.#pending.length) {
      const larger = new Uint8Array(capacityFor(target));
      larger.set(this.#pending.subarray(0, this.#gathered));
      this.#pending = larger;
    }
    for (let i = 0; i < taken && taken < 16; i++) this.#pending[this.#gathered + i] = chunk[from + i] ?? 0;
    if (taken >= 16) this.#pending.set(chunk.subarray(from, from + taken), this.#gathered);
    this.#gathered += taken;
    return taken;
  }
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
