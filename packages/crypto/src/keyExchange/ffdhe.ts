import { CryptoError } from '../errors.ts';
import type { GroupName, KeyExchange, KeyExchangeGroup } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { fromBigEndian, toBigEndian } from '../util/integers.ts';
import { secretPower } from '../util/secretPower.ts';
import { ffdhePrime } from './ffdhePrime.ts';

/** What a group of RFC 7919 is known by here. */
export interface FfdheParameters {
  readonly name: GroupName;
  /** Bits of the prime. */
  readonly bits: number;
  /** Octets that are drawn for a private key: at least what RFC 7919 appendix A asks of short exponents. */
  readonly exponentLength: number;
}

export const ffdheParameters: readonly [FfdheParameters, FfdheParameters, FfdheParameters] = [
  { name: 'ffdhe2048', bits: 2048, exponentLength: 32 },
  { name: 'ffdhe3072', bits: 3072, exponentLength: 36 },
  { name: 'ffdhe4096', bits: 4096, exponentLength: 42 },
];

export const ffdheGenerator = 2;

/**
 * Diffie-Hellman in a prime field of RFC 7919, in the form of RFC 8446 sections 4.2.8.1 and 7.4.1.
 *
 * BigInt arithmetic takes a time that depends on its operands, so the exponentiation can't be constant in time. It does
 * the same operations in the same order for every private key, and a private key meets one public key only, since none
 * is used for two connections. Its intermediate values can't be wiped.
 */
function ffdhe(parameters: FfdheParameters): KeyExchangeGroup {
  return {
    name: parameters.name,
    publicKeyLength: parameters.bits / 8,
    generate(random) {
      const exponent = new Uint8Array(parameters.exponentLength);
      random(exponent);
      return keyExchange(parameters, exponent);
    },
  };
}

function keyExchange(parameters: FfdheParameters, exponent: Uint8Array): KeyExchange {
  const { name, bits } = parameters;
  const prime = ffdhePrime(bits);
  // Leading zeros stay, RFC 8446 section 7.4.1.
  const power = (base: bigint): Uint8Array => toBigEndian(secretPower(base, exponent, prime), bits / 8);
  let destroyed = false;
  return {
    publicKey: power(BigInt(ffdheGenerator)),

    agree(peerPublicKey) {
      if (destroyed) throw new CryptoError('destroyed', `This ${name} private key was wiped`);
      return power(readFfdhePublicKey(peerPublicKey, parameters));
    },

    destroy() {
      destroyed = true;
      wipe(exponent);
    },
  };
}

/**
 * RFC 8446 section 4.2.8.1: as long as the prime, and 1 < Y < p - 1. The prime being safe, that leaves no weak secret.
 * @throws CryptoError `invalid_public_key`
 */
export function readFfdhePublicKey(octets: Uint8Array, { name, bits }: FfdheParameters): bigint {
  if (octets.length !== bits / 8) {
    throw new CryptoError(
      'invalid_public_key',
      `An ${name} public key has ${bits / 8} octets, the peer's has ${octets.length}`,
    );
  }
  const number = fromBigEndian(octets);
  if (number <= 1n || number >= ffdhePrime(bits) - 1n) {
    throw new CryptoError('invalid_public_key', `The peer's ${name} public key is not between 1 and p - 1`);
  }
  return number;
}

const [parameters2048, parameters3072, parameters4096] = ffdheParameters;
export const ffdhe2048: KeyExchangeGroup = /* @__PURE__ */ ffdhe(parameters2048);
export const ffdhe3072: KeyExchangeGroup = /* @__PURE__ */ ffdhe(parameters3072);
export const ffdhe4096: KeyExchangeGroup = /* @__PURE__ */ ffdhe(parameters4096);
