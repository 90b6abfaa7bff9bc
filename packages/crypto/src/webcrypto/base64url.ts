const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** As JSON Web Keys have their octets (RFC 7515 section 2): the alphabet for URLs, without padding. */
export function toBase64url(octets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < octets.length; at += 3) {
    const [first = 0, second = 0, third = 0] = octets.subarray(at, at + 3);
    const bits = (first << 16) | (second << 8) | third;
    const significant = Math.min(3, octets.length - at) + 1;
    for (let digit = 0; digit < significant; digit += 1) text += digits[(bits >> (18 - 6 * digit)) & 63];
  }
  return text;
}
