import { printable } from './printable.ts';

/** A text is not PEM as RFC 7468 has it. */
export class PemError extends Error {
  override readonly name = 'PemError';
  /** Counted from 1. */
  readonly line: number;

  constructor(line: number, problem: string) {
    super(`PEM, line ${line}: ${problem}`);
    this.line = line;
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Values of the base64 digits by character code, -1 for what is none. */
const digitValues: readonly number[] = Array.from({ length: 128 }, (_, code) =>
  alphabet.indexOf(String.fromCharCode(code)),
);

/**
 * The contents of all blocks with this label, in their order. Blocks with other labels are passed over, and so
 * is text around the blocks (RFC 7468 sections 2 and 5.2). Within a block nothing but base64 is taken: no
 * headers, no blank in a line, padding and unused bits as they should be.
 * @param label as in `-----BEGIN CERTIFICATE-----`
 * @throws PemError
 */
export function decodePem(text: string, label: string): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  let open: { readonly label: string; readonly line: number; readonly base64: string[] } | undefined;
  for (const [index, rawLine] of text.split(/\r\n|\n|\r/).entries()) {
    const line = rawLine.trimEnd();
    const begins = boundaryLabel(line, 'BEGIN');
    const ends = boundaryLabel(line, 'END');
    if (begins !== undefined) {
      if (open) throw new PemError(index + 1, `a block begins, and that of line ${open.line} has not ended`);
      open = { label: begins, line: index + 1, base64: [] };
    } else if (ends !== undefined) {
      if (open?.label !== ends) throw new PemError(index + 1, mismatch(ends, open));
      if (ends === label) blocks.push(decodeBase64(open.base64, open.line));
      open = undefined;
    } else if (open) {
      open.base64.push(line);
    }
  }
  if (open) throw new PemError(open.line, `the block '${printable(open.label)}' does not end`);
  return blocks;
}

/** One block with lines of 64 characters, and a line feed at its end. */
export function encodePem(der: Uint8Array, label: string): string {
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function boundaryLabel(line: string, kind: 'BEGIN' | 'END'): string | undefined {
  const start = `-----${kind} `;
  if (!line.startsWith(start) || !line.endsWith('-----') || line.length < start.length + 5) return undefined;
  return line.slice(start.length, -5);
}

function mismatch(ends: string, open: { readonly label: string; readonly line: number } | undefined): string {
  const found = `the block '${printable(ends)}' ends`;
  return open
    ? `${found}, but that of line ${open.line} is '${printable(open.label)}'`
    : `${found}, but none has begun`;
}

function decodeBase64(lines: readonly string[], beginLine: number): Uint8Array {
  const text = lines.join('');
  const digits = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
  const bytes = new Uint8Array(Math.floor((digits * 6) / 8));
  let bits = 0;
  let pending = 0;
  let at = 0;
  for (let index = 0; index < digits; index++) {
    const value = digitValues[text.charCodeAt(index)] ?? -1;
    if (value < 0) throw new PemError(lineOf(index, lines, beginLine), notBase64(text, index));
    pending = (pending << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = pending >> bits;
    pending &= (1 << bits) - 1;
  }
  if (text.length % 4 !== 0) {
    throw new PemError(beginLine, `the block has ${text.length} base64 characters, not a multiple of 4`);
  }
  // RFC 4648 section 3.5: bits that are left over are zero, so that each content has one text.
  if (pending !== 0)
    throw new PemError(beginLine + lines.length, 'the last base64 digit has bits that count for nothing');
  return bytes;
}

function lineOf(index: number, lines: readonly string[], beginLine: number): number {
  let left = index;
  const at = lines.findIndex((line) => {
    if (left < line.length) return true;
    left -= line.length;
    return false;
  });
  return beginLine + 1 + at;
}

function notBase64(text: string, index: number): string {
  return `'${printable(String.fromCodePoint(text.codePointAt(index) ?? 0))}' is no base64 digit`;
}

function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
    const group = (first << 16) | (second << 8) | third;
    const digits = [18, 12, 6, 0].map((shift) => alphabet.charAt((group >> shift) & 0x3f)).join('');
    const left = bytes.length - at;
    text += left === 1 ? `${digits.slice(0, 2)}==` : left === 2 ? `${digits.slice(0, 3)}=` : digits;
  }
  return text;
}
