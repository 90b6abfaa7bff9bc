/**
 * The contents of the extensions by which both sides say who they are, and ask. Each reader takes the whole
 * extension_data and throws a TLSError with decode_error where it is malformed.
 */
import { illegal } from '../brokenRules.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { hex16 } from '../protocol/versions.ts';
import { Reader } from '../wire/reader.ts';
import type { Extension } from './extension.ts';
import { extension, read } from './extensionData.ts';

/** RFC 6962 section 3.3.1: the question, which is empty. */
export function signedCertificateTimestampExtension(): Extension {
  return { type: extensionTypes.signedCertificateTimestamp, data: new Uint8Array(0) };
}

/** RFC 6962 section 3.3, SignedCertificateTimestampList, in a CertificateEntry. */
export function signedCertificateTimestampListExtension(timestamps: readonly Uint8Array[]): Extension {
  return extension(extensionTypes.signedCertificateTimestamp, (writer) =>
    writer.vector16(() => {
      for (const timestamp of timestamps) writer.vector16(() => writer.bytes(timestamp));
    }),
  );
}

/** The SerializedSCTs, each never empty, at least one. */
export function readSignedCertificateTimestamps(data: Uint8Array): Uint8Array[] {
  return read(data, 'signed_certificate_timestamp', (reader) => {
    const list = new Reader(reader.vector16(1), 'signed_certificate_timestamp');
    const timestamps: Uint8Array[] = [];
    while (list.remaining > 0) timestamps.push(list.vector16(1));
    return timestamps;
  });
}

/** RFC 8446 section 4.2.3: what certificates may be signed with, where that is something else. */
export function signatureAlgorithmsCertExtension(schemes: readonly number[]): Extension {
  return extension(extensionTypes.signatureAlgorithmsCert, (writer) => writer.uint16List(schemes));
}

export function readSignatureAlgorithmsCert(data: Uint8Array): number[] {
  return read(data, 'signature_algorithms_cert', (reader) => reader.uint16List());
}

/** RFC 9345 section 4.1.1: SignatureSchemes that a delegated key may sign with. */
export function delegatedCredentialExtension(schemes: readonly number[]): Extension {
  return extension(extensionTypes.delegatedCredential, (writer) => writer.uint16List(schemes));
}

/** RFC 8446 section 4.2.4. @param authorities DER, a DistinguishedName each; at least one */
export function certificateAuthoritiesExtension(authorities: readonly Uint8Array[]): Extension {
  return extension(extensionTypes.certificateAuthorities, (writer) =>
    writer.vector16(() => {
      for (const authority of authorities) writer.vector16(() => writer.bytes(authority));
    }),
  );
}

/** DER, a DistinguishedName each. `DistinguishedName authorities<3..2^16-1>`: never empty. */
export function readCertificateAuthorities(data: Uint8Array): Uint8Array[] {
  return read(data, 'certificate_authorities', (reader) => {
    const list = new Reader(reader.vector16(3), 'certificate_authorities');
    const authorities: Uint8Array[] = [];
    while (list.remaining > 0) authorities.push(list.vector16(1));
    return authorities;
  });
}

/** RFC 8446 section 4.2.5. */
export interface OidFilter {
  /** DER of an object identifier. */
  readonly certificateExtensionOid: Uint8Array;
  readonly certificateExtensionValues: Uint8Array;
}

/** No object identifier may stand twice. */
export function readOidFilters(data: Uint8Array): OidFilter[] {
  return read(data, 'oid_filters', (reader) => {
    const list = new Reader(reader.vector16(), 'oid_filters');
    const filters: OidFilter[] = [];
    const seen = new Set<string>();
    while (list.remaining > 0) {
      const filter = {
        certificateExtensionOid: list.vector8(1),
        certificateExtensionValues: list.vector16(),
      };
      const oid = filter.certificateExtensionOid.join();
      if (seen.has(oid)) {
        throw illegal(
          'BAD_EXTENSION',
          `oid_filters has the object identifier ${oid} twice (RFC 8446 section 4.2.5)`,
        );
      }
      seen.add(oid);
      filters.push(filter);
    }
    return filters;
  });
}

/** RFC 8446 section 4.2.6: we answer a CertificateRequest that comes after the handshake. */
export function postHandshakeAuthExtension(): Extension {
  return { type: extensionTypes.postHandshakeAuth, data: new Uint8Array(0) };
}

/** RFC 7250 section 3, in a ClientHello: `CertificateType certificate_types<1..2^8-1>`, most wanted first. */
export function certificateTypesExtension(type: number, certificateTypes: readonly number[]): Extension {
  return extension(type, (writer) =>
    writer.vector8(() => {
      for (const certificateType of certificateTypes) writer.uint8(certificateType);
    }),
  );
}

export function readCertificateTypes(data: Uint8Array): number[] {
  return read(data, 'certificate types', (reader) => [...reader.vector8(1)]);
}

/** RFC 7250 section 3, in EncryptedExtensions: the one that was selected. */
export function selectedCertificateTypeExtension(type: number, certificateType: number): Extension {
  return extension(type, (writer) => writer.uint8(certificateType));
}

export function readSelectedCertificateType(data: Uint8Array): number {
  return read(data, 'certificate type', (reader) => reader.uint8());
}

/** RFC 8879 section 3: `CertificateCompressionAlgorithm algorithms<2..2^8-2>`. */
export function compressCertificateExtension(algorithms: readonly number[]): Extension {
  return extension(extensionTypes.compressCertificate, (writer) =>
    writer.vector8(() => {
      for (const algorithm of algorithms) writer.uint16(algorithm);
    }),
  );
}

export function readCertificateCompressionAlgorithms(data: Uint8Array): number[] {
  return read(data, 'compress_certificate', (reader) => {
    const list = new Reader(reader.vector8(2, 0xfe), 'compress_certificate');
    const algorithms: number[] = [];
    while (list.remaining > 0) {
      const algorithm = list.uint16();
      if (algorithms.includes(algorithm)) {
        throw illegal('BAD_EXTENSION', `compress_certificate has the algorithm ${hex16(algorithm)} twice`);
      }
      algorithms.push(algorithm);
    }
    return algorithms;
  });
}
