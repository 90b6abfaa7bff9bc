/** What a ClientHello offers. */
import type { GroupName } from '@halfclose/crypto';
import {
  type CipherSuiteName,
  type ClientHello,
  cipherSuites,
  extensionTypes,
  findExtension,
  type KeyShareEntry,
  namedGroups,
  Reader,
  readClientKeyShares,
} from '@halfclose/tls/codec';

/** The first suite that we know. */
export function offeredSuite(hello: ClientHello): CipherSuiteName {
  for (const code of hello.cipherSuites) {
    for (const [name, suite] of Object.entries(cipherSuites)) {
      // Object.entries forgets which keys a record has.
      if (suite.code === code) return name as CipherSuiteName;
    }
  }
  throw new Error('the client offers no cipher suite that we know');
}

/** The first group that we know and that has a share. */
export function sharedGroup(hello: ClientHello): GroupName {
  const codes = keyShares(hello).map(({ group }) => group);
  for (const code of codes) {
    for (const [name, known] of Object.entries(namedGroups)) {
      if (known === code) return name as GroupName; // for the same reason
    }
  }
  throw new Error('the client sent no key share that we know: name a group');
}

export function keyShareOf(hello: ClientHello, group: GroupName): KeyShareEntry | undefined {
  return keyShares(hello).find((share) => share.group === namedGroups[group]);
}

function keyShares(hello: ClientHello): readonly KeyShareEntry[] {
  const extension = findExtension(hello.extensions, extensionTypes.keyShare);
  return extension === undefined ? [] : readClientKeyShares(extension.data);
}

/** One of the keys in a pre_shared_key, RFC 8446 section 4.2.11. */
export interface OfferedKey {
  readonly identity: Uint8Array;
  readonly obfuscatedTicketAge: number;
  readonly binder: Uint8Array;
}

export function offeredKeys(hello: ClientHello): readonly OfferedKey[] {
  const extension = findExtension(hello.extensions, extensionTypes.preSharedKey);
  if (extension === undefined) return [];
  const reader = new Reader(extension.data, 'pre_shared_key');
  const identities = new Reader(reader.vector16(7), 'pre_shared_key');
  const binders = new Reader(reader.vector16(33), 'pre_shared_key');
  reader.end();
  const keys: OfferedKey[] = [];
  while (identities.remaining > 0) {
    keys.push({
      identity: identities.vector16(1),
      obfuscatedTicketAge: identities.uint32(),
      binder: binders.vector8(32),
    });
  }
  binders.end();
  return keys;
}

/** Octets of the list of binders, which is the end of a hello and is not covered by them (section 4.2.11.2). */
export function bindersLength(hello: ClientHello): number {
  return 2 + offeredKeys(hello).reduce((length, { binder }) => length + 1 + binder.length, 0);
}
