import { equalBytes } from '../certificate/bytes.ts';
import { type GeneralName, readGeneralName } from '../certificate/generalName.ts';
import type { Name } from '../certificate/name.ts';
import type { DerReader } from '../der/reader.ts';
import { contextConstructed, contextPrimitive } from '../der/tags.ts';
import { printable } from '../printable.ts';
import { withoutLeadingDot } from './dnsConstraint.ts';
import { isHostName, parseMailbox } from './mailbox.ts';

/** NameConstraints, RFC 5280 section 4.2.1.10: what names an authority may vouch for. */
export interface NameConstraints {
  /** Of each form that has any here, a name must be within one of them. */
  readonly permitted: Subtrees;
  /** No name may be within one of them, whatever is permitted. */
  readonly excluded: Subtrees;
}

/** The bases of GeneralSubtrees by the form of name that they are for, in the order of the certificate. */
export interface Subtrees {
  /** In lower case. The empty one has all names in it, one that begins with a dot has those below it only. */
  readonly dNSName: readonly string[];
  readonly iPAddress: readonly AddressRange[];
  /** A mailbox with `@`, a host, or a dot and a domain; empty for all. Hosts are in lower case. */
  readonly rfc822Name: readonly string[];
  readonly directoryName: readonly Name[];
  /** Forms that are constrained in a way that is not understood here: a name of such a form is refused. */
  readonly others: ReadonlySet<GeneralName['type']>;
}

/** All addresses that are the same as `address` where `mask` has ones; both have 4 octets, or both 16. */
export interface AddressRange {
  /** Zeros where `mask` has zeros. */
  readonly address: Uint8Array;
  /** Ones, and then zeros. */
  readonly mask: Uint8Array;
}

/** @throws DerError also where neither permitted nor excluded subtrees are there, and for a base that names nothing */
export function readNameConstraints(reader: DerReader): NameConstraints {
  return reader.sequence('nameConstraints', (contents) => {
    const permitted = contents.optional(contextConstructed(0), 'permittedSubtrees', readSubtrees);
    const excluded = contents.optional(contextConstructed(1), 'excludedSubtrees', readSubtrees);
    // "Either the permittedSubtrees field or the excludedSubtrees MUST be present."
    if (!permitted && !excluded) throw contents.error('it has neither permitted nor excluded subtrees');
    return Object.freeze({ permitted: permitted ?? noSubtrees, excluded: excluded ?? noSubtrees });
  });
}

const noSubtrees: Subtrees = subtreesOf([]);

function readSubtrees(list: DerReader): Subtrees {
  return subtreesOf(list.items((item) => item.sequence('subtree', readBase)));
}

/** The base of a GeneralSubtree, which is all that it has in this profile. */
function readBase(subtree: DerReader): Base {
  const name = readGeneralName(subtree);
  // "The minimum MUST be zero, and maximum MUST be absent", and what is the default isn't encoded in DER.
  subtree.optional(contextPrimitive(0), 'minimum', refuseDistance);
  subtree.optional(contextPrimitive(1), 'maximum', refuseDistance);
  switch (name.type) {
    case 'dNSName':
      return { type: name.type, value: dnsBase(subtree, name.value.toLowerCase()) };
    case 'rfc822Name':
      return { type: name.type, value: emailBase(subtree, name.value) };
    case 'iPAddress':
      return { type: name.type, value: addressRange(subtree, name.value) };
    default:
      return name;
  }
}

type Base =
  | Exclude<GeneralName, { readonly type: 'iPAddress' }>
  | { readonly type: 'iPAddress'; readonly value: AddressRange };

function refuseDistance(reader: DerReader): never {
  throw reader.error('a subtree has no minimum and no maximum');
}

/**
 * "Expressed as host.example.com". The dot at the beginning isn't RFC 5280's, but is in use, also in lists of
 * roots; the empty name for all is that of the CA/Browser Forum (BR section 7.1.2.5.2).
 */
function dnsBase(subtree: DerReader, base: string): string {
  if (base === '' || isHostName(withoutLeadingDot(base))) return base;
  throw subtree.error(`the dNSName '${printable(base)}' is no domain`);
}

/** "A particular mailbox, all addresses at a particular host, or all mailboxes in a domain". */
function emailBase(subtree: DerReader, base: string): string {
  if (base === '') return base;
  if (!base.includes('@')) {
    const domain = base.toLowerCase();
    if (isHostName(withoutLeadingDot(domain))) return domain;
  } else {
    const mailbox = parseMailbox(base);
    if (mailbox) return `${mailbox.localPart}@${mailbox.host}`;
  }
  throw subtree.error(`the rfc822Name '${printable(base)}' is no mailbox, host or domain`);
}

/** "In the style of RFC 4632 (CIDR)": an address and a mask, which is ones and then zeros. */
function addressRange(subtree: DerReader, octets: Uint8Array): AddressRange {
  if (octets.length !== 8 && octets.length !== 32) {
    throw subtree.error(`an iPAddress has 8 or 32 octets here, this has ${octets.length}`);
  }
  const mask = octets.subarray(octets.length / 2);
  const ones = mask.reduce((sum, octet) => sum + bitCount(octet), 0);
  const contiguous = mask.map((_, index) => (0xff00 >> Math.min(8, Math.max(0, ones - 8 * index))) & 0xff);
  if (!equalBytes(mask, contiguous))
    throw subtree.error('the mask of an iPAddress is not ones and then zeros');
  return { address: mask.map((octet, index) => octet & (octets[index] ?? 0)), mask };
}

function bitCount(octet: number): number {
  let count = 0;
  for (let rest = octet; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}

function subtreesOf(bases: readonly Base[]): Subtrees {
  const subtrees = {
    dNSName: [] as string[],
    iPAddress: [] as AddressRange[],
    rfc822Name: [] as string[],
    directoryName: [] as Name[],
    others: new Set<GeneralName['type']>(),
  };
  for (const base of bases) {
    switch (base.type) {
      case 'dNSName':
      case 'rfc822Name':
        subtrees[base.type].push(base.value);
        break;
      case 'iPAddress':
        subtrees.iPAddress.push(base.value);
        break;
      case 'directoryName':
        subtrees.directoryName.push(base.value);
        break;
      default:
        subtrees.others.add(base.type);
    }
  }
  return Object.freeze(subtrees);
}
