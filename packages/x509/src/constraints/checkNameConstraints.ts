import type { Certificate } from '../certificate/certificate.ts';
import type { GeneralName } from '../certificate/generalName.ts';
import { CertificateError, type CertificateErrorCode } from '../errors.ts';
import { formatIpAddress } from '../names/ipAddress.ts';
import { isForServer } from '../names/match.ts';
import type { ReferenceIdentity } from '../names/reference.ts';
import type { Path } from '../path/path.ts';
import { isSelfIssued } from '../path/pathLength.ts';
import { printable } from '../printable.ts';
import type { ComparisonBudget } from './budget.ts';
import { type HeldName, heldName } from './heldName.ts';
import type { NameConstraints } from './nameConstraints.ts';

/**
 * Holds all names on a path against the constraints of the authorities above them, critical or not: RFC 5280
 * sections 4.2.1.10 and 6.1.3 (b) and (c). To be called once the signatures were found right, so that nobody but
 * an authority can make it costly.
 * @param reference the name that was asked for. Where the server's certificate is for it, it has to be permitted as
 *   well: a wildcard stands for it, and doesn't show it.
 * @throws CertificateError `name_not_permitted`, `name_excluded`, `unsupported_name_constraints`, `limit_exceeded`
 */
export function checkNameConstraints(
  { certificates, anchor }: Path,
  reference: ReferenceIdentity | undefined,
  budget: ComparisonBudget,
): void {
  const imposed = anchor.nameConstraints ? [anchor.nameConstraints] : [];
  for (const [index, certificate] of [...certificates.entries()].reverse()) {
    const isLast = index === 0;
    // "Name constraints are not applied to self-issued certificates (unless the certificate is the final
    // certificate in the path)."
    if (imposed.length > 0 && (isLast || !isSelfIssued(certificate))) {
      const names = namesOf(certificate);
      if (isLast && reference && isForServer(certificate, reference)) names.push(nameOf(reference));
      for (const name of names) checkName(certificate, name, imposed, budget);
    }
    if (certificate.nameConstraints) imposed.push(certificate.nameConstraints);
  }
}

/** OID of emailAddress, RFC 5280 appendix A.1. */
const emailAddress = '1.2.840.113549.1.9.1';

/**
 * All names that constraints are for. The common name is none, whatever it looks like. A mail address in the
 * subject counts also where there is a subjectAltName, for which RFC 5280 doesn't ask; OpenSSL does so.
 */
function namesOf({ subject, subjectAltName }: Certificate): GeneralName[] {
  const addresses = subject.rdns.flat().filter(({ oid }) => oid === emailAddress);
  return [
    ...(subject.isEmpty ? [] : [{ type: 'directoryName', value: subject } as const]),
    ...addresses.map(({ value }) => ({ type: 'rfc822Name', value }) as const),
    ...(subjectAltName ?? []),
  ];
}

function nameOf(reference: ReferenceIdentity): GeneralName {
  return reference.type === 'ip'
    ? { type: 'iPAddress', value: reference.octets }
    : { type: 'dNSName', value: reference.name };
}

function checkName(
  certificate: Certificate,
  name: GeneralName,
  imposed: readonly NameConstraints[],
  budget: ComparisonBudget,
): void {
  const held = heldName(name);
  for (const constraints of imposed) {
    budget.spend(1 + held.countOf(constraints.excluded) + held.countOf(constraints.permitted), certificate);
    const fault = faultOf(name, held, constraints);
    if (fault === undefined) continue;
    const [code, problem] = fault;
    throw new CertificateError(
      code,
      `The certificate of ${certificate.subject} has a name that an authority above it may not vouch for, ${describe(name)}: ${problem}`,
      { certificate },
    );
  }
}

function faultOf(
  { type }: GeneralName,
  held: HeldName,
  { permitted, excluded }: NameConstraints,
): readonly [CertificateErrorCode, string] | undefined {
  // RFC 5280: "the application MUST either process the constraint or reject the certificate".
  if (permitted.others.has(type) || excluded.others.has(type)) {
    return ['unsupported_name_constraints', `constraints of the form ${type} are not supported`];
  }
  const isPermittedFreely = held.countOf(permitted) === 0;
  if (held.problem !== undefined && !(isPermittedFreely && held.countOf(excluded) === 0)) {
    return ['name_not_permitted', held.problem];
  }
  if (held.touches(excluded)) return ['name_excluded', 'it is excluded'];
  if (isPermittedFreely || held.isWithin(permitted)) return undefined;
  return ['name_not_permitted', 'it is not among those permitted'];
}

function describe(name: GeneralName): string {
  switch (name.type) {
    case 'iPAddress':
      return formatIpAddress(name.value);
    case 'directoryName':
      return `'${name.value}'`;
    case 'dNSName':
    case 'rfc822Name':
    case 'uniformResourceIdentifier':
      return `'${printable(name.value)}'`;
    default:
      return `one of the form ${name.type}`;
  }
}
