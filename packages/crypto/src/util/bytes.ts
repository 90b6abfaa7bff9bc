/**
 * Whether two octet strings are equal, in a time that depends on their lengths alone. For tags, Finished
 * values and whatever else an attacker may guess octet by octet.
 */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}

/** Overwrites secrets with zeros. What an engine copied while it moved memory stays out of reach. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}

/** Whether all octets are zero, in a time that depends on their length alone. */
export function isZero(octets: Uint8Array): boolean {
  let bits = 0;
  for (const octet of octets) bits |= octet;
  return bits === 0;
}
