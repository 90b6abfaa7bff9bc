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
const digitValues: Int8Array = Int8Array.from({ length: 128 }, (_, code) =>
  alphabet.indexOf(String.fromCharCode(code)),
);

/**
 * What some editors put before the first line, which OpenSSL passes over, too: as it is, or its three octets of UTF-8
 * where these were taken for characters.
 */
const byteOrderMark = /^(?:\ufeff|\u00ef\u00bb\u00bf)/;

/** A block that is not decoded yet. */
export interface PemBlock {
  readonly label: string;
  /** The whole text, whose lines end in line feeds. */
  readonly source: string;
  /** The place in it after the line BEGIN, and that of the line END. */
  readonly begin: number;
  readonly end: number;
}

/**
 * The contents of all blocks with this label, in their order. Blocks with other labels are passed over, and so
 * is text around the blocks (RFC 7468 sections 2 and 5.2). Within a block nothing but base64 is taken: no
 * headers, no blank in a line, padding and unused bits as they should be.
 * @param label as in `-----BEGIN CERTIFICATE-----`
 * @throws PemError
 */
export function decodePem(text: string, label: string): Uint8Array[] {
  return pemBlocks(text)
    .filter((block) => block.label === label)
    .map(decodeBlock);
}

/**
 * All blocks, whatever is in them.
 * @throws PemError where one does not end as it began
 */
export function pemBlocks(text: string): PemBlock[] {
  const unmarked = text.replace(byteOrderMark, '');
  const source = unmarked.includes('\r') ? unmarked.replace(/\r\n?/g, '\n') : unmarked;
  const blocks: PemBlock[] = [];
  let open: Boundary | undefined;
  for (const boundary of boundaries(source)) {
    const { kind, label, start } = boundary;
    if (kind === 'BEGIN') {
      if (open) {
        const problem = `a block begins, and that of line ${lineAt(source, open.start)} has not ended`;
        throw new PemError(lineAt(source, start), problem);
      }
      open = boundary;
    } else {
      if (open?.label !== label) throw mismatch(source, boundary, open);
      blocks.push({ label, source, begin: Math.min(open.end + 1, start), end: start });
      open = undefined;
    }
  }
  if (open)
    throw new PemError(lineAt(source, open.start), `the block '${printable(open.label)}' does not end`);
  return blocks;
}

/** A line that begins or ends a block, from `start` to `end`. */
interface Boundary {
  readonly kind: 'BEGIN' | 'END';
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

function* boundaries(source: string): Generator<Boundary, undefined> {
  // The platform's search is faster than a look at each line would be.
  for (let start = source.indexOf('-----'); start !== -1; ) {
    const newline = source.indexOf('\n', start);
    const end = newline === -1 ? source.length : newline;
    if (start === 0 || source[start - 1] === '\n') {
      const [, kind, label = ''] =
        /^-----(BEGIN|END) (.*)-----$/.exec(source.slice(start, end).trimEnd()) ?? [];
      if (kind === 'BEGIN' || kind === 'END') yield { kind, label, start, end };
    }
    start = source.indexOf('-----', end);
  }
}

/** @throws PemError for anything but base64 */
export function decodeBlock(block: PemBlock): Uint8Array {
  const text = block.source.slice(block.begin, block.end);
  // Blanks at the ends of lines are rare, and it takes long to look for them.
  return decodeBase64(block, text.replaceAll('\n', '')) ?? decodeLines(block);
}

function decodeLines(block: PemBlock): Uint8Array {
  const base64 = linesOf(block).join('');
  const bytes = decodeBase64(block, base64);
  if (bytes === undefined) throw notBase64(block, base64.length - paddingOf(base64));
  return bytes;
}

/**
 * The content; undefined where a character is not of base64.
 * @throws PemError where the characters are not so many as they should be, or end in bits that count for nothing
 */
function decodeBase64({ source, begin, end }: PemBlock, base64: string): Uint8Array | undefined {
  const padding = paddingOf(base64);
  const digits = padding === 0 ? base64 : base64.slice(0, -padding);
  const bytes = decodeDigits(digits);
  if (bytes === undefined) return undefined;
  if (base64.length % 4 !== 0) {
    const problem = `the block has ${base64.length} base64 characters, not a multiple of 4`;
    throw new PemError(lineAt(source, begin) - 1, problem);
  }
  // RFC 4648 section 3.5: bits that are left over are zero, so that each content has one text.
  const last = digitValues[digits.charCodeAt(digits.length - 1)] ?? 0;
  if ((last & ((1 << (2 * padding)) - 1)) !== 0) {
    throw new PemError(lineAt(source, end) - 1, 'the last base64 digit has bits that count for nothing');
  }
  return bytes;
}

function paddingOf(base64: string): number {
  return base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
}

/** About so many octets from the beginning of a block, fewer where there is anything but base64 before. */
export function peekBlock({ source, begin, end }: PemBlock, octets: number): Uint8Array {
  const text = source.slice(begin, Math.min(end, begin + Math.ceil((octets * 4) / 3)));
  const [digits] = /^[A-Za-z0-9+/]*/.exec(text.replaceAll('\n', '')) ?? [''];
  return decodeDigits(digits) ?? new Uint8Array(0);
}

/**
 * The octets of base64 digits without padding; undefined where a character is none. Bits left over are dropped. The
 * loop is as short as it can be: most of the time that a program takes for its certificates it spends here before
 * anything is compiled, and four digits at once would then take longer.
 */
function decodeDigits(digits: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let at = 0;
  let pending = 0;
  let areDigits = 0;
  for (let index = 0; index < digits.length; index++) {
    const value = digitValues[digits.charCodeAt(index)] ?? -1;
    areDigits |= value;
    pending = (pending << 6) | value;
    // Four digits make three octets: the first of four completes none.
    const place = index % 4;
    if (place !== 0) bytes[at++] = pending >> (6 - 2 * place);
  }
  return areDigits < 0 ? undefined : bytes;
}

/** One block with lines of 64 characters, and a line feed at its end. */
export function encodePem(der: Uint8Array, label: string): string {
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function mismatch(source: string, { label, start }: Boundary, open: Boundary | undefined): PemError {
  const found = `the block '${printable(label)}' ends`;
  const problem = open
    ? `${found}, but that of line ${lineAt(source, open.start)} is '${printable(open.label)}'`
    : `${found}, but none has begun`;
  return new PemError(lineAt(source, start), problem);
}

/** The line where the first character stands that is no digit; it is among the first `digits`. */
function notBase64(block: PemBlock, digits: number): PemError {
  const line = lineAt(block.source, block.begin);
  let left = digits;
  for (const [index, text] of linesOf(block).entries()) {
    const at = Array.from(text.slice(0, left)).findIndex((character) => !alphabet.includes(character));
    if (at !== -1) {
      return new PemError(line + index, `'${printable(Array.from(text)[at] ?? '')}' is no base64 digit`);
    }
    left = Math.max(0, left - text.length);
  }
  return new PemError(line, 'the block is not base64');
}

/** The lines within a block, without blanks at their ends. */
function linesOf({ source, begin, end }: PemBlock): string[] {
  return source
    .slice(begin, end)
    .split('\n')
    .map((line) => line.trimEnd());
}

/** The number of the line where `place` is. */
function lineAt(source: string, place: number): number {
  return source.slice(0, place).split('\n').length;
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
