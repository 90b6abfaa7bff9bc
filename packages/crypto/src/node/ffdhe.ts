import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { CryptoError } from '../errors.ts';
import {
  type FfdheParameters,
  ffdheGenerator,
  ffdheParameters,
  ffdhe2048 as portable2048,
  ffdhe3072 as portable3072,
  ffdhe4096 as portable4096,
  readFfdhePublicKey,
} from '../keyExchange/ffdhe.ts';
import { ffdhePrime } from '../keyExchange/ffdhePrime.ts';
import type { KeyExchange, KeyExchangeGroup } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { toBigEndian } from '../util/integers.ts';
import { exponentOf } from '../util/secretPower.ts';
import { withoutBuffer } from './bytes.ts';

/** PKCS #3's dhKeyAgreement, 1.2.840.113549.1.3.1, with its header. */
const dhKeyAgreement = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 3, 1];
const [integer, bitString, octetString, sequence] = [0x02, 0x03, 0x04, 0x30];

/**
 * Diffie-Hellman in a prime field of RFC 7919 by `node:crypto`, whose exponentiation is constant in time. The private key
 * is drawn from the injected source as the portable one is, and imported. What was imported can be let go of, but not
 * wiped.
 *
 * Keys are imported in DER: `createDiffieHellman` would look whether the prime is one, for each of them, which takes Node 24
 * up to 4 seconds.
 *
 * @param portable the same group, which serves where this runtime has not such keys
 */
function ffdhe(parameters: FfdheParameters, portable: KeyExchangeGroup): KeyExchangeGroup {
  const { name, bits, exponentLength } = parameters;
  return {
    name,
    publicKeyLength: bits / 8,
    generate(random) {
      const drawn = new Uint8Array(exponentLength);
      random(drawn);
      // A digit of 16 at the top takes one bit more than was drawn.
      const exponent = toBigEndian(exponentOf(drawn), exponentLength + 1);
      try {
        const algorithm = algorithmOf(bits);
        const privateKey = importPrivateKey(algorithm, exponent);
        if (privateKey !== undefined) return keyExchange(parameters, algorithm, privateKey);
        return portable.generate((output) => output.set(drawn));
      } finally {
        wipe(drawn);
        wipe(exponent);
      }
    },
  };
}

function keyExchange(parameters: FfdheParameters, algorithm: Uint8Array, imported: KeyObject): KeyExchange {
  const { name, bits } = parameters;
  let privateKey: KeyObject | undefined = imported;
  return {
    publicKey: publicKeyOf(imported, bits),

    agree(peerPublicKey) {
      if (privateKey === undefined)
        throw new CryptoError('destroyed', `This ${name} private key was let go of`);
      readFfdhePublicKey(peerPublicKey, parameters);
      return padded(agree(privateKey, algorithm, peerPublicKey, name), bits);
    },

    destroy() {
      privateKey = undefined;
    },
  };
}

/** AlgorithmIdentifier with the prime and the generator, RFC 3279 section 2.3.3. */
function algorithmOf(bits: number): Uint8Array {
  const prime = derOfNumber(toBigEndian(ffdhePrime(bits), bits / 8));
  const parameters = der(sequence, prime, derOfNumber(Uint8Array.of(ffdheGenerator)));
  return der(sequence, Uint8Array.from(dhKeyAgreement), parameters);
}

/** PKCS #8. Undefined where the runtime takes no such key. */
function importPrivateKey(algorithm: Uint8Array, exponent: Uint8Array): KeyObject | undefined {
  const number = derOfNumber(exponent);
  const key = der(sequence, derOfNumber(Uint8Array.of(0)), algorithm, der(octetString, number));
  try {
    return createPrivateKey({ key: Buffer.from(key.buffer), format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  } finally {
    wipe(number);
    wipe(key);
  }
}

/** OpenSSL also refuses what 2 does not generate (RFC 7919 section 5.1), with which a peer would learn whether our key is even. */
function agree(privateKey: KeyObject, algorithm: Uint8Array, octets: Uint8Array, name: string): Uint8Array {
  try {
    return diffieHellman({ privateKey, publicKey: importPublicKey(algorithm, octets) });
  } catch {
    throw new CryptoError('invalid_public_key', `The peer's ${name} public key is not in the group`);
  }
}

function importPublicKey(algorithm: Uint8Array, octets: Uint8Array): KeyObject {
  const key = der(sequence, algorithm, der(bitString, Uint8Array.of(0), derOfNumber(octets)));
  return createPublicKey({ key: Buffer.from(key.buffer), format: 'der', type: 'spki' });
}

/** Out of a SubjectPublicKeyInfo, a sequence of the algorithm and the key. */
function publicKeyOf(privateKey: KeyObject, bits: number): Uint8Array {
  const encoded = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const start = headerLength(encoded, 0);
  const end = start + headerLength(encoded, start) + lengthAt(encoded, start);
  // The bit string begins with how many of its bits don't count: none.
  const key = encoded.subarray(end + headerLength(encoded, end) + 1);
  return padded(key.subarray(headerLength(key, 0)), bits);
}

function headerLength(encoded: Uint8Array, at: number): number {
  const first = encoded[at + 1] ?? 0;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

function lengthAt(encoded: Uint8Array, at: number): number {
  const octets = encoded.subarray(at + 2, at + headerLength(encoded, at));
  if (octets.length === 0) return encoded[at + 1] ?? 0;
  return octets.reduce((length, octet) => length * 256 + octet, 0);
}

function derOfNumber(octets: Uint8Array): Uint8Array {
  const first = octets.findIndex((octet) => octet !== 0);
  const significant = first === -1 ? octets.subarray(-1) : octets.subarray(first);
  return (significant[0] ?? 0) > 127
    ? der(integer, Uint8Array.of(0), significant)
    : der(integer, significant);
}

function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, each) => sum + each.length, 0);
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  const encoded = new Uint8Array(header.length + length);
  encoded.set(header);
  let at = header.length;
  for (const each of contents) {
    encoded.set(each, at);
    at += each.length;
  }
  return encoded;
}

/** As long as the prime (RFC 8446 sections 4.2.8.1 and 7.4.1), whatever stands before the number. */
function padded(number: Uint8Array, bits: number): Uint8Array {
  const length = bits / 8;
  if (number.length === length) return withoutBuffer(number);
  const octets = new Uint8Array(length);
  const significant = number.subarray(Math.max(0, number.length - length));
  octets.set(significant, length - significant.length);
  return octets;
}

const [parameters2048, parameters3072, parameters4096] = ffdheParameters;
export const ffdhe2048: KeyExchangeGroup = /* @__PURE__ */ ffdhe(parameters2048, portable2048);
export const ffdhe3072: KeyExchangeGroup = /* @__PURE__ */ ffdhe(parameters3072, portable3072);
export const ffdhe4096: KeyExchangeGroup = /* @__PURE__ */ ffdhe(parameters4096, portable4096);
