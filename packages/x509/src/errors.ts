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

/** What a code means to others: the alert for the peer, and OpenSSL's number for it. */
interface Meaning {
  readonly alert: CertificateAlert;
  /** `X509_V_ERR_…` of OpenSSL 3. */
  readonly verifyCode: number;
  /** OpenSSL's words for `verifyCode`. */
  readonly verifyMessage: string;
}

function means(alert: CertificateAlert, verifyCode: number, verifyMessage: string): Meaning {
  return { alert, verifyCode, verifyMessage };
}

const meanings: Readonly<Record<CertificateErrorCode, Meaning>> = {
  malformed: means('bad_certificate', 1, 'unspecified certificate verification error'),
  invalid_extension: means('bad_certificate', 41, 'invalid or inconsistent certificate extension'),
  unsupported_critical_extension: means('unsupported_certificate', 34, 'unhandled critical extension'),
  name_not_permitted: means('bad_certificate', 47, 'permitted subtree violation'),
  name_excluded: means('bad_certificate', 48, 'excluded subtree violation'),
  unsupported_name_constraints: means('unsupported_certificate', 51, 'unsupported name constraint type'),
  unsupported_policy: means('unsupported_certificate', 45, 'unsupported extension feature'),
  no_valid_policy: means('bad_certificate', 43, 'no explicit policy'),
  unsupported_key: means('unsupported_certificate', 6, 'unable to decode issuer public key'),
  weak_server_key: means('bad_certificate', 66, 'EE certificate key too weak'),
  weak_authority_key: means('bad_certificate', 67, 'CA certificate key too weak'),
  unsupported_signature: means('unsupported_certificate', 76, 'Cannot find certificate signature algorithm'),
  weak_signature: means('bad_certificate', 68, 'CA signature digest algorithm too weak'),
  bad_signature: means('bad_certificate', 7, 'certificate signature failure'),
  expired: means('certificate_expired', 10, 'certificate has expired'),
  // RFC 8446 section 6.2: certificate_expired means "has expired or is not currently valid".
  not_yet_valid: means('certificate_expired', 9, 'certificate is not yet valid'),
  self_signed: means('unknown_ca', 18, 'self-signed certificate'),
  self_signed_in_chain: means('unknown_ca', 19, 'self-signed certificate in certificate chain'),
  unknown_issuer: means('unknown_ca', 20, 'unable to get local issuer certificate'),
  invalid_authority: means('bad_certificate', 79, 'invalid CA certificate'),
  distrusted: means('unknown_ca', 27, 'certificate not trusted'),
  path_too_long: means('bad_certificate', 25, 'path length constraint exceeded'),
  invalid_purpose: means('unsupported_certificate', 26, 'unsuitable certificate purpose'),
  name_mismatch: means('bad_certificate', 62, 'hostname mismatch'),
  address_mismatch: means('bad_certificate', 64, 'IP address mismatch'),
  invalid_server_name: means('certificate_unknown', 62, 'hostname mismatch'),
  revoked: means('certificate_revoked', 23, 'certificate revoked'),
  revocation_unknown: means('certificate_unknown', 3, 'unable to get certificate CRL'),
  missing_ocsp_response: means('bad_certificate_status_response', 73, 'OCSP verification needed'),
  bad_ocsp_response: means('bad_certificate_status_response', 74, 'OCSP verification failed'),
  bad_crl: means('certificate_unknown', 54, 'CRL path validation error'),
  expired_crl: means('certificate_unknown', 12, 'CRL has expired'),
  missing_authority_key_identifier: means('bad_certificate', 85, 'Missing Authority Key Identifier'),
  missing_subject_key_identifier: means('bad_certificate', 86, 'Missing Subject Key Identifier'),
  missing_key_usage: means('bad_certificate', 92, 'CA cert does not include key usage extension'),
  limit_exceeded: means('certificate_unknown', 22, 'certificate chain too long'),
};

export interface CertificateErrorDetails {
  readonly certificate?: Certificate | undefined;
  /** The words of `verifyMessage`, where they are not OpenSSL's for the code. */
  readonly verifyMessage?: string;
  readonly cause?: unknown;
}

/** A certificate, or a chain of them, was not accepted. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly code: CertificateErrorCode;
  /** The alert that tells the peer. */
  readonly alert: CertificateAlert;
  /** The number of OpenSSL 3 for this, which Python shows as `verify_code`. */
  readonly verifyCode: number;
  /** The words of OpenSSL and Python for it: `unable to get local issuer certificate`. */
  readonly verifyMessage: string;
  /** The certificate that it is about, where there is one. */
  readonly certificate: Certificate | undefined;

  constructor(code: CertificateErrorCode, message: string, details: CertificateErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    const { alert, verifyCode, verifyMessage } = meanings[code];
    this.code = code;
    this.alert = alert;
    this.verifyCode = verifyCode;
    this.verifyMessage = details.verifyMessage ?? verifyMessage;
    this.certificate = details.certificate;
  }
}
