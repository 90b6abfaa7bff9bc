/** The hidden ClientHello and how it is encoded, RFC 9849 sections 5.1 and 6.1.3. */

import { sameBytes } from '../handshake/serverHelloChecks.ts';
import { type ClientHello, clientHelloLength, encodeClientHello } from '../messages/clientHello.ts';
import { type Extension, findExtension, replaceExtension } from '../messages/extension.ts';
import { readSupportedVersions, supportedVersionsExtension } from '../messages/extensionBodies.ts';
import { cipherSuiteName12 } from '../protocol/cipherSuiteCodes12.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { protocolVersions } from '../protocol/versions.ts';
import { Writer } from '../wire/writer.ts';

/** In the hidden hello the extension says no more than that it is the hidden one, section 5. */
export const innerEchExtension: Extension = {
  type: extensionTypes.encryptedClientHello,
  data: Uint8Array.of(1),
};

/** ech_outer_extensions, which stands nowhere but in the encoding of a hidden hello. */
const echOuterExtensions = 0xfd00;

/** `OuterExtensions<2..254>`: so many types fit. */
const maximumReferences = 127;

/** Of TLS 1.2, which the hidden hello does not offer, section 6.1. */
const ofTls12: readonly number[] = [
  extensionTypes.ecPointFormats,
  extensionTypes.encryptThenMac,
  extensionTypes.extendedMasterSecret,
  extensionTypes.sessionTicket,
  extensionTypes.renegotiationInfo,
];

/** What is left of a hello without TLS 1.2. */
export function withoutTls12(hello: ClientHello): ClientHello {
  const versions = findExtension(hello.extensions, extensionTypes.supportedVersions);
  const others = versions
    ? readSupportedVersions(versions.data).filter((version) => version !== protocolVersions.tls12)
    : [];
  return {
    ...hello,
    cipherSuites: hello.cipherSuites.filter((code) => cipherSuiteName12(code) === undefined),
    extensions: replaceExtension(hello.extensions, supportedVersionsExtension(others)).filter(
      ({ type }) => !ofTls12.includes(type),
    ),
  };
}

/** What the two hellos don't have in common. That server_name can be the same in both is nobody's business. */
const own: readonly number[] = [
  extensionTypes.serverName,
  extensionTypes.encryptedClientHello,
  extensionTypes.preSharedKey,
  extensionTypes.padding,
];

/** What the hidden hello has in common with the one around it, and need not repeat. */
function commonTypes(hidden: ClientHello, around: ClientHello): readonly number[] {
  const isSame = ({ type, data }: Extension): boolean => {
    const other = findExtension(around.extensions, type);
    if (own.includes(type) || other === undefined) return false;
    return data === other.data || sameBytes(data, other.data);
  };
  return hidden.extensions
    .filter(isSame)
    .map(({ type }) => type)
    .slice(0, maximumReferences);
}

/** Section 5.1: what is not repeated has to stand together. */
export function inOrderToEncode(hello: ClientHello, around: ClientHello): ClientHello {
  const common = commonTypes(hello, around);
  const isCommon = ({ type }: Extension): boolean => common.includes(type);
  const { extensions } = hello;
  return {
    ...hello,
    extensions: [...extensions.filter((each) => !isCommon(each)), ...extensions.filter(isCommon)],
  };
}

/**
 * EncodedClientHelloInner, section 5.1: without session identifier, with references in place of what both hellos have, and
 * with padding (section 6.1.3).
 * @param hello in the order of `inOrderToEncode`
 * @param around what the hello around it has in common with it
 * @param more octets that will come to it
 */
export function encodeInnerHello(
  hello: ClientHello,
  around: ClientHello,
  maximumNameLength: number,
  more = 0,
): Uint8Array {
  const encoded = encodeClientHello(withReferences(hello, commonTypes(hello, around)));
  const padded = new Uint8Array(paddedLength(encoded.length + more, hello, maximumNameLength));
  padded.set(encoded);
  return padded;
}

/** Octets of it, for one that nobody will see. The order makes no difference. */
export function encodedInnerLength(hello: ClientHello, around: ClientHello, more: number): number {
  const length = clientHelloLength(withReferences(hello, commonTypes(hello, around)));
  return paddedLength(length + more, hello, 0);
}

function withReferences(hello: ClientHello, common: readonly number[]): ClientHello {
  const extensions = hello.extensions.flatMap((extension) => {
    if (!common.includes(extension.type)) return [extension];
    return extension.type === common[0] ? [references(common)] : [];
  });
  return { ...hello, legacySessionId: new Uint8Array(0), extensions };
}

/** Section 6.1.3. */
function paddedLength(length: number, hello: ClientHello, maximumNameLength: number): number {
  const withName = length + namePadding(hello, maximumNameLength);
  return withName + 31 - ((withName - 1) % 32);
}

function references(types: readonly number[]): Extension {
  const writer = new Writer();
  writer.vector8(() => {
    for (const type of types) writer.uint16(type);
  });
  return { type: echOuterExtensions, data: writer.finish() };
}

/** So that names of up to the maximum are not told apart by their length. */
function namePadding({ extensions }: ClientHello, maximumNameLength: number): number {
  const serverName = findExtension(extensions, extensionTypes.serverName);
  // Before the name: the length of the list, the type, the name's own length.
  return serverName === undefined
    ? maximumNameLength + 9
    : Math.max(0, maximumNameLength - (serverName.data.length - 5));
}
