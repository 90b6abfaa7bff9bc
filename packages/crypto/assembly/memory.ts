/**
 * Where things are in the one memory that all keys share. A caller writes a key, a nonce, additional data and a
 * stretch of a record to their places, calls, and reads the result where the record was.
 *
 * Every place has a constant address, and no pointer or length is ever read from memory: they are parameters. So
 * whatever is loaded may be taken for a secret, and the check that no address and no branch depends on a secret is
 * a check that none depends on a load.
 */

/** Octets of a record that are in memory at once: a multiple of both ciphers' batches. */
export const windowLength: u32 = 16896;

/**
 * The stretch of a record that is worked on. Its first `lead` octets belong to the cipher where the stretch is the
 * first of a record; the record starts after them. A batch may run past the end of the record.
 */
export const window: usize = memory.data(16896, 64);

/** As much additional data as is taken at once, then room to fill its last block with zeros. */
export const additionalDataLength: u32 = 256;
export const additionalData: usize = memory.data(256, 16);

export const key: usize = memory.data(32, 16);
/** 12 octets. */
export const nonce: usize = memory.data(16, 16);
export const tag: usize = memory.data(16, 16);

/** An AES key with all that is computed of it once: round keys (240 octets), then powers of H (64). */
export const expandedKeyLength: u32 = 304;
export const expandedKey: usize = memory.data(304, 16);

/** A length filled up to whole blocks of 16. */
@inline
export function wholeBlocks(length: u32): u32 {
  return (length + 15) & ~15;
}

/** Sets `length` octets to zero, a multiple of 16. For so few, a loop is faster than `memory.fill`. */
@inline
export function zero(place: usize, length: u32): void {
  for (const end = place + length; place < end; place += 16) v128.store(place, i64x2.splat(0));
}

/** Sets what follows `length` octets of `place` to zero, up to a whole number of blocks of 16. */
@inline
export function padToBlock(place: usize, length: u32): void {
  const rest = length & 15;
  if (rest == 0) return;
  const block = place + length - rest;
  const kept = i8x16.lt_u(i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), i8x16.splat(<i8>rest));
  v128.store(block, v128.and(v128.load(block), kept));
}
