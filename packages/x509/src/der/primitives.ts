import { briefHex } from './hex.ts';
import type { DerReader } from './reader.ts';

/** BOOLEAN, X.690 section 11.1: one octet, 00 or FF. */
export function asBoolean(reader: DerReader): boolean {
  const contents = reader.rest();
  const value = contents[0];
  if (contents.length !== 1 || (value !== 0 && value !== 0xff)) {
    throw reader.error(`a BOOLEAN is 00 or ff, this is ${briefHex(contents)}`);
  }
  return value === 0xff;
}

/** INTEGER, X.690 section 8.3: two's complement, big-endian, in the fewest octets. */
export function asInteger(reader: DerReader): Uint8Array {
  const contents = reader.rest();
  const [first, second] = contents;
  if (first === undefined) throw reader.error('an INTEGER has one octet at least');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw reader.error(`the INTEGER ${briefHex(contents)} has a needless leading octet`);
  }
  return contents;
}

/** An INTEGER that is not negative, and its magnitude without the octet for the sign. */
export function asUnsignedInteger(reader: DerReader): Uint8Array {
  const contents = asInteger(reader);
  if (isNegative(contents)) throw reader.error(`the INTEGER ${briefHex(contents)} is negative`);
  return contents.length > 1 && contents[0] === 0 ? contents.subarray(1) : contents;
}

/** An INTEGER from 0 to 2^31 - 1. */
export function asSmallInteger(reader: DerReader): number {
  const magnitude = asUnsignedInteger(reader);
  const value = magnitude.length <= 4 ? magnitude.reduce((sum, octet) => sum * 256 + octet, 0) : Infinity;
  if (value > 0x7fff_ffff) throw reader.error(`the INTEGER ${briefHex(magnitude)} is above 2147483647`);
  return value;
}

/** Whether the contents of an INTEGER are those of a negative number. */
export function isNegative(contents: Uint8Array): boolean {
  return (contents[0] ?? 0) >= 0x80;
}

export interface BitString {
  /** Bits of the last octet that don't count: 0 to 7. They are zero. */
  readonly unusedBits: number;
  readonly bytes: Uint8Array;
}

/** BIT STRING, X.690 sections 8.6 and 11.2. */
export function asBitString(reader: DerReader): BitString {
  const contents = reader.rest();
  const unusedBits = contents[0];
  if (unusedBits === undefined) throw reader.error('a BIT STRING has one octet at least');
  const bytes = contents.subarray(1);
  const last = bytes.at(-1);
  if (unusedBits > 7 || (unusedBits > 0 && last === undefined)) {
    throw reader.error(`a BIT STRING of ${bytes.length} octets can't have ${unusedBits} unused bits`);
  }
  if (last !== undefined && (last & ((1 << unusedBits) - 1)) !== 0) {
    throw reader.error('the unused bits of a BIT STRING are zero, these are not');
  }
  return { unusedBits, bytes };
}

/** A BIT STRING that holds octets: keys and signatures. */
export function asBitStringOctets(reader: DerReader): Uint8Array {
  const { unusedBits, bytes } = asBitString(reader);
  if (unusedBits !== 0) throw reader.error(`there should be no unused bits, here are ${unusedBits}`);
  return bytes;
}

export function asOctetString(reader: DerReader): Uint8Array {
  return reader.rest();
}

export function asNull(reader: DerReader): null {
  const contents = reader.rest();
  if (contents.length > 0) throw reader.error(`a NULL is empty, this has ${contents.length} octets`);
  return null;
}
