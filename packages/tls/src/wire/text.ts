/**
 * Text on the wire of TLS is ASCII: labels, host names, protocol names. Engines without TextEncoder are at home
 * here, so this is written out.
 */

/** @throws RangeError where a character is not ASCII: it would be sent as something else */
export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) throw new RangeError(`"${text}" is not ASCII`);
    bytes[i] = code;
  }
  return bytes;
}

/** Text from the network for people to see: what is not printable ASCII becomes a dot. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '.');
}

/** One character for each octet, so that two byte strings can be compared as text. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const octet of bytes) text += String.fromCharCode(octet);
  return text;
}
