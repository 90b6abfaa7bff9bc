import { SSLError, ValueError } from './errors.ts';
import { kindOf } from './kindOf.ts';

/** Chunks that are used up stay in the list until they are as many as those that are not, and so many. */
const spentLimit = 32;

/**
 * Octets on their way between TLS and whatever carries them: Python's `ssl.MemoryBIO`. What is written comes out in
 * the same order. It grows without a limit: whoever fills it knows how much.
 */
export class MemoryBIO {
  #chunks: Uint8Array[] = [];
  /** How many of the chunks are used up. */
  #spent = 0;
  #pending = 0;
  #ended = false;

  /** Octets that wait to be read. */
  get pending(): number {
    return this.#pending;
  }

  /** Whether the end was written, and all before it read. */
  get eof(): boolean {
    return this.#ended && this.#pending === 0;
  }

  /** Up to `length` octets, the caller's to keep; all that there are where it is left out or negative. */
  read(length = -1): Uint8Array {
    if (!Number.isInteger(length)) throw new ValueError(`${length} is not a number of octets`);
    const wanted = length < 0 ? this.#pending : Math.min(length, this.#pending);
    const first = this.peek();
    if (wanted <= first.length) return this.#take(first, wanted);
    const octets = new Uint8Array(wanted);
    for (let filled = 0; filled < wanted; ) {
      const part = this.#take(this.peek(), wanted - filled);
      octets.set(part, filled);
      filled += part.length;
    }
    return octets;
  }

  /** The octets that come next, as many as were written at once: not taken, and not to be changed. */
  peek(): Uint8Array {
    return this.#chunks[this.#spent] ?? nothing;
  }

  #take(first: Uint8Array, wanted: number): Uint8Array {
    const part = first.subarray(0, wanted);
    this.#pending -= part.length;
    if (part.length < first.length) this.#chunks[this.#spent] = first.subarray(part.length);
    else if (first.length > 0) this.#spent++;
    const left = this.#chunks.length - this.#spent;
    if (left === 0 || (this.#spent > spentLimit && this.#spent > left)) {
      this.#chunks = this.#chunks.slice(this.#spent);
      this.#spent = 0;
    }
    return part;
  }

  /** Takes a copy of `data`. @returns octets. @throws SSLError after `writeEof` */
  write(data: Uint8Array): number {
    if (!(data instanceof Uint8Array)) throw new TypeError(`data must be a Uint8Array, not ${kindOf(data)}`);
    if (this.#ended) throw new SSLError('cannot write() after writeEof()', { reason: 'WRITE_AFTER_EOF' });
    if (data.length > 0) this.#chunks.push(Uint8Array.from(data));
    this.#pending += data.length;
    return data.length;
  }

  /** Nothing more will be written: the carrier has ended. A second call does nothing. */
  writeEof(): void {
    this.#ended = true;
  }
}

const nothing = new Uint8Array(0);
