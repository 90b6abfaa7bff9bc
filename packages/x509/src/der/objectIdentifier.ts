import { briefHex } from './hex.ts';
import type { DerReader } from './reader.ts';

/** Octets of the longest identifier that is read. The longest in use, with a UUID for an arc, have 20. */
const maximumLength = 63;

/** 2^128: the arc that stands for a UUID (X.667) is the largest in use. */
const arcBound = 1n << 128n;

/** OBJECT IDENTIFIER, X.690 section 8.19, in dotted form. */
export function asObjectIdentifier(reader: DerReader): string {
  const contents = reader.rest();
  const last = contents.at(-1);
  if (last === undefined) throw reader.error('an OBJECT IDENTIFIER has one octet at least');
  if (contents.length > maximumLength) {
    throw reader.error(`an OBJECT IDENTIFIER of ${contents.length} octets is too long`);
  }
  if (last >= 0x80) throw reader.error(`the OBJECT IDENTIFIER ${briefHex(contents)} ends within an arc`);

  let dotted = '';
  let arc = 0;
  let arcStart = 0;
  for (let index = 0; index < contents.length; index++) {
    const octet = contents[index] ?? 0;
    // X.690 section 8.19.2: an arc in the fewest octets doesn't begin with zero bits.
    if (index === arcStart && octet === 0x80) {
      throw reader.error(
        `the OBJECT IDENTIFIER ${briefHex(contents)} has an arc with a needless leading octet`,
      );
    }
    arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    const text = Number.isSafeInteger(arc)
      ? `${arc}`
      : largeArc(reader, contents.subarray(arcStart, index + 1));
    dotted += arcStart === 0 ? firstTwoArcs(arc, text) : `.${text}`;
    arc = 0;
    arcStart = index + 1;
  }
  return dotted;
}

/** X.690 section 8.19.4: the first two arcs are one number, 40 times the first and the second. */
function firstTwoArcs(arc: number, text: string): string {
  if (arc < 40) return `0.${arc}`;
  if (arc < 80) return `1.${arc - 40}`;
  return `2.${Number.isSafeInteger(arc) ? arc - 80 : BigInt(text) - 80n}`;
}

function largeArc(reader: DerReader, octets: Uint8Array): string {
  let arc = 0n;
  for (const octet of octets) arc = arc * 128n + BigInt(octet & 0x7f);
  if (arc >= arcBound) throw reader.error('an arc of the OBJECT IDENTIFIER has more than 128 bits');
  return `${arc}`;
}
