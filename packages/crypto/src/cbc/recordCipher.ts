import type { CompressionFunction } from '../hash/compression.ts';
import type { CbcMode } from './chaining.ts';
import type { HmacKey } from './hmac.ts';

/** What both orders of MAC and encryption work with. `Key` is what the mode keeps of a key. */
export interface RecordKeys<Key> {
  readonly mode: CbcMode<Key>;
  readonly encryption: Key;
  readonly hash: CompressionFunction;
  readonly mac: HmacKey;
}

/** One order. Arguments are checked: places lie in their buffers and lengths are those of records. */
export interface RecordCipher {
  sealedLength<Key>(keys: RecordKeys<Key>, length: number): number;
  /** As `CbcHmacKey.seal`. */
  seal<Key>(
    keys: RecordKeys<Key>,
    iv: Uint8Array,
    additionalData: Uint8Array,
    input: Uint8Array,
    inputOffset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): void;
  /** As `CbcHmacKey.open`, but it may leave anything in the output where it fails, and after the plaintext. */
  open<Key>(
    keys: RecordKeys<Key>,
    iv: Uint8Array,
    additionalData: Uint8Array,
    input: Uint8Array,
    inputOffset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): number | undefined;
}

/** Octets of seq_num, type and version. */
export const additionalDataLength = 11;
/** Octets of these and of the length. */
export const headerLength = 13;

/** Writes what the MAC begins with. `length` may be secret. */
export function writeHeader(prefix: Uint8Array, additionalData: Uint8Array, length: number): void {
  prefix.set(additionalData);
  prefix[additionalDataLength] = length >>> 8;
  prefix[additionalDataLength + 1] = length;
}

/** Copies octets between places that are the same or disjoint. */
export function copyOctets(
  input: Uint8Array,
  inputOffset: number,
  output: Uint8Array,
  outputOffset: number,
  length: number,
): void {
  if (input === output && inputOffset === outputOffset) return;
  for (let octet = 0; octet < length; octet += 1) {
    output[outputOffset + octet] = input[inputOffset + octet] ?? 0;
  }
}
