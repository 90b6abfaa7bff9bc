import type { CertificateError, CertificateErrorCode } from './errors.ts';

/** What OpenSSL and Python call it. */
export interface OpensslVerdict {
  /** `X509_V_ERR_…` of OpenSSL 3, which Python shows as `verify_code`. */
  readonly verifyCode: number;
  /** The words for it: `unable to get local issuer certificate`. */
  readonly verifyMessage: string;
}

const verdicts: Readonly<Record<CertificateErrorCode, readonly [verifyCode: number, verifyMessage: string]>> =
  {
    malformed: [1, 'unspecified certificate verification error'],
    invalid_extension: [41, 'invalid or inconsistent certificate extension'],
    unsupported_critical_extension: [34, 'unhandled critical extension'],
    name_not_permitted: [47, 'permitted subtree violation'],
    name_excluded: [48, 'excluded subtree violation'],
    unsupported_name_constraints: [51, 'unsupported name constraint type'],
    unsupported_policy: [45, 'unsupported extension feature'],
    no_valid_policy: [43, 'no explicit policy'],
    unsupported_key: [6, 'unable to decode issuer public key'],
    weak_server_key: [66, 'EE certificate key too weak'],
    weak_authority_key: [67, 'CA certificate key too weak'],
    unsupported_signature: [76, 'Cannot find certificate signature algorithm'],
    weak_signature: [68, 'CA signature digest algorithm too weak'],
    bad_signature: [7, 'certificate signature failure'],
    expired: [10, 'certificate has expired'],
    not_yet_valid: [9, 'certificate is not yet valid'],
    self_signed: [18, 'self-signed certificate'],
    self_signed_in_chain: [19, 'self-signed certificate in certificate chain'],
    unknown_issuer: [20, 'unable to get local issuer certificate'],
    invalid_authority: [79, 'invalid CA certificate'],
    distrusted: [27, 'certificate not trusted'],
    path_too_long: [25, 'path length constraint exceeded'],
    invalid_purpose: [26, 'unsuitable certificate purpose'],
    name_mismatch: [62, 'hostname mismatch'],
    address_mismatch: [64, 'IP address mismatch'],
    invalid_server_name: [62, 'hostname mismatch'],
    revoked: [23, 'certificate revoked'],
    revocation_unknown: [3, 'unable to get certificate CRL'],
    missing_ocsp_response: [73, 'OCSP verification needed'],
    bad_ocsp_response: [74, 'OCSP verification failed'],
    bad_crl: [54, 'CRL path validation error'],
    expired_crl: [12, 'CRL has expired'],
    missing_authority_key_identifier: [85, 'Missing Authority Key Identifier'],
    missing_subject_key_identifier: [86, 'Missing Subject Key Identifier'],
    missing_key_usage: [92, 'CA cert does not include key usage extension'],
    limit_exceeded: [22, 'certificate chain too long'],
  };

/** The same refusal in the terms of OpenSSL and Python. */
export function opensslVerdict(error: CertificateError): OpensslVerdict {
  const [verifyCode, verifyMessage] = verdicts[error.code];
  return { verifyCode, verifyMessage: error.verifyMessage ?? verifyMessage };
}
