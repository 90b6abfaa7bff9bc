/**
 * AES-GCM with a nonce of 96 bits, NIST SP 800-38D section 7.
 *
 * The blocks of counter 1, which encrypts the tag (J0 in section 7.1), and of counter 0, which nothing uses, are made
 * in the same batch as the first 96 octets of keystream, for which the record starts `lead` octets into the window.
 *
 * A key is expanded once, to what its owner keeps. The bitsliced keys and the tables that records need are made of
 * that when a record's key is not the one of the record before.
 */
import {
  aesBatchLength, expandKey, sliceRoundKeys, startCounter, wipeCounter, wipeRoundKeys, xorKeystream,
} from './aes';
import { expandH, hash, loadPowersOfH, updateHash, wipeHash, wipeTables } from './ghash';
import {
  additionalData, expandedKey, expandedKeyLength, key, nonce, padToBlock, tag, wholeBlocks, window, zero,
} from './memory';

/** Where in the window a record starts: after the blocks of the counters 0 and 1. */
export const gcmLead: u32 = 32;

/** The block of counter 1. */
const tagMask: usize = memory.data(16, 16);

/** Expands the key at `key`, for 10 or 14 rounds, to `expandedKey`. */
export function gcmExpandKey(rounds: u32): void {
  expandKey(rounds);
  sliceRoundKeys(rounds);
  // H is the encryption of zeros (section 7.1): the counter 0 of the nonce 0.
  zero(nonce, 16);
  zero(window, aesBatchLength);
  startCounter();
  xorKeystream(window, 0);
  expandH(window);
  zero(window, aesBatchLength);
  zero(key, 32);
  wipeHash();
  wipeCounter();
}

/** Makes ready for records under the key at `expandedKey`, and wipes it there. */
export function gcmLoadKey(rounds: u32): void {
  sliceRoundKeys(rounds);
  loadPowersOfH();
  zero(expandedKey, expandedKeyLength);
}

/** Wipes what `gcmLoadKey` made. */
export function gcmWipeKey(): void {
  wipeRoundKeys();
  wipeTables();
}

/** Starts a record with the key that was loaded and what is at `nonce`. */
export function gcmStart(): void {
  startCounter();
  zero(hash, 16);
}

/** Authenticates `length` octets of additional data: whole blocks, unless they are the last. */
export function gcmAdditionalData(length: u32): void {
  padToBlock(additionalData, length);
  updateHash(additionalData, wholeBlocks(length) / 16);
}

/**
 * Encrypts and authenticates the next stretch of a record, `length` octets of the window: whole batches, unless it
 * is the last. Before it came `octetsBefore`. The lead counts as part of the record.
 */
export function gcmSeal(length: u32, octetsBefore: f64): void {
  const lead: u32 = octetsBefore == 0 ? gcmLead : 0;
  encrypt(length, octetsBefore);
  // What a last, shorter batch left after the ciphertext is keystream.
  padToBlock(window, length);
  zero(window + wholeBlocks(length), wholeBatches(length) - wholeBlocks(length));
  updateHash(window + lead, wholeBlocks(length - lead) / 16);
}

/** Authenticates and decrypts the next stretch of a record, as `gcmSeal`. */
export function gcmOpen(length: u32, octetsBefore: f64): void {
  const lead: u32 = octetsBefore == 0 ? gcmLead : 0;
  padToBlock(window, length);
  updateHash(window + lead, wholeBlocks(length - lead) / 16);
  encrypt(length, octetsBefore);
}

/** Counter mode, section 6.5, with the counter of 32 bits of section 6.2. */
function encrypt(length: u32, octetsBefore: f64): void {
  let counter = <u32>(<u64>octetsBefore / 16);
  if (counter == 0) zero(window, gcmLead);
  const end = window + length;
  for (let place: usize = window; place < end; place += aesBatchLength, counter += 8) xorKeystream(place, counter);
  if (octetsBefore == 0) {
    v128.store(tagMask, v128.load(window, 16));
    zero(window, gcmLead);
  }
}

/** Authenticates the lengths of additional data and ciphertext in bits, and writes the tag of the record. */
export function gcmFinish(additionalDataLength: f64, ciphertextLength: f64): void {
  store<u64>(additionalData, bswap<u64>(<u64>additionalDataLength * 8), 0);
  store<u64>(additionalData, bswap<u64>(<u64>ciphertextLength * 8), 8);
  updateHash(additionalData, 1);
  v128.store(tag, v128.xor(v128.load(hash), v128.load(tagMask)));
}

/** Wipes what the record left in memory, with `length` octets of the window and the keystream after them. */
export function gcmWipe(length: u32): void {
  memory.fill(window, 0, wholeBatches(length));
  zero(tag, 16);
  zero(tagMask, 16);
  wipeHash();
  wipeCounter();
}

@inline
function wholeBatches(length: u32): u32 {
  return (length + aesBatchLength - 1) & ~(aesBatchLength - 1);
}
