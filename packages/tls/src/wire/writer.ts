/** Writes the presentation language of RFC 8446 section 3 into a buffer that grows. */
export class Writer {
  #bytes: Uint8Array;
  #length = 0;

  /** @param expected octets that there will probably be */
  constructor(expected = 64) {
    this.#bytes = new Uint8Array(expected);
  }

  uint8(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  uint16(value: number): this {
    this.#reserve(2);
    this.#bytes[this.#length++] = value >>> 8;
    this.#bytes[this.#length++] = value;
    return this;
  }

  uint24(value: number): this {
    return this.uint8(value >>> 16).uint16(value);
  }

  uint32(value: number): this {
    return this.uint16(value >>> 16).uint16(value);
  }

  bytes(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** What `content` writes, after its length in one octet. */
  vector8(content: (writer: this) => void): this {
    return this.#vector(1, content);
  }

  /** What `content` writes, after its length in two octets. */
  vector16(content: (writer: this) => void): this {
    return this.#vector(2, content);
  }

  /** What `content` writes, after its length in three octets. */
  vector24(content: (writer: this) => void): this {
    return this.#vector(3, content);
  }

  uint16List(values: readonly number[]): this {
    return this.vector16(() => {
      for (const value of values) this.uint16(value);
    });
  }

  /** All that was written. Nothing may be written any more. */
  finish(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length);
  }

  #vector(lengthOctets: number, content: (writer: this) => void): this {
    this.#reserve(lengthOctets);
    this.#length += lengthOctets;
    const start = this.#length;
    content(this);
    const length = this.#length - start;
    if (length >= 256 ** lengthOctets) {
      throw new RangeError(`a field of ${length} octets does not fit a length of ${lengthOctets} octets`);
    }
    for (let i = 1; i <= lengthOctets; i++) this.#bytes[start - i] = length >>> (8 * (i - 1));
    return this;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
