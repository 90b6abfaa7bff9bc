/** GREASE, RFC 8701: values that mean nothing, so that servers keep ignoring what they don't know. */
import type { RandomSource } from '@halfclose/crypto';
import type { ClientHello } from '../messages/clientHello.ts';
import { type Extension, findExtension, replaceExtension } from '../messages/extension.ts';
import {
  clientKeySharesExtension,
  readClientKeyShares,
  readSignatureAlgorithms,
  readSupportedGroups,
  readSupportedVersions,
  signatureAlgorithmsExtension,
  supportedGroupsExtension,
  supportedVersionsExtension,
} from '../messages/extensionBodies.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';

/**
 * A hello with such values among the cipher suites, groups, key shares, signature schemes and versions, and with an
 * extension more at its beginning and one at its end. A server that chooses one of them chooses what was not offered.
 */
export function greaseHello(hello: ClientHello, random: RandomSource): ClientHello {
  const drawn = new Uint8Array(6);
  random(drawn);
  const [suite = 0, group = 0, scheme = 0, version = 0, first = 0, last = 0] = [...drawn].map(
    (octet) => octet >>> 4,
  );
  const greased = [
    greasedWith(hello, extensionTypes.supportedGroups, (data) =>
      supportedGroupsExtension([value(group), ...readSupportedGroups(data)]),
    ),
    // Section 3.1: the group that stands in both is the same.
    greasedWith(hello, extensionTypes.keyShare, (data) =>
      clientKeySharesExtension([
        { group: value(group), keyExchange: new Uint8Array(1) },
        ...readClientKeyShares(data),
      ]),
    ),
    greasedWith(hello, extensionTypes.signatureAlgorithms, (data) =>
      signatureAlgorithmsExtension([value(scheme), ...readSignatureAlgorithms(data)]),
    ),
    greasedWith(hello, extensionTypes.supportedVersions, (data) =>
      supportedVersionsExtension([value(version), ...readSupportedVersions(data)]),
    ),
  ].flat();
  return {
    ...hello,
    cipherSuites: [value(suite), ...hello.cipherSuites],
    extensions: [
      { type: value(first), data: new Uint8Array(0) },
      ...greased.reduce(replaceExtension, hello.extensions),
      // No extension stands twice.
      { type: value(last === first ? (last + 1) % 16 : last), data: new Uint8Array(1) },
    ],
  };
}

function greasedWith(
  { extensions }: ClientHello,
  type: number,
  grease: (data: Uint8Array) => Extension,
): readonly Extension[] {
  const extension = findExtension(extensions, type);
  return extension === undefined ? [] : [grease(extension.data)];
}

/** One of 0x0A0A, 0x1A1A, … 0xFAFA, section 2. */
function value(nibble: number): number {
  return (nibble * 0x10 + 0x0a) * 0x0101;
}
