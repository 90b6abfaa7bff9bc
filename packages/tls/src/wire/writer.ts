/** Writes the presentation language of RFC 8446 section 3 into a buffer that grows. */
export class Writer {
  #bytes: Uint8Array = new Uint8Array(256);
  #length = 0;

  uint8(value: number): this {
    return this.#integer(value, 1);
  }

  uint16(value: number): this {
    return this.#integer(value, 2);
  }

  uint24(value: number): this {
    return this.#integer(value, 3);
  }

  uint32(value: number): this {
    return this.#integer(value, 4);
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

  /** A copy of all that was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #vector(lengthOctets: number, content: (writer: this) => void): this {
    const start = this.#length;
    this.#integer(0, lengthOctets);
    content(this);
    const length = this.#length - start - lengthOctets;
    if (length >= 256 ** lengthOctets) {
      throw new RangeError(`a field of ${length} octets does not fit a length of ${lengthOctets} octets`);
    }
    const end = this.#length;
    this.#length = start;
    this.#integer(length, lengthOctets);
    this.#length = end;
    return this;
  }

  #integer(value: number, octets: number): this {
    this.#reserve(octets);
    for (let shift = octets - 1; shift >= 0; shift--) {
      this.#bytes[this.#length++] = Math.floor(value / 256 ** shift) & 0xff;
    }
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
