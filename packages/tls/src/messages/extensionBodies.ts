/**
 * The contents of the extensions that this engine speaks, in the order of RFC 8446 section 4.2. Each reader takes
 * the whole extension_data and throws a TLSError with decode_error where it is malformed.
 */
import { malformed } from '../brokenRules.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { Reader } from '../wire/reader.ts';
import { asciiBytes, latin1 } from '../wire/text.ts';
import type { Extension } from './extension.ts';
import { extension, read } from './extensionData.ts';

/** RFC 6066 section 3: one host_name, a DNS name without a trailing dot. */
export function serverNameExtension(hostName: string): Extension {
  return extension(extensionTypes.serverName, (writer) =>
    writer.vector16(() => writer.uint8(0).vector16(() => writer.bytes(asciiBytes(hostName)))),
  );
}

/** CertificateStatusType of RFC 6066 section 8. */
const ocspStatus = 1;

/** RFC 6066 section 8: OCSP, from whatever responder, and with no extensions of the request. */
export function statusRequestExtension(): Extension {
  return extension(extensionTypes.statusRequest, (writer) => writer.uint8(ocspStatus).uint16(0).uint16(0));
}

/** RFC 8446 section 4.4.2.1, in a CertificateEntry: CertificateStatus of RFC 6066, with an OCSPResponse in it. */
export function certificateStatusExtension(ocspResponse: Uint8Array): Extension {
  return extension(extensionTypes.statusRequest, (writer) =>
    writer.uint8(ocspStatus).vector24(() => writer.bytes(ocspResponse)),
  );
}

/** The OCSPResponse, DER. */
export function readCertificateStatus(data: Uint8Array): Uint8Array {
  return read(data, 'status_request', (reader) => {
    const statusType = reader.uint8();
    if (statusType !== ocspStatus) {
      throw malformed(
        `the status of a certificate is of type ${statusType}, and ${ocspStatus}, ocsp, was asked for`,
      );
    }
    return reader.vector24(1);
  });
}

/** RFC 8446 section 4.2.7. */
export function supportedGroupsExtension(groups: readonly number[]): Extension {
  return extension(extensionTypes.supportedGroups, (writer) => writer.uint16List(groups));
}

export function readSupportedGroups(data: Uint8Array): number[] {
  return read(data, 'supported_groups', (reader) => reader.uint16List());
}

/** RFC 8446 section 4.2.3. */
export function signatureAlgorithmsExtension(schemes: readonly number[]): Extension {
  return extension(extensionTypes.signatureAlgorithms, (writer) => writer.uint16List(schemes));
}

export function readSignatureAlgorithms(data: Uint8Array): number[] {
  return read(data, 'signature_algorithms', (reader) => reader.uint16List());
}

/** RFC 7301 section 3.1. */
export function alpnExtension(protocols: readonly string[]): Extension {
  return extension(extensionTypes.applicationLayerProtocolNegotiation, (writer) =>
    writer.vector16(() => {
      for (const protocol of protocols) writer.vector8(() => writer.bytes(asciiBytes(protocol)));
    }),
  );
}

export function readAlpnProtocols(data: Uint8Array): string[] {
  return read(data, 'application_layer_protocol_negotiation', (reader) => {
    const list = new Reader(reader.vector16(2), 'application_layer_protocol_negotiation');
    const protocols: string[] = [];
    while (list.remaining > 0) protocols.push(latin1(list.vector8(1)));
    return protocols;
  });
}

/** RFC 8449 section 4: octets of the largest plaintext that the sender takes. */
export function recordSizeLimitExtension(octets: number): Extension {
  return extension(extensionTypes.recordSizeLimit, (writer) => writer.uint16(octets));
}

export function readRecordSizeLimit(data: Uint8Array): number {
  return read(data, 'record_size_limit', (reader) => reader.uint16());
}

/** Octets that a record's content may be limited to, RFC 6066 section 4: values 1 to 4. */
export const maxFragmentLengths: readonly number[] = [512, 1024, 2048, 4096];

export function maxFragmentLengthExtension(octets: number): Extension {
  const code = maxFragmentLengths.indexOf(octets) + 1;
  return extension(extensionTypes.maxFragmentLength, (writer) => writer.uint8(code));
}

/** Octets; undefined for a value that has no meaning. */
export function readMaxFragmentLength(data: Uint8Array): number | undefined {
  return maxFragmentLengths[read(data, 'max_fragment_length', (reader) => reader.uint8()) - 1];
}

/** RFC 8446 section 4.2.1, in a ClientHello. */
export function supportedVersionsExtension(versions: readonly number[]): Extension {
  return extension(extensionTypes.supportedVersions, (writer) =>
    writer.vector8(() => {
      for (const version of versions) writer.uint16(version);
    }),
  );
}

