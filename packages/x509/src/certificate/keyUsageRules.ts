import type { PublicKey } from '@halfclose/crypto';
import type { KeyUsage } from './extensionTypes.ts';

const signing: readonly KeyUsage[] = ['digitalSignature', 'nonRepudiation', 'keyCertSign', 'cRLSign'];

/**
 * What keyUsage says that a key of that type can't do, or undefined. For ML-DSA RFC 9881 section 5 has a list of what
 * must be there (one of it) and a list of what must not; together they are all that there is.
 */
export function usageBeyondKey(
  { type }: PublicKey,
  keyUsage: readonly KeyUsage[] | undefined,
): KeyUsage | undefined {
  if (type !== 'ML-DSA-44' && type !== 'ML-DSA-65' && type !== 'ML-DSA-87') return undefined;
  return keyUsage?.find((usage) => !signing.includes(usage));
}
