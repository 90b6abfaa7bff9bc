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
  let bytes = new Uint8Array(0);
  let start = 0;
  let end = 0;

  return {
    get bytes() {
      return bytes;
    },
    get end() {
      return end;
    },
    get readable() {
      return end - start;
    },

    reserve(length) {
      if (start === end) {
        start = 0;
        end = 0;
        if (length > bytes.length) bytes = new Uint8Array(capacityFor(length));
      }
      return end + length <= bytes.length;
    },

    commit(length) {
      end += length;
    },

    read(target, offset, length) {
      const count = Math.min(length, end - start);
      if (count === 0) return 0;
      target.set(bytes.subarray(start, start + count), offset);
      start += count;
      return count;
    },

    drop() {
      const dropped = end - start;
      bytes.fill(0, start, end);
      start = end;
      return dropped;
    },

    destroy() {
      bytes.fill(0);
      bytes = new Uint8Array(0);
      start = 0;
      end = 0;
    },
  };
}

/** 4 KiB at least, so that many short records are opened in one pass. Padding can make it more than 2^14. */
function capacityFor(length: number): number {
  let capacity = 4096;
  while (capacity < length) capacity *= 2;
  return length > maximumInnerPlaintext ? length : Math.min(capacity, maximumInnerPlaintext);
}
