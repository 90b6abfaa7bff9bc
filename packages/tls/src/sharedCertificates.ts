import type { CryptoProvider } from '@halfclose/crypto';
import { oncePerProvider } from './handshake/oncePerProvider.ts';

/** Chains that are remembered, and octets of the longest. A program talks to few servers often. */
const maximumChains = 64;
const maximumOctets = 16_384;

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
  if (octets > maximumOctets) return chain;
  const known = chainsOf(crypto);
  const at = known.findIndex((other) => areEqual(other, chain));
  const shared = known[at] ?? Object.freeze(chain.map((certificate) => certificate.slice()));
  if (at >= 0) known.splice(at, 1);
  else if (known.length === maximumChains) known.shift();
  known.push(shared);
  return shared;
}

const nothing: Chain = Object.freeze([]);

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
