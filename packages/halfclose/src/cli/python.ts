import type { Cipher } from '../node.ts';

/** A cipher as Python prints it: `('TLS_AES_128_GCM_SHA256', 'TLSv1.3', 128)`. */
export function cipherText([name, version, secretBits]: Cipher): string {
  return `('${name}', '${version}', ${secretBits})`;
}

/** Null as Python prints it. */
export function orNone(text: string | null): string {
  return text ?? 'None';
}

const escapes: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x27, "\\'"],
  [0x5c, '\\\\'],
]);

/** Octets as Python prints them: `b'GET / HTTP/1.0\r\n'`. */
export function bytesText(octets: Uint8Array): string {
  const characters = Array.from(octets, (octet) => {
    const isPrintable = octet >= 0x20 && octet < 0x7f;
    const plain = isPrintable ? String.fromCharCode(octet) : `\\x${octet.toString(16).padStart(2, '0')}`;
    return escapes.get(octet) ?? plain;
  });
  return `b'${characters.join('')}'`;
}
