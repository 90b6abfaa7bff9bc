const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The values of the digits by their character codes. */
let values: Uint8Array | undefined;

/** The octets of base64 without padding (RFC 4648 section 4). It is this package's own data, so nothing is checked. */
export function decodeBase64(text: string): Uint8Array {
  values ??= digitValues();
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let pending = 0;
  for (let index = 0; index < text.length; index++) {
    pending = (pending << 6) | (values[text.charCodeAt(index)] ?? 0);
    // Four digits make three octets: the first of four completes none.
    if (index % 4 !== 0) bytes[at++] = pending >> (6 - 2 * (index % 4));
  }
  return bytes;
}

function digitValues(): Uint8Array {
  const table = new Uint8Array(128);
  for (let value = 0; value < alphabet.length; value++) table[alphabet.charCodeAt(value)] = value;
  return table;
}
