/** Diffie-Hellman in the prime field that the server names, RFC 5246 section 7.4.3 and RFC 7919. */
import {
  CryptoError,
  type CryptoProvider,
  createPrimeField,
  ffdhePrime,
  type GroupName,
  type KeyExchange,
  type MaybePromise,
} from '@halfclose/crypto';
import { incompatible, misbehaved } from '../../errors.ts';
import type { DhParameters } from '../../messages/tls12/serverKeyExchange.ts';
import { sameBytes } from '../serverHelloChecks.ts';

/** Bits. Logjam needed 512, and 1024 are in reach of states (weakdh.org); more than the other end only takes time. */
const minimumBits = 2048;
const maximumBits = 8192;

export interface FieldKeyExchange {
  /** Where the field is one of RFC 7919. */
  readonly group: GroupName | undefined;
  readonly keyExchange: MaybePromise<KeyExchange>;
  /** The server's, as long as the prime. */
  readonly serverKey: Uint8Array;
}

const namedFields: readonly (readonly [GroupName, number])[] = [
  ['ffdhe2048', 2048],
  ['ffdhe3072', 3072],
  ['ffdhe4096', 4096],
];

/**
 * Begins a key exchange in the server's field. One of RFC 7919 is computed as the provider does; for others nobody vouches
 * but the server, whose own choice it is to be listened to.
 */
export function beginFieldKeyExchange(crypto: CryptoProvider, parameters: DhParameters): FieldKeyExchange {
  const prime = withoutLeadingZeros(parameters.prime);
  checkBits(prime);
  const serverKey = padded(parameters.publicKey, prime.length);
  const named = namedFields.find(
    ([, bits]) => prime.length === bits / 8 && toBigInt(prime) === ffdhePrime(bits),
  );
  const isUsual = sameBytes(withoutLeadingZeros(parameters.generator), Uint8Array.of(2));
  const group = isUsual ? crypto.groups.find(({ name }) => name === named?.[0]) : undefined;
  if (group !== undefined) {
    return { group: group.name, keyExchange: group.generate(crypto.random), serverKey };
  }
  try {
    const field = createPrimeField(prime, parameters.generator);
    return { group: undefined, keyExchange: field.generate(crypto.random), serverKey };
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    throw misbehaved('illegal_parameter', 'BAD_DH_VALUE', `the server's field is no good: ${cause.message}`);
  }
}

function checkBits(prime: Uint8Array): void {
  const [highest = 0] = prime;
  const bits = highest === 0 ? 0 : prime.length * 8 - (Math.clz32(highest) - 24);
  if (bits >= minimumBits && bits <= maximumBits) return;
  // RFC 7919 section 4.
  throw incompatible(
    'insufficient_security',
    bits < minimumBits ? 'DH_KEY_TOO_SMALL' : 'MODULUS_TOO_LARGE',
    `the server's Diffie-Hellman prime has ${bits} bits, and has to have ${minimumBits} to ${maximumBits}`,
  );
}

function padded(number: Uint8Array, length: number): Uint8Array {
  const stripped = withoutLeadingZeros(number);
  if (stripped.length > length) {
    throw misbehaved(
      'illegal_parameter',
      'BAD_DH_VALUE',
      `the server's public key has ${stripped.length} octets, and its prime ${length}`,
    );
  }
  const result = new Uint8Array(length);
  result.set(stripped, length - stripped.length);
  return result;
}

/** RFC 5246 section 8.1.2 has it so for the shared secret, too. */
export function withoutLeadingZeros(number: Uint8Array): Uint8Array {
  const first = number.findIndex((octet) => octet !== 0);
  return first === -1 ? new Uint8Array(0) : number.subarray(first);
}

function toBigInt(octets: Uint8Array): bigint {
  return octets.reduce((number, octet) => number * 256n + BigInt(octet), 0n);
}
