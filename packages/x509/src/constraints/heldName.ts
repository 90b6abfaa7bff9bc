import type { GeneralName } from '../certificate/generalName.ts';
import { isNameWithin } from '../certificate/nameComparison.ts';
import { isWithinDomain, touchesDomain } from './dnsConstraint.ts';
import { type Mailbox, parseMailbox } from './mailbox.ts';
import type { AddressRange, Subtrees } from './nameConstraints.ts';

/** A name, ready to be held against the subtrees of its form. */
export interface HeldName {
  /** How many subtrees there are of its form. */
  countOf(subtrees: Subtrees): number;
  /** Whether all that the name stands for is within one of the subtrees. */
  isWithin(subtrees: Subtrees): boolean;
  /** Whether anything that the name stands for is within one of the subtrees. */
  touches(subtrees: Subtrees): boolean;
  /** Why it can't be said what the name stands for, where that is so. */
  readonly problem?: string;
}

/** RFC 8398 section 3: a mailbox with characters outside of ASCII. */
const smtpUtf8Mailbox = '1.3.6.1.5.5.7.8.9';

export function heldName(name: GeneralName): HeldName {
  switch (name.type) {
    case 'dNSName': {
      const dnsName = name.value.toLowerCase();
      return held(
        ({ dNSName }) => dNSName,
        (base) => isWithinDomain(dnsName, base),
        (base) => touchesDomain(dnsName, base),
      );
    }
    case 'iPAddress':
      return held(
        ({ iPAddress }) => iPAddress,
        (range) => isInRange(name.value, range),
      );
    case 'directoryName':
      return held(
        ({ directoryName }) => directoryName,
        (base) => isNameWithin(name.value, base),
      );
    case 'rfc822Name': {
      const mailbox = parseMailbox(name.value);
      if (!mailbox)
        return unreadable(({ rfc822Name }) => rfc822Name, 'it is no mailbox that can be compared');
      return held(
        ({ rfc822Name }) => rfc822Name,
        (base) => isMailboxWithin(mailbox, base),
      );
    }
    case 'otherName':
      // RFC 8398 section 6: constraints for mail addresses are for these, too.
      if (name.oid === smtpUtf8Mailbox) {
        return unreadable(({ rfc822Name }) => rfc822Name, 'it is a mailbox with characters outside of ASCII');
      }
      return unconstrained;
    default:
      return unconstrained;
  }
}

/** A name of a form for which there are no subtrees here. */
const unconstrained: HeldName = { countOf: () => 0, isWithin: () => false, touches: () => false };

function held<Base>(
  basesOf: (subtrees: Subtrees) => readonly Base[],
  isWithin: (base: Base) => boolean,
  touches: (base: Base) => boolean = isWithin,
): HeldName {
  return {
    countOf: (subtrees) => basesOf(subtrees).length,
    isWithin: (subtrees) => basesOf(subtrees).some(isWithin),
    touches: (subtrees) => basesOf(subtrees).some(touches),
  };
}

function unreadable(basesOf: (subtrees: Subtrees) => readonly unknown[], problem: string): HeldName {
  return { ...unconstrained, countOf: (subtrees) => basesOf(subtrees).length, problem };
}

/** An IPv4 address and the same one mapped to IPv6 are two names (RFC 5280 section 4.2.1.6 has both forms). */
function isInRange(octets: Uint8Array, { address, mask }: AddressRange): boolean {
  return (
    octets.length === address.length &&
    address.every((octet, index) => ((octets[index] ?? 0) & (mask[index] ?? 0)) === octet)
  );
}

/** RFC 5280 section 4.2.1.10: a mailbox, a host, or with a dot at the beginning a domain without the host itself. */
function isMailboxWithin({ localPart, host }: Mailbox, base: string): boolean {
  if (base === '') return true;
  if (base.includes('@')) return base === `${localPart}@${host}`;
  return base.startsWith('.') ? host.endsWith(base) : host === base;
}
