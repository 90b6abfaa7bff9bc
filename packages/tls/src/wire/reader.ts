import { malformed } from '../brokenRules.ts';

/**
 * Reads the presentation language of RFC 8446 section 3 from a message, never beyond its end.
 * What it gives out are views: they live as long as the bytes under them.
 *
 * Every method throws a TLSError with the alert decode_error where the bytes run out.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #at = 0;

  /** @param what what the bytes are, for the sentence of an error: `ServerHello` */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  uint8(): number {
    this.#require(1);
    return this.#next();
  }

  uint16(): number {
    this.#require(2);
    return this.#next() * 0x100 + this.#next();
  }

  uint24(): number {
    this.#require(3);
    return this.#next() * 0x1_0000 + this.#next() * 0x100 + this.#next();
  }

  uint32(): number {
    this.#require(4);
    return this.#next() * 0x100_0000 + this.#next() * 0x1_0000 + this.#next() * 0x100 + this.#next();
  }

  bytes(length: number): Uint8Array {
    this.#require(length);
    const view = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return view;
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.bytes(this.remaining);
  }

  /** `opaque x<min..max>` with a length of one octet. */
  vector8(minimum = 0, maximum = 0xff): Uint8Array {
    return this.#vector(this.uint8(), minimum, maximum);
  }

  /** `opaque x<min..max>` with a length of two octets. */
  vector16(minimum = 0, maximum = 0xffff): Uint8Array {
    return this.#vector(this.uint16(), minimum, maximum);
  }

  /** `opaque x<min..max>` with a length of three octets. */
  vector24(minimum = 0, maximum = 0xffffff): Uint8Array {
    return this.#vector(this.uint24(), minimum, maximum);
  }

  /** A list of two-octet code points, with a length of two octets. Never empty. */
  uint16List(): number[] {
    const list = new Reader(this.vector16(2), this.#what);
    const values: number[] = [];
    while (list.remaining > 0) values.push(list.uint16());
    return values;
  }

  /** To be called where nothing may follow. */
  end(): void {
    if (this.remaining > 0) throw this.#malformed(`${this.remaining} octets are left over`);
  }

  #vector(length: number, minimum: number, maximum: number): Uint8Array {
    if (length < minimum || length > maximum) {
      throw this.#malformed(`a field of ${length} octets has to have ${minimum} to ${maximum}`);
    }
    return this.bytes(length);
  }

  #require(length: number): void {
    if (length <= this.remaining) return;
    throw this.#malformed(`${length} octets are announced and ${this.remaining} are left`);
  }

  #next(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  #malformed(problem: string): Error {
    return malformed(`malformed ${this.#what}: ${problem}`);
  }
}
