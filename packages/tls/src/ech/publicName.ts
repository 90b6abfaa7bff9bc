/**
 * Whether a public_name is one that certificates can be checked for, RFC 9849 section 6.1.7: labels of letters, digits and
 * hyphens, and not what somebody could take for an IPv4 address.
 */
export function isPublicName(name: string): boolean {
  const labels = name.split('.');
  const last = labels.at(-1) ?? '';
  return labels.every(isLdhLabel) && !/^([0-9]+|0[xX][0-9A-Fa-f]*)$/.test(last);
}

/** RFC 5890 section 2.3.1. */
function isLdhLabel(label: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label);
}
