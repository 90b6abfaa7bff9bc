import type { Certificate } from '../certificate/certificate.ts';
import { anyPolicy } from '../certificate/extensionTypes.ts';
import type { ComparisonBudget } from '../constraints/budget.ts';
import { CertificateError } from '../errors.ts';
import type { Path } from '../path/path.ts';
import { isSelfIssued } from '../path/pathLength.ts';
import { policyDemand } from '../path/policyDemand.ts';
import { policiesBelow, validPolicies } from './policyLevel.ts';

/**
 * Certificate policies: RFC 5280 section 6.1 as RFC 9618 has changed it, for callers who ask for no policy (the
 * user-initial-policy-set is anyPolicy, and nothing is inhibited or required at first). All that can go wrong then
 * is that an authority requires that a policy holds for the path, and none does.
 *
 * Of the graph of RFC 9618 only the last level is kept. It is empty exactly if the graph is NULL, and which policies
 * of the anchor lead to it is what nobody asks. So the work is linear in what the certificates hold.
 * @throws CertificateError `no_valid_policy`, `limit_exceeded`
 */
export function checkPolicies(path: Path, budget: ComparisonBudget): void {
  if (policyDemand(path) === undefined) return;
  const { certificates } = path;
  const authority = path.anchor.certificate;
  const skip = createSkipCounts(certificates.length);
  // RFC 5280 leaves out what the anchor's certificate says; here it holds for those below.
  if (authority) skip.lowerBy(authority);
  let expected: ReadonlySet<string> = new Set([anyPolicy]);

  for (const [index, certificate] of [...certificates.entries()].reverse()) {
    const { certificatePolicies = [], policyMappings = [] } = certificate;
    budget.spend(expected.size + certificatePolicies.length + policyMappings.length, certificate);
    const isLast = index === 0;
    const anyCounts = skip.inhibitAnyPolicy > 0 || (!isLast && isSelfIssued(certificate));
    const valid = validPolicies(expected, certificatePolicies, anyCounts);
    // RFC 5280 section 6.1.3 (f).
    if (valid.size === 0 && skip.explicitPolicy === 0) throw noValidPolicy(certificate);
    if (!isLast) {
      expected = policiesBelow(valid, policyMappings, skip.policyMapping > 0);
      // Section 6.1.4 (h), (i) and (j).
      if (!isSelfIssued(certificate)) skip.countDown();
      skip.lowerBy(certificate);
    } else if (valid.size === 0) {
      // Section 6.1.5 (a), (b) and (g).
      skip.countDown();
      if (certificate.policyConstraints?.requireExplicitPolicy === 0 || skip.explicitPolicy === 0) {
        throw noValidPolicy(certificate);
      }
    }
  }
}

/** explicit_policy, policy_mapping and inhibit_anyPolicy of section 6.1.2: certificates until something holds. */
interface SkipCounts {
  readonly explicitPolicy: number;
  readonly policyMapping: number;
  readonly inhibitAnyPolicy: number;
  /** One certificate has been passed. */
  countDown(): void;
  /** What a certificate asks for comes sooner, and never later. */
  lowerBy(certificate: Certificate): void;
}

/** @param pathLength certificates on the path, without the anchor's */
function createSkipCounts(pathLength: number): SkipCounts {
  const counts = {
    explicitPolicy: pathLength + 1,
    policyMapping: pathLength + 1,
    inhibitAnyPolicy: pathLength + 1,
    countDown() {
      counts.explicitPolicy = Math.max(0, counts.explicitPolicy - 1);
      counts.policyMapping = Math.max(0, counts.policyMapping - 1);
      counts.inhibitAnyPolicy = Math.max(0, counts.inhibitAnyPolicy - 1);
    },
    lowerBy({ policyConstraints, inhibitAnyPolicy = Infinity }: Certificate) {
      const { requireExplicitPolicy = Infinity, inhibitPolicyMapping = Infinity } = policyConstraints ?? {};
      counts.explicitPolicy = Math.min(counts.explicitPolicy, requireExplicitPolicy);
      counts.policyMapping = Math.min(counts.policyMapping, inhibitPolicyMapping);
      counts.inhibitAnyPolicy = Math.min(counts.inhibitAnyPolicy, inhibitAnyPolicy);
    },
  };
  return counts;
}

function noValidPolicy(certificate: Certificate): CertificateError {
  return new CertificateError(
    'no_valid_policy',
    `An authority requires a certificate policy for all below it, and with the certificate of ${certificate.subject} there is none left that holds`,
    { certificate },
  );
}
