import { createHash } from 'node:crypto';
import {
  bitString,
  context,
  contextPrimitive,
  element,
  nullValue,
  octetString,
  oid,
  sequence,
} from './der.ts';
import type { RawExtension } from './extensions.ts';
import type { KeyPair } from './keys.ts';
import type { SignatureHash } from './signing.ts';
import {
  enumerated,
  extensionList,
  generalized,
  keyBitsOf,
  type RevocationReason,
  revocationReasons,
  serialNumberOf,
  signerOf,
} from './statusParts.ts';

/** Name and key of who has issued or signs something. An `Authority`, and an `Issued`, fit. */
export interface NamedKey {
  readonly subject: Uint8Array;
  readonly key: KeyPair;
}

/** One SingleResponse. What is left out is right. */
export interface OcspAnswer {
  /** Left out: the `certificate` of the response. */
  readonly certificate?: Uint8Array;
  /** An INTEGER instead of the certificate's. */
  readonly serialNumber?: Uint8Array;
  /** Left out: the `issuer` of the response. */
  readonly issuer?: NamedKey;
  /** Of the CertID. Left out: SHA-1. */
  readonly hash?: 'SHA-1' | 'SHA-256' | 'SHA-512';
  /** A whole CertID instead. */
  readonly certId?: Uint8Array;
  /** Left out: good. */
  readonly status?: 'good' | 'unknown' | { readonly revoked: Date; readonly reason?: RevocationReason };
  /** Left out: an hour ago. */
  readonly thisUpdate?: Date;
  /** Left out: in a day. */
  readonly nextUpdate?: Date | false;
  readonly extensions?: readonly RawExtension[];
}

/** Everything about one OCSPResponse. What is left out is right. */
export interface OcspOptions extends OcspAnswer {
  readonly issuer: NamedKey;
  /** What it is about. */
  readonly certificate: Uint8Array;
  /** All answers, each completed by what stands here. Left out: one. */
  readonly answers?: readonly OcspAnswer[];
  /** A delegated responder, whose certificate goes with the response. */
  readonly responder?: NamedKey & { readonly certificate: Uint8Array };
  /** Left out: byKey. */
  readonly responderId?: 'byKey' | 'byName' | Uint8Array;
  /** DER certificates that go with it. Left out: the responder's. */
  readonly certs?: readonly Uint8Array[];
  readonly responseExtensions?: readonly RawExtension[];
  readonly signingKey?: KeyPair;
  readonly signatureHash?: SignatureHash;
  /** Dotted. Left out: id-pkix-ocsp-basic. */
  readonly responseType?: string;
  /** OCSPResponseStatus by number; with another one than 0 there are no responseBytes. */
  readonly responseStatus?: number;
  /** The last word on ResponseData before it is signed. */
  readonly alterData?: (data: Uint8Array) => Uint8Array;
}

const oneHour = 3_600_000;

/** An OCSPResponse (RFC 6960 section 4.2.1), DER, as a server staples it. */
export function createOcspResponse(options: OcspOptions): Uint8Array {
  const { responseStatus = 0, responder, issuer } = options;
  if (responseStatus !== 0) return sequence(enumerated(responseStatus));
  const signer = signerOf(options.signingKey ?? (responder ?? issuer).key, options.signatureHash);
  const draft = responseData(options);
  const data = options.alterData?.(draft) ?? draft;
  const certs = options.certs ?? (responder ? [responder.certificate] : []);
  const basic = sequence(
    data,
    signer.algorithm,
    bitString(signer.sign(data)),
    ...(certs.length > 0 ? [context(0, sequence(...certs))] : []),
  );
  const bytes = sequence(oid(options.responseType ?? '1.3.6.1.5.5.7.48.1.1'), octetString(basic));
  return sequence(enumerated(0), context(0, bytes));
}

function responseData(options: OcspOptions): Uint8Array {
  const { issuer, certificate, answers = [options], responseExtensions = [] } = options;
  return sequence(
    responderId(options),
    generalized(new Date(Date.now() - oneHour)),
    sequence(...answers.map((answer) => singleResponse({ issuer, certificate, ...answer }))),
    ...(responseExtensions.length > 0 ? [context(1, extensionList(responseExtensions))] : []),
  );
}

function responderId({ responderId: kind = 'byKey', responder, issuer }: OcspOptions): Uint8Array {
  if (kind instanceof Uint8Array) return kind;
  const { subject, key } = responder ?? issuer;
  if (kind === 'byName') return context(1, subject);
  return context(2, octetString(digest('sha1', keyBitsOf(key.spki))));
}

function singleResponse(answer: OcspAnswer & { issuer: NamedKey; certificate: Uint8Array }): Uint8Array {
  const { nextUpdate = new Date(Date.now() + 24 * oneHour), extensions = [] } = answer;
  return sequence(
    answer.certId ?? createCertId(answer),
    certStatus(answer.status ?? 'good'),
    generalized(answer.thisUpdate ?? new Date(Date.now() - oneHour)),
    ...(nextUpdate ? [context(0, generalized(nextUpdate))] : []),
    ...(extensions.length > 0 ? [context(1, extensionList(extensions))] : []),
  );
}

const hashOids = {
  'SHA-1': '1.3.14.3.2.26',
  'SHA-256': '2.16.840.1.101.3.4.2.1',
  'SHA-512': '2.16.840.1.101.3.4.2.3',
} as const;

function createCertId({
  issuer,
  certificate,
  serialNumber,
  hash = 'SHA-1',
}: OcspAnswer & { issuer: NamedKey; certificate: Uint8Array }): Uint8Array {
  const name = hash.replace('-', '').toLowerCase();
  return sequence(
    sequence(oid(hashOids[hash]), nullValue()),
    octetString(digest(name, issuer.subject)),
    octetString(digest(name, keyBitsOf(issuer.key.spki))),
    serialNumber ?? serialNumberOf(certificate),
  );
}

function certStatus(status: NonNullable<OcspAnswer['status']>): Uint8Array {
  if (status === 'good') return contextPrimitive(0, new Uint8Array(0));
  if (status === 'unknown') return contextPrimitive(2, new Uint8Array(0));
  const { revoked, reason } = status;
  const why = reason === undefined ? [] : [context(0, enumerated(revocationReasons[reason]))];
  return element(0xa1, generalized(revoked), ...why);
}

function digest(name: string, data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(name).update(data).digest());
}
