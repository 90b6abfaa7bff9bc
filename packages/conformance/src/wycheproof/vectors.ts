import { readFileSync } from 'node:fs';

/** An object of a vector file, whose fields are checked as they are read. */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null) throw new TypeError(`Not an object: ${String(value)}`);
    this.#values = new Map(Object.entries(value));
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string {
    const value = this.#values.get(name);
    if (typeof value !== 'string') throw new TypeError(`${name} is no text: ${String(value)}`);
    return value;
  }

  number(name: string): number {
    const value = this.#values.get(name);
    if (typeof value !== 'number') throw new TypeError(`${name} is no number: ${String(value)}`);
    return value;
  }

  octets(name: string): Uint8Array {
    const hex = this.text(name);
    if (hex.length % 2 !== 0 || /[^\da-f]/i.test(hex))
      throw new TypeError(`${name} is not hexadecimal: ${hex}`);
    return Uint8Array.from(Buffer.from(hex, 'hex'));
  }

  object(name: string): Fields {
    return new Fields(this.#values.get(name));
  }

  list(name: string): readonly unknown[] {
    const value: unknown = this.#values.get(name);
    if (!Array.isArray(value)) throw new TypeError(`${name} is no list: ${String(value)}`);
    return value;
  }
}

export interface VectorFile {
  readonly groups: readonly Group[];
}

export interface Group {
  /** What all tests of the group share: a public key, sizes. */
  readonly fields: Fields;
  readonly tests: readonly Vector[];
}

export interface Vector {
  /** Unique in its file. */
  readonly id: number;
  /** `acceptable` is for what some standards or applications take and others don't. */
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly flags: readonly unknown[];
  readonly comment: string;
  readonly fields: Fields;
}

/** @throws Error where it is no file of vectors */
export function readVectorFile(path: string): VectorFile {
  try {
    const file = new Fields(JSON.parse(readFileSync(path, 'utf8')));
    return { groups: file.list('testGroups').map(readGroup) };
  } catch (cause) {
    throw new Error(`${path} is no file of test vectors: ${String(cause)}`, { cause });
  }
}

function readGroup(value: unknown): Group {
  const fields = new Fields(value);
  return { fields, tests: fields.list('tests').map(readVector) };
}

function readVector(value: unknown): Vector {
  const fields = new Fields(value);
  const result = fields.text('result');
  if (result !== 'valid' && result !== 'invalid' && result !== 'acceptable') {
    throw new TypeError(`A result is valid, invalid or acceptable, not ${result}`);
  }
  return {
    id: fields.number('tcId'),
    result,
    flags: fields.has('flags') ? fields.list('flags') : [],
    comment: fields.has('comment') ? fields.text('comment') : '',
    fields,
  };
}
