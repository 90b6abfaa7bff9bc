import type { Certificate } from './certificate/certificate.ts';

/** The alerts of RFC 8446 section 6.2 that are about certificates. */
export type CertificateAlert =
  | 'bad_certificate'
  | 'unsupported_certificate'
  | 'certificate_revoked'
  | 'certificate_expired'
  | 'certificate_unknown'
  | 'unknown_ca'
  | 'bad_certificate_status_response';

/** Why a certificate was refused. */
export type CertificateErrorCode =
  /** Not the DER of a certificate of RFC 5280. */
  | 'malformed'
  /** An extension is not what its standard says, or contradicts another. */
  | 'invalid_extension'
  /** An extension is critical, and nothing here knows what it demands. */
  | 'unsupported_critical_extension'
  /** A name that is not within what an authority above may vouch for. */
  | 'name_not_permitted'
  /** A name that an authority above may not vouch for. */
  | 'name_excluded'
  /** A name of a form that an authority above constrains in a way that is not supported. */
  | 'unsupported_name_constraints'
  /** Critical certificate policies with a qualifier that is not known. */
  | 'unsupported_policy'
  /** An authority requires a certificate policy, and the path has none that holds. */
  | 'no_valid_policy'
  /** A public key of a type, a curve or an encoding that is not supported. */
  | 'unsupported_key'
  /** The server's key is of a size or form that is refused. */
  | 'weak_server_key'
  /** An authority's key is of a size or form that is refused. */
  | 'weak_authority_key'
  /** Signed by an algorithm that is not supported. */
  | 'unsupported_signature'
  /** Signed over a hash that is broken. */
  | 'weak_signature'
  /** The signature is not by the issuer's key. */
  | 'bad_signature'
  | 'expired'
  | 'not_yet_valid'
  /** The server's certificate is signed by itself, and not trusted. */
  | 'self_signed'
  /** The chain ends in a certificate that is signed by itself, and not trusted. */
  | 'self_signed_in_chain'
  /** No certificate of the issuer was sent, and none is trusted. */
  | 'unknown_issuer'
  /** The issuer's certificate is not that of an authority. */
  | 'invalid_authority'
  /** The trust anchor is no longer trusted with what was issued after a certain date. */
  | 'distrusted'
  /** More authorities in the chain than one of them permits. */
  | 'path_too_long'
  /** Issued for something else than a TLS server. */
  | 'invalid_purpose'
  /** The certificate doesn't have the DNS name that was asked for. */
  | 'name_mismatch'
  /** The certificate doesn't have the IP address that was asked for. */
  | 'address_mismatch'
  /** What was asked for is no name or address that a certificate could have. The caller's fault. */
  | 'invalid_server_name'
  /** Revoked by its issuer. */
  | 'revoked'
  /** Nothing says whether it is revoked, and that is demanded. */
  | 'revocation_unknown'
  /** The certificate is good only together with a stapled OCSP response (RFC 7633), and there is none. */
  | 'missing_ocsp_response'
  /** The OCSP response is malformed, out of date, for something else, or not by who may sign it. */
  | 'bad_ocsp_response'
  /** A CRL is malformed, not by the issuer, or of a kind that can't be used. */
  | 'bad_crl'
  /** A CRL is older than its nextUpdate. */
  | 'expired_crl'
  /** Strictly: the certificate has no authorityKeyIdentifier with a key's identifier. */
  | 'missing_authority_key_identifier'
  /** Strictly: an authority's certificate has no subjectKeyIdentifier. */
  | 'missing_subject_key_identifier'
  /** Strictly: an authority's certificate has no keyUsage. */
  | 'missing_key_usage'
  /** The search for a path took too many steps, signatures or certificates. */
  | 'limit_exceeded';

/** By codes; those that are not here are a `bad_certificate`. */
const alerts: Readonly<Partial<Record<CertificateErrorCode, CertificateAlert>>> = {
  unsupported_critical_extension: 'unsupported_certificate',
  unsupported_name_constraints: 'unsupported_certificate',
  unsupported_policy: 'unsupported_certificate',
  unsupported_key: 'unsupported_certificate',
  unsupported_signature: 'unsupported_certificate',
  expired: 'certificate_expired',
  // RFC 8446 section 6.2: certificate_expired means "has expired or is not currently valid".
  not_yet_valid: 'certificate_expired',
  self_signed: 'unknown_ca',
  self_signed_in_chain: 'unknown_ca',
  unknown_issuer: 'unknown_ca',
  distrusted: 'unknown_ca',
  invalid_purpose: 'unsupported_certificate',
  invalid_server_name: 'certificate_unknown',
  revoked: 'certificate_revoked',
  revocation_unknown: 'certificate_unknown',
  missing_ocsp_response: 'bad_certificate_status_response',
  bad_ocsp_response: 'bad_certificate_status_response',
  bad_crl: 'certificate_unknown',
  expired_crl: 'certificate_unknown',
  limit_exceeded: 'certificate_unknown',
};

export interface CertificateErrorDetails {
  readonly certificate?: Certificate | undefined;
  /** Python's words, where they are not OpenSSL's for the code. */
  readonly verifyMessage?: string;
  readonly cause?: unknown;
}

/** A certificate, or a chain of them, was not accepted. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly code: CertificateErrorCode;
  /** The alert that tells the peer. */
  readonly alert: CertificateAlert;
  /** Python's words, where they are not those of `opensslVerdict` for the code. */
  readonly verifyMessage: string | undefined;
  /** The certificate that it is about, where there is one. */
  readonly certificate: Certificate | undefined;

  constructor(code: CertificateErrorCode, message: string, details: CertificateErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.alert = alerts[code] ?? 'bad_certificate';
    this.verifyMessage = details.verifyMessage;
    this.certificate = details.certificate;
  }
}
