import { anyPolicy, type PolicyInformation, type PolicyMapping } from '../certificate/extensionTypes.ts';

/**
 * The policies of the nodes that a certificate adds to the graph, RFC 5280 section 6.1.3 (d) and (e). Empty: the
 * graph is NULL.
 * @param expected all that is in an expected_policy_set of the level above; anyPolicy is in it exactly if there is
 *   a node for anyPolicy, because nothing is ever mapped to anyPolicy
 * @param policies none where the certificate has no such extension
 * @param anyCounts whether the certificate may assert anyPolicy
 */
export function validPolicies(
  expected: ReadonlySet<string>,
  policies: readonly PolicyInformation[],
  anyCounts: boolean,
): ReadonlySet<string> {
  const asserted = policies.map(({ policyIdentifier }) => policyIdentifier);
  // (d) (2): a node for all that is expected, whether or not it is asserted by name.
  const byAny = anyCounts && asserted.includes(anyPolicy) ? expected : [];
  // (d) (1): (i) what is expected, or (ii) everything below a node for anyPolicy.
  const byName = asserted.filter(
    (policy) => policy !== anyPolicy && (expected.has(policy) || expected.has(anyPolicy)),
  );
  // Where nothing is expected any more, neither adds anything.
  return new Set([...byAny, ...byName]);
}

/**
 * All that is in an expected_policy_set of a level, once the mappings of its certificate are applied: RFC 5280
 * section 6.1.4 (b), (b) (1) (ii) as in RFC 9618.
 * @param mayMap whether policy_mapping is above 0
 */
export function policiesBelow(
  valid: ReadonlySet<string>,
  mappings: readonly PolicyMapping[],
  mayMap: boolean,
): ReadonlySet<string> {
  const mapped = new Set(mappings.map(({ issuerDomainPolicy }) => issuerDomainPolicy));
  const unmapped = [...valid].filter((policy) => !mapped.has(policy));
  // (b) (2): where nothing may be mapped, what would be is deleted.
  if (!mayMap) return new Set(unmapped);
  // (b) (1): a policy that is valid, or below a node for anyPolicy, becomes what it is mapped to.
  const applying = mappings.filter(
    ({ issuerDomainPolicy }) => valid.has(issuerDomainPolicy) || valid.has(anyPolicy),
  );
  return new Set([...unmapped, ...applying.map(({ subjectDomainPolicy }) => subjectDomainPolicy)]);
}
