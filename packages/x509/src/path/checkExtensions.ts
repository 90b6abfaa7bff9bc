import type { Certificate } from '../certificate/certificate.ts';
import type { Extension } from '../certificate/extension.ts';
import { extensionOids } from '../certificate/oids.ts';
import { CertificateError } from '../errors.ts';
import { checkPolicyExtensions } from '../policies/policyExtensions.ts';

/** Those that may be critical: what they say is acted upon. */
const understood: ReadonlySet<string> = new Set([
  extensionOids.keyUsage,
  extensionOids.subjectAltName,
  extensionOids.basicConstraints,
  extensionOids.nameConstraints,
  extensionOids.certificatePolicies,
  extensionOids.policyMappings,
  extensionOids.policyConstraints,
  extensionOids.inhibitAnyPolicy,
  extensionOids.extendedKeyUsage,
]);

/** Those that "conforming CAs MUST mark as non-critical": RFC 5280 sections 4.2.1.1, 4.2.1.2 and 4.2.2.1. */
const neverCritical: ReadonlySet<string> = new Set([
  extensionOids.authorityKeyIdentifier,
  extensionOids.subjectKeyIdentifier,
  extensionOids.authorityInfoAccess,
]);

/**
 * What holds for the extensions of each certificate of a path, whatever its place: all that are known can be
 * decoded, and none demands what isn't done here.
 * @throws CertificateError
 */
export function checkExtensions(certificate: Certificate): void {
  for (const extension of certificate.extensions) checkExtension(certificate, extension);
  decodeAll(certificate);
  checkNames(certificate);
  checkPolicyExtensions(certificate);
}

function checkExtension(certificate: Certificate, { oid, critical }: Extension): void {
  if (!critical || understood.has(oid)) return;
  if (neverCritical.has(oid)) {
    throw new CertificateError(
      'invalid_extension',
      `The extension ${oid} of ${certificate.subject} is critical, which RFC 5280 forbids`,
      { certificate },
    );
  }
  // RFC 5280 section 4.2: "MUST reject the certificate if it encounters a critical extension it does not
  // recognize or a critical extension that contains information that it cannot process".
  throw new CertificateError(
    'unsupported_critical_extension',
    `The extension ${oid} of ${certificate.subject} is critical and not supported`,
    { certificate },
  );
}

/** A known extension that can't be decoded is an error, whether or not anything here needs it. */
function decodeAll(certificate: Certificate): void {
  void certificate.basicConstraints;
  void certificate.keyUsage;
  void certificate.extendedKeyUsage;
  void certificate.subjectAltName;
  void certificate.nameConstraints;
  void certificate.subjectKeyIdentifier;
  void certificate.authorityKeyIdentifier;
  void certificate.authorityInfoAccess;
  void certificate.crlDistributionPoints;
  void certificate.certificatePolicies;
  void certificate.policyMappings;
  void certificate.policyConstraints;
  void certificate.inhibitAnyPolicy;
}

/** RFC 5280 section 4.1.2.6: with an empty subject, subjectAltName must be there and be critical. */
function checkNames(certificate: Certificate): void {
  if (!certificate.subject.isEmpty || certificate.extension(extensionOids.subjectAltName)?.critical) return;
  throw new CertificateError(
    'invalid_extension',
    'The certificate has an empty subject and no critical subjectAltName',
    { certificate },
  );
}
