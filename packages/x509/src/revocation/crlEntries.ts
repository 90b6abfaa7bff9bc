import { equalBytes } from '../certificate/bytes.ts';
import { type Extension, readExtensions } from '../certificate/extension.ts';
import { asInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { tags } from '../der/tags.ts';
import { readTime } from '../der/time.ts';
import { crlExtensionOids, reasonOf } from './crlExtensions.ts';
import { unknownCritical } from './extensionValue.ts';

/** An entry of a CRL, RFC 5280 section 5.1.2.6. */
export interface CrlEntry {
  /** Milliseconds since 1970. */
  readonly revocationDate: number;
  /** CRLReason by name: `keyCompromise`. */
  readonly reason: string | undefined;
}

/** The entries of a CRL: a list that may have a million of them, and of which two or three are ever looked at. */
export interface CrlEntries {
  readonly count: number;
  /** Why the CRL must not be used, if an entry is a reason for that. */
  readonly problem: string | undefined;
  /** @param serialNumber the contents of the INTEGER */
  find(serialNumber: Uint8Array): CrlEntry | undefined;
}

export const noEntries: CrlEntries = { count: 0, problem: undefined, find: () => undefined };

/** What an entry may demand: why and since when, which doesn't change that it is revoked. */
const understood: ReadonlySet<string> = new Set([
  crlExtensionOids.reasonCode,
  crlExtensionOids.invalidityDate,
]);

/**
 * Goes through all entries once, and keeps nothing of them but where they are.
 * @param contents of revokedCertificates
 * @param whole of what that is a slice
 * @throws DerError
 */
export function scanEntries(contents: Uint8Array, whole: Uint8Array): CrlEntries {
  const offsets = new Offsets();
  let problem: string | undefined;
  for (let at = 0; at < contents.length; ) {
    offsets.push(at);
    const usual = usualEntryLength(contents, at);
    if (usual > 0) {
      at += usual;
    } else {
      const { length, entry } = readEntryAt(contents, at, whole);
      problem ??= problemOf(entry);
      at += length;
    }
  }
  let index: SerialIndex | undefined;
  return {
    count: offsets.count,
    problem,
    find(serialNumber) {
      index ??= indexSerials(contents, offsets.taken());
      const at = index(serialNumber);
      if (at === undefined) return undefined;
      const { revocationDate, extensions } = readEntryAt(contents, at, whole).entry;
      return { revocationDate, reason: reasonOf(extensions) };
    },
  };
}

interface DecodedEntry {
  readonly revocationDate: number;
  readonly extensions: ReadonlyMap<string, Extension>;
}

function readEntryAt(
  contents: Uint8Array,
  at: number,
  whole: Uint8Array,
): { readonly length: number; readonly entry: DecodedEntry } {
  const readRest = (reader: DerReader): { length: number; entry: DecodedEntry } => {
    const found = reader.sequence('revokedCertificate', (contents) => ({
      entry: readEntry(contents),
      length: contents.encoded.length,
    }));
    reader.rest();
    return found;
  };
  return DerReader.read(contents.subarray(at), 'revokedCertificates', readRest, whole, contents.length);
}

function readEntry(contents: DerReader): DecodedEntry {
  contents.within(tags.integer, 'userCertificate', asInteger);
  const { milliseconds } = readTime(contents, 'revocationDate');
  const extensions = contents.atEnd ? new Map<string, Extension>() : readExtensions(contents);
  return { revocationDate: milliseconds, extensions };
}

function problemOf({ extensions }: DecodedEntry): string | undefined {
  // Section 5.3.3: the entry, and all after it, is about another authority's certificates.
  if (extensions.has(crlExtensionOids.certificateIssuer)) return 'it has certificates of other issuers';
  const critical = unknownCritical(extensions, understood);
  // Section 5.3: "the application MUST NOT use that CRL to determine the status of any certificates".
  if (critical !== undefined) return `an entry has the critical extension ${critical}, which is not known`;
  // Section 5.3.1: "may only appear in delta CRLs".
  if (reasonOf(extensions) === 'removeFromCRL') return 'an entry takes back a revocation, as in delta CRLs';
  return undefined;
}

/** From the tag of Extensions to that of ENUMERATED, with its length: one extension, reasonCode, not critical. */
const usualExtensions: readonly number[] = [
  ...[0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01],
];

/** The reasons of entries that need no second look. */
const isUsualReason: readonly boolean[] = Array.from(
  { length: 11 },
  (_, reason) => reason !== 7 && reason !== 8,
);

/**
 * Octets of the entry at `at` if it looks as nearly all do: a serial number, a UTCTime, and at most a reason. 0 if it
 * doesn't, which says nothing about it. The date decides nothing, so that only its digits are looked at.
 */
function usualEntryLength(bytes: Uint8Array, at: number): number {
  const length = bytes[at + 1] ?? 0;
  const serialLength = bytes[at + 3] ?? 0;
  const end = at + 2 + length;
  if (bytes[at] !== tags.sequence || length >= 0x80 || end > bytes.length) return 0;
  if (bytes[at + 2] !== tags.integer || serialLength < 1 || serialLength >= 0x80) return 0;
  const first = bytes[at + 4] ?? 0;
  const second = bytes[at + 5] ?? 0;
  const isPadded = (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80);
  if (serialLength > 1 && isPadded) return 0;

  const time = at + 4 + serialLength;
  if (bytes[time] !== tags.utcTime || bytes[time + 1] !== 13 || bytes[time + 14] !== 0x5a) return 0;
  for (let index = time + 2; index < time + 14; index++) {
    const digit = bytes[index] ?? 0;
    if (digit < 0x30 || digit > 0x39) return 0;
  }
  const extensions = time + 15;
  if (extensions === end) return 2 + length;
  if (extensions + usualExtensions.length + 1 !== end) return 0;
  for (let index = 0; index < usualExtensions.length; index++) {
    if (bytes[extensions + index] !== usualExtensions[index]) return 0;
  }
  return isUsualReason[bytes[end - 1] ?? 0xff] ? 2 + length : 0;
}

/** A list of offsets that grows. */
class Offsets {
  #offsets = new Uint32Array(16);
  count = 0;

  push(offset: number): void {
    if (this.count === this.#offsets.length) {
      const larger = new Uint32Array(2 * this.count);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    this.#offsets[this.count++] = offset;
  }

  taken(): Uint32Array {
    return this.#offsets.subarray(0, this.count);
  }
}

/** Where the entry with a serial number begins. */
type SerialIndex = (serialNumber: Uint8Array) => number | undefined;

/** A hash table with chains: eight octets for each entry. */
function indexSerials(contents: Uint8Array, offsets: Uint32Array): SerialIndex {
  const buckets = 2 ** Math.ceil(Math.log2(offsets.length + 1));
  /** Number of the last entry of a bucket, plus one; 0 where it is empty. */
  const last = new Uint32Array(buckets);
  /** The same for the entry before, in the same bucket. */
  const before = new Uint32Array(offsets.length);
  const bucketOf = (serialNumber: Uint8Array): number => hashOf(serialNumber) & (buckets - 1);
  for (const [number, at] of offsets.entries()) {
    const bucket = bucketOf(serialAt(contents, at));
    before[number] = last[bucket] ?? 0;
    last[bucket] = number + 1;
  }
  return (serialNumber) => {
    for (let next = last[bucketOf(serialNumber)] ?? 0; next > 0; next = before[next - 1] ?? 0) {
      const at = offsets[next - 1] ?? 0;
      if (equalBytes(serialAt(contents, at), serialNumber)) return at;
    }
    return undefined;
  };
}

/** The contents of the first INTEGER of an entry that was found to be well-formed. */
function serialAt(bytes: Uint8Array, at: number): Uint8Array {
  const integer = afterHeaderOf(bytes, at);
  const start = afterHeaderOf(bytes, integer);
  return bytes.subarray(start, start + lengthOf(bytes, integer));
}

function afterHeaderOf(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] ?? 0;
  return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
}

function lengthOf(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return first;
  return bytes.subarray(at + 2, at + 2 + (first & 0x7f)).reduce((length, octet) => length * 256 + octet, 0);
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const octet of bytes) hash = Math.imul(hash ^ octet, 0x01000193);
  return hash ^ (hash >>> 15);
}
