import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../certificate/algorithmIdentifier.ts';
import { type Extension, readExtensions } from '../certificate/extension.ts';
import { type Name, readName } from '../certificate/name.ts';
import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import { asBitStringOctets, asInteger, asNull, asOctetString } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { contextConstructed, contextPrimitive, tags } from '../der/tags.ts';
import { formatTime, readTime } from '../der/time.ts';
import { readReason } from './crlExtensions.ts';

/** The syntax of RFC 6960 section 4.2.1. All times in milliseconds since 1970. */

export interface CertId {
  readonly hashAlgorithm: AlgorithmIdentifier;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** The contents of the INTEGER. */
  readonly serialNumber: Uint8Array;
}

export type CertStatus =
  | { readonly type: 'good' }
  | {
      readonly type: 'revoked';
      readonly revocationTime: number;
      /** CRLReason by name: `keyCompromise`. */
      readonly reason: string | undefined;
    }
  | { readonly type: 'unknown' };

export interface SingleResponse {
  readonly certId: CertId;
  readonly certStatus: CertStatus;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** Who has signed: by name, or by the SHA-1 of the key. */
export type ResponderId =
  | { readonly type: 'byName'; readonly name: Name }
  | { readonly type: 'byKey'; readonly keyHash: Uint8Array };

export interface ResponseData {
  /** DER: what is signed. */
  readonly encoded: Uint8Array;
  readonly responderId: ResponderId;
  readonly producedAt: number;
  readonly responses: readonly SingleResponse[];
  readonly extensions: ReadonlyMap<string, Extension>;
}

export interface BasicOcspResponse {
  readonly data: ResponseData;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** DER certificates that may be needed to check the signature; not looked into. */
  readonly certs: readonly Uint8Array[];
}

/** Why a responder gives no answer. Nobody has signed that. */
export type OcspFailure = 'malformedRequest' | 'internalError' | 'tryLater' | 'sigRequired' | 'unauthorized';

export type OcspResponse =
  | { readonly type: 'successful'; readonly basic: BasicOcspResponse }
  | { readonly type: 'failure'; readonly status: OcspFailure };

/** OCSPResponseStatus by its number; 4 is not used. */
const statuses: readonly ('successful' | OcspFailure | undefined)[] = [
  'successful',
  'malformedRequest',
  'internalError',
  'tryLater',
  undefined,
  'sigRequired',
  'unauthorized',
];

const basicResponseOid = '1.3.6.1.5.5.7.48.1.1';

/** Octets of the largest response that is read. One has about a thousand. */
export const maximumOcspLength = 65_536;

/** OCSPResponse, which must be all of `der`. @throws DerError */
export function readOcspResponse(der: Uint8Array): OcspResponse {
  return DerReader.read(der, 'OCSPResponse', readResponse, der, maximumOcspLength);
}

function readResponse(reader: DerReader): OcspResponse {
  return reader.sequence('OCSPResponse', (contents) => {
    const status = contents.within(tags.enumerated, 'responseStatus', (field) => {
      const [number, ...more] = field.rest();
      const known = number === undefined || more.length > 0 ? undefined : statuses[number];
      if (known === undefined) throw field.error('it is no status that a response can have');
      return known;
    });
    const basic = contents.optional(contextConstructed(0), 'responseBytes', (field) =>
      field.sequence('responseBytes', readResponseBytes),
    );
    if (status === 'successful') {
      if (basic === undefined) throw contents.error('the response is successful, and has nothing to say');
      return { type: status, basic };
    }
    // "If the value of responseStatus is one of the error conditions, the responseBytes field is not set."
    if (basic !== undefined) throw contents.error(`the response is ${status}, and has something to say`);
    return { type: 'failure', status };
  });
}

function readResponseBytes(contents: DerReader): BasicOcspResponse {
  const oid = contents.within(tags.objectIdentifier, 'responseType', asObjectIdentifier);
  if (oid !== basicResponseOid) throw contents.error(`responses of the type ${oid} are not known`);
  return contents.within(tags.octetString, 'response', readBasicResponse);
}

function readBasicResponse(reader: DerReader): BasicOcspResponse {
  return reader.sequence('BasicOCSPResponse', (contents) => ({
    data: readResponseData(contents),
    signatureAlgorithm: readAlgorithmIdentifier(contents, 'signatureAlgorithm'),
    signature: contents.within(tags.bitString, 'signature', asBitStringOctets),
    certs:
      contents.optional(contextConstructed(0), 'certs', (field) =>
        field.sequence('certs', (list) => upToEnd(list, readRawCertificate)),
      ) ?? [],
  }));
}

function readRawCertificate(list: DerReader): Uint8Array {
  return list.sequence('certificate', (certificate) => {
    certificate.rest();
    return certificate.encoded;
  });
}

export function readResponseData(reader: DerReader): ResponseData {
  return reader.sequence('tbsResponseData', (data) => {
    // Version 1 is the only one, and as the default it is not encoded (X.690 section 11.5).
    if (data.nextTag === contextConstructed(0)) throw data.error('the version is 1, or encoded needlessly');
    return {
      encoded: data.encoded,
      responderId: readResponderId(data),
      producedAt: readGeneralizedTime(data, 'producedAt'),
      responses: data.sequence('responses', (list) => upToEnd(list, readSingleResponse)),
      extensions: readOptionalExtensions(data, 'responseExtensions'),
    };
  });
}

function readResponderId(data: DerReader): ResponderId {
  if (data.nextTag === contextConstructed(2)) {
    const keyHash = data.within(contextConstructed(2), 'byKey', (field) =>
      field.within(tags.octetString, 'keyHash', asOctetString),
    );
    return { type: 'byKey', keyHash };
  }
  const name = data.within(contextConstructed(1), 'byName', (field) => readName(field, 'name'));
  return { type: 'byName', name };
}

export function readSingleResponse(reader: DerReader): SingleResponse {
  return reader.sequence('singleResponse', (contents) => {
    const certId = readCertId(contents);
    const certStatus = readCertStatus(contents);
    const thisUpdate = readGeneralizedTime(contents, 'thisUpdate');
    const nextUpdate = contents.optional(contextConstructed(0), 'nextUpdate', (field) =>
      readGeneralizedTime(field, 'time'),
    );
    if (nextUpdate !== undefined && nextUpdate < thisUpdate) {
      throw contents.error(
        `nextUpdate, ${formatTime(nextUpdate)}, is before thisUpdate, ${formatTime(thisUpdate)}`,
      );
    }
    const extensions = readOptionalExtensions(contents, 'singleExtensions');
    return { certId, certStatus, thisUpdate, nextUpdate, extensions };
  });
}

export function readCertId(reader: DerReader): CertId {
  return reader.sequence('certID', (contents) => ({
    hashAlgorithm: readAlgorithmIdentifier(contents, 'hashAlgorithm'),
    issuerNameHash: contents.within(tags.octetString, 'issuerNameHash', asOctetString),
    issuerKeyHash: contents.within(tags.octetString, 'issuerKeyHash', asOctetString),
    serialNumber: contents.within(tags.integer, 'serialNumber', asInteger),
  }));
}

function readCertStatus(contents: DerReader): CertStatus {
  switch (contents.nextTag) {
    case contextPrimitive(0):
      contents.within(contextPrimitive(0), 'good', asNull);
      return { type: 'good' };
    case contextPrimitive(2):
      contents.within(contextPrimitive(2), 'unknown', asNull);
      return { type: 'unknown' };
    default:
      return contents.within(contextConstructed(1), 'revoked', (info) => ({
        type: 'revoked',
        revocationTime: readGeneralizedTime(info, 'revocationTime'),
        reason: info.optional(contextConstructed(0), 'revocationReason', readReason),
      }));
  }
}

/** Section 4.2.2.1: GeneralizedTime as in RFC 5280 section 4.1.2.5.2, whatever the year. */
function readGeneralizedTime(reader: DerReader, label: string): number {
  if (reader.nextTag === tags.utcTime) throw reader.error(`'${label}' is a UTCTime`);
  return readTime(reader, label).milliseconds;
}

function readOptionalExtensions(reader: DerReader, label: string): ReadonlyMap<string, Extension> {
  return reader.optional(contextConstructed(1), label, readExtensions) ?? new Map<string, Extension>();
}

function upToEnd<T>(list: DerReader, read: (item: DerReader) => T): T[] {
  return list.atEnd ? [] : list.items(read);
}
