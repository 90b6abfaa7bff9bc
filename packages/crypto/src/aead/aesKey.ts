/** What all implementations of AES (FIPS 197) share. A word is a column of the state, its first octet lowest. */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are bounded by the schedule's length.
import { loadWord } from './workspace.ts';

/** Words of the longest schedule: 15 round keys, of a key of 256 bits. */
export const longestSchedule = 60;

/** Times x in GF(2^8), section 4.2.1. */
export function double(octet: number): number {
  return ((octet << 1) ^ (-(octet >> 7) & 0x11b)) & 0xff;
}

/**
 * KeyExpansion, section 5.2: the round keys of a key of 16 or 32 octets, four words each.
 * @param substituteWord SubBytes for each octet of a word
 */
export function expandAesKey(key: Uint8Array, substituteWord: (word: number) => number): Int32Array {
  const keyWords = key.length / 4;
  const schedule = new Int32Array(4 * (keyWords + 7));
  let roundConstant = 1;
  for (let index = 0; index < keyWords; index += 1) schedule[index] = loadWord(key, 4 * index);
  for (let index = keyWords; index < schedule.length; index += 1) {
    let word = schedule[index - 1]!;
    if (index % keyWords === 0) {
      word = substituteWord((word >>> 8) | (word << 24)) ^ roundConstant;
      roundConstant = double(roundConstant);
    } else if (keyWords > 6 && index % keyWords === 4) {
      word = substituteWord(word);
    }
    schedule[index] = schedule[index - keyWords]! ^ word;
  }
  return schedule;
}
