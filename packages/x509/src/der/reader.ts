import { DerError } from './errors.ts';
import { tags, tagText } from './tags.ts';

/** Octets of the largest structure that is read unless asked for more: ten times the largest certificate one meets. */
export const maximumLength = 102_400;

/** How deep elements may be nested. A certificate needs eleven. */
const maximumDepth = 16;

/** One element with any tag, unopened. */
export interface DerElement {
  readonly tag: number;
  /** Identifier, length and contents. */
  readonly encoded: Uint8Array;
  readonly contents: Uint8Array;
}

/**
 * Reads DER (X.690 chapter 10) front to back, as slices of the bytes it was given: definite lengths in the
 * fewest octets, tags of one octet, nothing left over. Each element is read by a function that gets a reader
 * of its contents, and it is an error if that function leaves something unread.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  #position: number;
  /** Where `rest` began: errors about what it gave are errors at its beginning. */
  #restStart: number | undefined;
  readonly #end: number;
  readonly #label: string;
  readonly #parent: DerReader | undefined;
  readonly #depth: number;

  private constructor(
    bytes: Uint8Array,
    start: number,
    position: number,
    end: number,
    label: string,
    parent?: DerReader,
  ) {
    this.#bytes = bytes;
    this.#start = start;
    this.#position = position;
    this.#end = end;
    this.#label = label;
    this.#parent = parent;
    this.#depth = parent === undefined ? 0 : parent.#depth + 1;
  }

  /**
   * Reads all of `bytes`.
   * @param label what the bytes are, for error messages
   * @param whole of what `bytes` is a slice: offsets in error messages count from its start
   * @param limit octets that are read at most
   * @throws DerError if there are too many bytes, `read` throws it, or something is left over
   */
  static read<T>(
    bytes: Uint8Array,
    label: string,
    read: (reader: DerReader) => T,
    whole?: Uint8Array,
    limit: number = maximumLength,
  ): T {
    const all = whole ?? bytes;
    const start = bytes.byteOffset - all.byteOffset;
    const reader = new DerReader(all, start, start, start + bytes.length, label);
    if (bytes.length > limit) {
      throw reader.error(`${bytes.length} octets are more than the ${limit} that are read`);
    }
    const result = read(reader);
    reader.#finish();
    return result;
  }

  /** Whether everything has been read. */
  get atEnd(): boolean {
    return this.#position === this.#end;
  }

  /** The identifier octet of the next element, undefined at the end. */
  get nextTag(): number | undefined {
    return this.atEnd ? undefined : this.#bytes[this.#position];
  }

  /** All of this reader's element: identifier, length, contents. */
  get encoded(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** The contents that are still unread, which count as read from then on. */
  rest(): Uint8Array {
    this.#restStart = this.#position;
    const rest = this.#bytes.subarray(this.#position, this.#end);
    this.#position = this.#end;
    return rest;
  }

  /** The next element, which must have the tag `tag`. */
  within<T>(tag: number, label: string, read: (contents: DerReader) => T): T {
    const found = this.nextTag;
    if (found === undefined) throw this.error(`'${label}' is missing`);
    if (found !== tag) {
      throw this.error(`'${label}' should have the tag ${tagText(tag)}, here is ${tagText(found)}`);
    }
    const contents = this.#open(label);
    const result = read(contents);
    contents.#finish();
    return result;
  }

  /** The next element if it has the tag `tag`, else undefined. */
  optional<T>(tag: number, label: string, read: (contents: DerReader) => T): T | undefined {
    return this.nextTag === tag ? this.within(tag, label, read) : undefined;
  }

  /** A SEQUENCE. */
  sequence<T>(label: string, read: (contents: DerReader) => T): T {
    return this.within(tags.sequence, label, read);
  }

  /** Everything up to the end, item by item; there must be one at least. */
  items<T>(read: (reader: DerReader) => T): T[] {
    if (this.atEnd) throw this.error('it is empty, and must have one item at least');
    const items: T[] = [];
    while (!this.atEnd) items.push(read(this));
    return items;
  }

  /** The next element, whatever it is; its contents are not looked into. */
  any(label: string): DerElement {
    const tag = this.nextTag;
    if (tag === undefined) throw this.error(`'${label}' is missing`);
    const contents = this.#open(label);
    return { tag, encoded: contents.encoded, contents: contents.rest() };
  }

  /** An error at this place, to be thrown. */
  error(problem: string): DerError {
    return new DerError(this.#path(), this.#restStart ?? this.#position, problem);
  }

  /** Reads the header of the next element and steps over all of it. */
  #open(label: string): DerReader {
    const start = this.#position;
    const tag = this.#octet(start, label);
    // X.690 section 8.1.2.4: more octets of the tag follow. Nothing in a certificate has such a number. And
    // 8.1.5: two zeros end an indefinite length.
    if ((tag & 0x1f) === 0x1f || tag === 0) throw this.error(`'${label}' has the tag ${tagText(tag)}`);

    let position = start + 1;
    let length = this.#octet(position++, label);
    if (length >= 0x80) {
      const octets = length & 0x7f;
      // X.690 section 10.1: the definite form, in the fewest octets.
      if (octets === 0) throw this.error(`'${label}' has an indefinite length`);
      if (octets > 4) throw this.error(`'${label}' has a length of ${octets} octets`);
      length = 0;
      for (let index = 0; index < octets; index++) length = length * 256 + this.#octet(position++, label);
      if (length < 0x80 || length < 256 ** (octets - 1)) {
        throw this.error(`'${label}' has the length ${length} in ${octets + 1} octets, which is too many`);
      }
    }
    if (length > this.#end - position) {
      throw this.error(`'${label}' should have ${length} octets, but ${this.#end - position} are left`);
    }
    if (this.#depth >= maximumDepth) throw this.error(`'${label}' is nested deeper than ${maximumDepth}`);
    this.#position = position + length;
    return new DerReader(this.#bytes, start, position, this.#position, label, this);
  }

  #octet(position: number, label: string): number {
    const octet = position < this.#end ? this.#bytes[position] : undefined;
    if (octet === undefined) throw this.error(`'${label}' is cut short`);
    return octet;
  }

  #finish(): void {
    if (!this.atEnd) throw this.error(`${this.#end - this.#position} octets are left over`);
  }

  #path(): string {
    // The reader of everything has a name of its own for errors outside of the first element only.
    const isOutermost = this.#parent === undefined || this.#parent.#parent === undefined;
    return isOutermost ? this.#label : `${this.#parent.#path()}.${this.#label}`;
  }
}
