import type { Certificate } from '../certificate/certificate.ts';
import type { Extension } from '../certificate/extension.ts';
import { extensionOids } from '../certificate/oids.ts';
import { CertificateError } from '../errors.ts';

/** Those that may be critical: what they say is acted upon. */
const understood: ReadonlySet<string> = new Set([
  extensionOids.keyUsage,
  extensionOids.subjectAltName,
  extensionOids.basicConstraints,
  extensionOids.nameConstraints,
  extensionOids.certificatePolicies,
  extensionOids.extendedKeyUsage,
]);

/** Those that "conforming CAs MUST mark as non-critical": RFC 5280 sections 4.2.1.1, 4.2.1.2 and 4.2.2.1. */
const neverCritical: ReadonlySet<string> = new Set([
  extensionOids.authorityKeyIdentifier,
  extensionOids.subjectKeyIdentifier,
  extensionOids.authorityInfoAccess,
]);

/** RFC 5280 section 4.2.1.4: certification practice statement, user notice. Both are for people to read. */
const understoodQualifiers: ReadonlySet<string> = new Set(['1.3.6.1.5.5.7.2.1', '1.3.6.1.5.5.7.2.2']);

const anyPolicy = '2.5.29.32.0';

/**
 * What holds for the extensions of each certificate of a path, whatever its place: all that are known can be
 * decoded, and none demands what isn't done here.
 * @throws CertificateError
 */
export function checkExtensions(certificate: Certificate): void {
  for (const extension of certificate.extensions) checkExtension(certificate, extension);
  decodeAll(certificate);
  checkNames(certificate);
  checkPolicies(certificate);
}

function checkExtension(certificate: Certificate, { oid, critical }: Extension): void {
  if (oid === extensionOids.policyConstraints || oid === extensionOids.inhibitAnyPolicy) {
    throw new CertificateError(
      'unsupported_policy',
      `${certificate.subject} sets constraints to certificate policies (${oid}), which are not supported`,
      { certificate },
    );
  }
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
    oid === extensionOids.policyMappings ? 'unsupported_policy' : 'unsupported_critical_extension',
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

/**
 * Nobody here asks for a certain policy, so that policies decide nothing, with two exceptions: a critical
 * certificatePolicies whose qualifiers are not understood (RFC 5280 section 4.2.1.4), and a mapping from or to
 * anyPolicy (section 6.1.4 a).
 */
function checkPolicies(certificate: Certificate): void {
  const qualifiers = (certificate.certificatePolicies ?? []).flatMap((policy) => policy.qualifiers);
  const strange = qualifiers.find((qualifier) => !understoodQualifiers.has(qualifier));
  if (strange !== undefined && certificate.extension(extensionOids.certificatePolicies)?.critical) {
    throw new CertificateError(
      'unsupported_policy',
      `${certificate.subject} has critical certificate policies with a qualifier that is not known, ${strange}`,
      { certificate },
    );
  }
  const mapsAny = (certificate.policyMappings ?? []).some(
    (mapping) => mapping.issuerDomainPolicy === anyPolicy || mapping.subjectDomainPolicy === anyPolicy,
  );
  if (mapsAny) {
    throw new CertificateError('invalid_extension', `${certificate.subject} maps the policy anyPolicy`, {
      certificate,
    });
  }
}
