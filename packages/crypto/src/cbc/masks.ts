// Comparisons of secrets that give a mask, all ones for true and zero for false, without a branch.

/** Of integers that are at most 2^31 - 1 apart. */
export function maskOfLess(a: number, b: number): number {
  return (a - b) >> 31;
}

/** Of integers from 0 to 2^31 - 1. */
export function maskOfEqual(a: number, b: number): number {
  return ((a ^ b) - 1) >> 31;
}
