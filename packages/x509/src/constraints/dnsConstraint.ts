/**
 * Whether all that a presented name stands for is within the subtree: "any DNS name that can be constructed by
 * simply adding zero or more labels to the left-hand side" of the base (RFC 5280 section 4.2.1.10). What an
 * asterisk stands for is one label or nothing; as no base has asterisks, it can count as a label here.
 * @param name in lower case
 * @param base in lower case; with a dot at the beginning: one or more labels
 */
export function isWithinDomain(name: string, base: string): boolean {
  if (base === '' || name === base) return true;
  return name.endsWith(base.startsWith('.') ? base : `.${base}`);
}

/**
 * Whether the subtree has anything that a presented name stands for. RFC 5280 gives the dot at the beginning of a
 * base no meaning, so that what is excluded by such a one is the domain itself, too.
 * @param name in lower case
 * @param base in lower case
 */
export function touchesDomain(name: string, base: string): boolean {
  const domain = withoutLeadingDot(base);
  if (isWithinDomain(name, domain)) return true;
  const asterisk = name.lastIndexOf('*');
  if (asterisk < 0) return false;
  const parent = parentOf(name.slice(asterisk));
  if (asterisk === 0) return parentOf(domain) === parent;
  // No host has a name with an asterisk elsewhere (RFC 9525 section 6.3). All below its last one is more than enough.
  return isWithinDomain(domain, parent);
}

/** What stands after the first label; '' where there is no more. */
function parentOf(domain: string): string {
  const dot = domain.indexOf('.');
  return dot < 0 ? '' : domain.slice(dot + 1);
}

export function withoutLeadingDot(domain: string): string {
  return domain.startsWith('.') ? domain.slice(1) : domain;
}
