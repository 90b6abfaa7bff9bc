import type { GroupName } from '@halfclose/crypto';
import { hex16 } from './versions.ts';

/** NamedGroup, RFC 8446 section 4.2.7. */
export const namedGroups: Readonly<Record<GroupName, number>> = {
  secp256r1: 0x0017,
  secp384r1: 0x0018,
  secp521r1: 0x0019,
  x25519: 0x001d,
  x448: 0x001e,
  // RFC 7919.
  ffdhe2048: 0x0100,
  ffdhe3072: 0x0101,
  ffdhe4096: 0x0102,
  // draft-ietf-tls-mlkem section 5.
  MLKEM1024: 0x0202,
  // draft-ietf-tls-ecdhe-mlkem section 6.
  SecP256r1MLKEM768: 0x11eb,
  X25519MLKEM768: 0x11ec,
  SecP384r1MLKEM1024: 0x11ed,
};

/**
 * What is offered where nobody says otherwise, as far as the provider has it and in its order. Not the prime fields: they
 * are slow, and BigInt does not compute in them in constant time.
 */
export const defaultGroups: readonly GroupName[] = [
  'X25519MLKEM768',
  'x25519',
  'secp256r1',
  'x448',
  'secp384r1',
  'secp521r1',
];

/** Groups that resist a quantum computer, as far as anybody knows. */
export const postQuantumGroups: readonly GroupName[] = [
  'X25519MLKEM768',
  'SecP256r1MLKEM768',
  'SecP384r1MLKEM1024',
  'MLKEM1024',
];

const names = new Map<number, string>([
  ...Object.entries(namedGroups).map(([name, code]): [number, string] => [code, name]),
]);

/** The group of that number, in a list that is empty where we know none. */
export function groupName(code: number): GroupName[] {
  // Object.keys forgets which keys a record has.
  return (Object.keys(namedGroups) as GroupName[]).filter((name) => namedGroups[name] === code);
}

/** The name of a group for people, or its number where there is none. */
export function groupDisplayName(code: number): string {
  return names.get(code) ?? `group ${hex16(code)}`;
}
