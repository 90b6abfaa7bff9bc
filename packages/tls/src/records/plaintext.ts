import { maximumInnerPlaintext } from './limits.ts';

/** Application data that was opened and not read yet, in one buffer that grows to the largest record and no further. */
export interface PlaintextBuffer {
  /**
   * Makes sure that `length` octets can be written at `bytes[end]`.
   * @returns false if what is waiting has to be read first
   */
  reserve(length: number): boolean;
  /** Where an opened record goes. */
  readonly bytes: Uint8Array;
  readonly end: number;
  /** The first `length` octets at `end` are application data. */
  commit(length: number): void;
  readonly readable: number;
  /** Copies up to `length` octets out. */
  read(target: Uint8Array, offset: number, length: number): number;
  /** Throws away what is waiting and says how much it was. */
  drop(): number;
  destroy(): void;
}

export function createPlaintextBuffer(): PlaintextBuffer {
  return new Plaintext();
}

const nothing = new Uint8Array(0);

/** A class for the reason given in protection.ts. */
class Plaintext implements PlaintextBuffer {
  #bytes: Uint8Array = nothing;
  #start = 0;
  #end = 0;

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get end(): number {
    return this.#end;
  }

  get readable(): number {
    return this.#end - this.#start;
  }

  reserve(length: number): boolean {
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
      if (length > this.#bytes.length) this.#bytes = new Uint8Array(capacityFor(length));
    }
    return this.#end + length <= this.#bytes.length;
  }

  commit(length: number): void {
    this.#end += length;
  }

  read(target: Uint8Array, offset: number, length: number): number {
    const start = this.#start;
    const count = Math.min(length, this.#end - start);
    if (count === 0) return 0;
    target.set(this.#bytes.subarray(start, start + count), offset);
    this.#start += count;
    return count;
  }

  drop(): number {
    const dropped = this.#end - this.#start;
    this.#bytes.fill(0, this.#start, this.#end);
    this.#start = this.#end;
    return dropped;
  }

  destroy(): void {
    this.#bytes.fill(0);
    this.#bytes = nothing;
    this.#start = 0;
    this.#end = 0;
  }
}

/** 4 KiB at least, so that many short records are opened in one pass. Padding can make it more than 2^14. */
function capacityFor(length: number): number {
  let capacity = 4096;
  while (capacity < length) capacity *= 2;
  return length > maximumInnerPlaintext ? length : Math.min(capacity, maximumInnerPlaintext);
}
