import { recordHeaderLength } from '../limits.ts';

/** Octets of seq_num, type and version: what authenticates a record of TLS 1.2 begins with them. */
export const prefixLength12 = 11;

/** Counts the records of a direction, and says what is authenticated beside their content. RFC 5246 section 6.2.3. */
export interface RecordSequence {
  readonly number: number;
  /** seq_num, type and version of the record whose header is at `offset`, to `target`; the next record is another. */
  next(record: Uint8Array, offset: number, target: Uint8Array): void;
}

export function createRecordSequence(): RecordSequence {
  let number = 0;
  return {
    get number() {
      return number;
    },
    next(record, offset, target) {
      let rest = number;
      for (let i = 7; i >= 0; i--) {
        target[i] = rest & 0xff;
        rest = Math.floor(rest / 256);
      }
      for (let i = 0; i < recordHeaderLength - 2; i++) target[8 + i] = record[offset + i] ?? 0;
      number++;
    },
  };
}
