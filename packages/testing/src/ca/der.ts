/** A small DER writer (X.690), for the parts of certificates that no library would agree to make. */

const utf8 = new TextEncoder();

/** One element: identifier octet, definite length in the fewest octets, contents. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = concat(contents);
  return concat([Uint8Array.of(tag, ...lengthOctets(body.length)), body]);
}

export function sequence(...items: readonly Uint8Array[]): Uint8Array {
  return element(0x30, ...items);
}

export function set(...items: readonly Uint8Array[]): Uint8Array {
  return element(0x31, ...items);
}

/** `[number]` around a constructed value: EXPLICIT, or IMPLICIT over a SEQUENCE's items. */
export function context(number: number, ...contents: readonly Uint8Array[]): Uint8Array {
  return element(0xa0 | number, ...contents);
}

/** `[number]` IMPLICIT over a primitive value. */
export function contextPrimitive(number: number, contents: Uint8Array): Uint8Array {
  return element(0x80 | number, contents);
}

export function boolean(value: boolean): Uint8Array {
  return element(0x01, Uint8Array.of(value ? 0xff : 0));
}

export function integer(value: number | bigint): Uint8Array {
  let rest = BigInt(value);
  const octets: number[] = [];
  do {
    octets.unshift(Number(BigInt.asUintN(8, rest)));
    rest >>= 8n;
  } while (rest !== (octets[0] !== undefined && octets[0] > 0x7f ? -1n : 0n));
  return element(0x02, Uint8Array.from(octets));
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return element(0x03, Uint8Array.of(unusedBits), bytes);
}

export function octetString(bytes: Uint8Array): Uint8Array {
  return element(0x04, bytes);
}

export function nullValue(): Uint8Array {
  return element(0x05);
}

/** @param dotted as in `2.5.29.30` */
export function oid(dotted: string): Uint8Array {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  const octets = [first * 40n + second, ...rest].flatMap((arc) => {
    const groups = [Number(arc & 0x7fn)];
    for (let high = arc >> 7n; high > 0n; high >>= 7n) groups.unshift(Number(high & 0x7fn) | 0x80);
    return groups;
  });
  return element(0x06, Uint8Array.from(octets));
}

export function utf8String(text: string): Uint8Array {
  return element(0x0c, utf8.encode(text));
}

export function printableString(text: string): Uint8Array {
  return element(0x13, utf8.encode(text));
}

export function ia5String(text: string): Uint8Array {
  return element(0x16, utf8.encode(text));
}

/** @param text as in `260131235959Z` */
export function utcTime(text: string): Uint8Array {
  return element(0x17, utf8.encode(text));
}

/** @param text as in `20260131235959Z` */
export function generalizedTime(text: string): Uint8Array {
  return element(0x18, utf8.encode(text));
}

/** The elements inside a constructed element, each with its own header. Trusts its input: for fixtures only. */
export function children(constructed: Uint8Array): Uint8Array[] {
  const body = contents(constructed);
  const found: Uint8Array[] = [];
  for (let at = 0; at < body.length; ) {
    const end = at + headerLength(body.subarray(at)) + contentLength(body.subarray(at));
    found.push(body.subarray(at, end));
    at = end;
  }
  return found;
}

/** What stands in an element, without its header. */
export function contents(der: Uint8Array): Uint8Array {
  const start = headerLength(der);
  return der.subarray(start, start + contentLength(der));
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return [0x80 | octets.length, ...octets];
}

function headerLength(der: Uint8Array): number {
  const first = der[1] ?? 0;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

function contentLength(der: Uint8Array): number {
  const first = der[1] ?? 0;
  if (first < 0x80) return first;
  return der.subarray(2, headerLength(der)).reduce((length, octet) => length * 256 + octet, 0);
}