export function readSupportedVersions(data: Uint8Array): number[] {
  return read(data, 'supported_versions', (reader) => {
    const list = new Reader(reader.vector8(2), 'supported_versions');
    const versions: number[] = [];
    while (list.remaining > 0) versions.push(list.uint16());
    return versions;
  });
}

/** RFC 8446 section 4.2.1, in a ServerHello. */
export function selectedVersionExtension(version: number): Extension {
  return extension(extensionTypes.supportedVersions, (writer) => writer.uint16(version));
}

export function readSelectedVersion(data: Uint8Array): number {
  return read(data, 'supported_versions', (reader) => reader.uint16());
}

/** RFC 8446 section 4.2.2. */
export function cookieExtension(cookie: Uint8Array): Extension {
  return extension(extensionTypes.cookie, (writer) => writer.vector16(() => writer.bytes(cookie)));
}

export function readCookie(data: Uint8Array): Uint8Array {
  return read(data, 'cookie', (reader) => reader.vector16(1));
}

/** RFC 8446 section 4.2.9. */
export function pskKeyExchangeModesExtension(modes: readonly number[]): Extension {
  return extension(extensionTypes.pskKeyExchangeModes, (writer) =>
    writer.vector8(() => writer.bytes(Uint8Array.from(modes))),
  );
}

export function readPskKeyExchangeModes(data: Uint8Array): number[] {
  return read(data, 'psk_key_exchange_modes', (reader) => [...reader.vector8(1)]);
}

/** RFC 8446 section 4.2.8. */
export interface KeyShareEntry {
  /** NamedGroup. */
  readonly group: number;
  readonly keyExchange: Uint8Array;
}

/** In a ClientHello. */
export function clientKeySharesExtension(shares: readonly KeyShareEntry[]): Extension {
  return extension(extensionTypes.keyShare, (writer) =>
    writer.vector16(() => {
      for (const { group, keyExchange } of shares) {
        writer.uint16(group).vector16(() => writer.bytes(keyExchange));
      }
    }),
  );
}

export function readClientKeyShares(data: Uint8Array): KeyShareEntry[] {
  return read(data, 'key_share', (reader) => {
    const list = new Reader(reader.vector16(), 'key_share');
    const shares: KeyShareEntry[] = [];
    while (list.remaining > 0) shares.push({ group: list.uint16(), keyExchange: list.vector16(1) });
    return shares;
  });
}

/** In a ServerHello. */
export function serverKeyShareExtension(share: KeyShareEntry): Extension {
  return extension(extensionTypes.keyShare, (writer) =>
    writer.uint16(share.group).vector16(() => writer.bytes(share.keyExchange)),
  );
}

export function readServerKeyShare(data: Uint8Array): KeyShareEntry {
  return read(data, 'key_share', (reader) => ({
    group: reader.uint16(),
    keyExchange: reader.vector16(1),
  }));
}

/** In a HelloRetryRequest: the group to try again with. */
export function selectedGroupExtension(group: number): Extension {
  return extension(extensionTypes.keyShare, (writer) => writer.uint16(group));
}

export function readSelectedGroup(data: Uint8Array): number {
  return read(data, 'key_share', (reader) => reader.uint16());
}

/** RFC 8446 section 4.2.11, one key in a ClientHello. */
export interface PreSharedKeyOffer {
  readonly identity: Uint8Array;
  /** Milliseconds since the ticket came, plus its ticket_age_add, modulo 2^32. */
  readonly obfuscatedTicketAge: number;
  readonly binder: Uint8Array;
}

export function preSharedKeyExtension(offers: readonly PreSharedKeyOffer[]): Extension {
  return extension(extensionTypes.preSharedKey, (writer) =>
    writer
      .vector16(() => {
        for (const { identity, obfuscatedTicketAge } of offers) {
          writer.vector16(() => writer.bytes(identity)).uint32(obfuscatedTicketAge);
        }
      })
      .vector16(() => {
        for (const { binder } of offers) writer.vector8(() => writer.bytes(binder));
      }),
  );
}

/** RFC 8446 section 4.2.11, in a ServerHello. */
export function readSelectedIdentity(data: Uint8Array): number {
  return read(data, 'pre_shared_key', (reader) => reader.uint16());
}

/** RFC 8446 section 4.2.10, in both hellos' company: its presence says everything. */
export function earlyDataExtension(): Extension {
  return { type: extensionTypes.earlyData, data: new Uint8Array(0) };
}

/** RFC 8446 section 4.2.10, in a NewSessionTicket: octets of early data that the server would take. */
export function maxEarlyDataSizeExtension(octets: number): Extension {
  return extension(extensionTypes.earlyData, (writer) => writer.uint32(octets));
}

export function readMaxEarlyDataSize(data: Uint8Array): number {
  return read(data, 'early_data', (reader) => reader.uint32());
}

/** An extension whose presence says everything. */
export function requireEmpty(data: Uint8Array, what: string): void {
  if (data.length > 0) {
    throw malformed(`${what} has ${data.length} octets and has to be empty`);
  }
}
