import type { Certificate } from '../certificate/certificate.ts';
import { anyPolicy } from '../certificate/extensionTypes.ts';
import { extensionOids } from '../certificate/oids.ts';
import { CertificateError } from '../errors.ts';

/** RFC 5280 section 4.2.1.4: certification practice statement, user notice. Both are for people to read. */
const understoodQualifiers: ReadonlySet<string> = new Set(['1.3.6.1.5.5.7.2.1', '1.3.6.1.5.5.7.2.2']);

/**
 * What holds for the extensions on policies of each certificate of a path, whatever its place and whether or not a
 * policy is required.
 * @throws CertificateError
 */
export function checkPolicyExtensions(certificate: Certificate): void {
  const { subject, certificatePolicies = [], policyMappings = [] } = certificate;
  const qualifiers = certificatePolicies.flatMap((policy) => policy.qualifiers);
  const strange = qualifiers.find((qualifier) => !understoodQualifiers.has(qualifier));
  // Section 4.2.1.4: "Applications ... MUST be able to process" the qualifiers of a critical extension "or MUST reject".
  if (strange !== undefined && certificate.extension(extensionOids.certificatePolicies)?.critical) {
    throw new CertificateError(
      'unsupported_policy',
      `${subject} has critical certificate policies with a qualifier that is not known, ${strange}`,
      { certificate },
    );
  }
  // Section 6.1.4 (a).
  if (
    policyMappings.some(
      ({ issuerDomainPolicy, subjectDomainPolicy }) =>
        issuerDomainPolicy === anyPolicy || subjectDomainPolicy === anyPolicy,
    )
  ) {
    throw new CertificateError('invalid_extension', `${subject} maps the policy anyPolicy`, { certificate });
  }
  // Section 4.2.1.11: "Conforming CAs MUST mark this extension as critical."
  if (certificate.extension(extensionOids.policyConstraints)?.critical === false) {
    throw new CertificateError(
      'invalid_extension',
      `${subject} has policyConstraints that are not critical`,
      {
        certificate,
      },
    );
  }
}
