import type { CryptoProvider } from '@halfclose/crypto';
import { oncePerProvider } from './handshake/oncePerProvider.ts';

/**
 * Chains that are remembered; octets, and certificates, of the longest. A program talks to few servers often, and each array
 * takes more than a certificate of a few octets.
 */
const maximumChains = 64;
const maximumOctets = 16_384;
const maximumCertificates = 16;

type Chain = readonly Uint8Array[];

/** Those of one provider, which is to say of one program, the last that was met at the end. */
const chainsOf = /* @__PURE__ */ oncePerProvider((_crypto): Chain[] => []);

/**
 * The same certificates, in the same memory wherever the same were met before. As they come they are parts of a message
 * that a connection would keep as long as it lives, and a thousand connections to a server would keep them a thousand
 * times.
 */
export function sharedChain(crypto: CryptoProvider, chain: Chain): Chain {
  if (chain.length === 0) return nothing;
  const octets = chain.reduce((sum, { length }) => sum + length, 0);
  if (octets > maximumOctets || chain.length > maximumCertificates) return chain;
  const known = chainsOf(crypto);
  const at = known.findIndex((other) => areEqual(other, chain));
  const shared = known[at] ?? Object.freeze(copied(chain));
  if (at >= 0) known.splice(at, 1);
  else if (known.length === maximumChains) known.shift();
  known.push(shared);
  return shared;
}

const nothing: Chain = Object.freeze([]);

/** What of facts and sessions is shared. */
interface Shown {
  readonly peerCertificates: Chain;
  readonly verifiedChain: Chain;
}

const shownBy = new WeakMap<object, Shown>();

/** For all of them the same functions: an object with getters of its own has a hidden class of its own in V8. */
const copies = {
  peerCertificates: { enumerable: true, get: copyOf('peerCertificates') },
  verifiedChain: { enumerable: true, get: copyOf('verifiedChain') },
};

function copied(chain: Chain): Uint8Array[] {
  return chain.map((certificate) => new Uint8Array(certificate));
}

function copyOf(name: keyof Shown): (this: object) => Chain {
  return function () {
    return copied(shownBy.get(this)?.[name] ?? nothing);
  };
}

/**
 * The same facts, or the same session, with its chains in memory that is shared. Whoever asks for them gets copies: one
 * connection never changes what another one shows, or what is decided about when its session is resumed.
 */
export function withSharedChains<T extends Shown>(crypto: CryptoProvider, shown: T): T {
  const { peerCertificates, verifiedChain, ...rest } = shown;
  // The compiler doesn't see what is defined here.
  const whole = Object.defineProperties(rest, copies) as T;
  shownBy.set(whole, {
    peerCertificates: sharedChain(crypto, peerCertificates),
    verifiedChain: sharedChain(crypto, verifiedChain),
  });
  return whole;
}

function areEqual(one: Chain, other: Chain): boolean {
  return (
    one.length === other.length &&
    one.every((certificate, i) => {
      const { length } = certificate;
      const its = other[i];
      if (its?.length !== length) return false;
      for (let at = 0; at < length; at++) if (certificate[at] !== its[at]) return false;
      return true;
    })
  );
}
