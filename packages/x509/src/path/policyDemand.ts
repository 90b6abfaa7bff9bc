import type { Certificate } from '../certificate/certificate.ts';
import type { ComparisonBudget } from '../constraints/budget.ts';
import { CertificateError } from '../errors.ts';
import type { Path } from './path.ts';

/** How a path is held to the certificate policies that its authorities demand. Throws CertificateError. */
export type PolicyCheck = (path: Path, budget: ComparisonBudget) => void;

/**
 * Who demands that a certificate policy holds for the path (RFC 5280 section 4.2.1.11). Where nobody does, and callers ask
 * for none, nothing that is said of policies can make a path bad.
 */
export function policyDemand({ certificates, anchor }: Path): Certificate | undefined {
  const all = anchor.certificate ? [...certificates, anchor.certificate] : certificates;
  return all.find(({ policyConstraints }) => policyConstraints?.requireExplicitPolicy !== undefined);
}

/**
 * For a verifier that looks at no policies, and so can't say that one holds.
 * @throws CertificateError `no_valid_policy`
 */
export const refuseDemand: PolicyCheck = (path) => {
  const certificate = policyDemand(path);
  if (certificate === undefined) return;
  throw new CertificateError(
    'no_valid_policy',
    `${certificate.subject} demands that a certificate policy holds, and this verifier looks at none`,
    { certificate },
  );
};
