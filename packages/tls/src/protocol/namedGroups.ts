import type { GroupName } from '@halfclose/crypto';
import { hex16 } from './versions.ts';

/** NamedGroup, RFC 8446 section 4.2.7. */
export const namedGroups: Readonly<Record<GroupName, number>> = {
  secp256r1: 0x0017,
  x25519: 0x001d,
};

const names = new Map<number, string>([
  ...Object.entries(namedGroups).map(([name, code]): [number, string] => [code, name]),
]);

/** The name of a group for people, or its number where there is none. */
export function groupDisplayName(code: number): string {
  return names.get(code) ?? `group ${hex16(code)}`;
}
