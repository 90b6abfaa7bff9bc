/** A mail address, RFC 5321 section 4.1.2, as far as certificates and constraints have it. */
export interface Mailbox {
  /** As it stands: its case counts. */
  readonly localPart: string;
  /** In lower case. */
  readonly host: string;
}

/**
 * The two parts of a mailbox, or undefined for what is none. A quoted local part and an address in the place of
 * the host are valid by RFC 5321, but one address could be written in several ways with them, so that they can't
 * be held against a constraint; they count as none.
 */
export function parseMailbox(text: string): Mailbox | undefined {
  const [, localPart, host] = /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+)@([^@]+)$/.exec(text) ?? [];
  if (localPart === undefined || host === undefined) return undefined;
  const isDotString = localPart.split('.').every((atom) => atom !== '');
  return isDotString && isHostName(host) ? { localPart, host: host.toLowerCase() } : undefined;
}

/** Letters, digits, hyphens and underscores in labels of 1 to 63, and no wildcard. */
export function isHostName(name: string): boolean {
  if (name.length > 253) return false;
  return name.split('.').every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));
}
