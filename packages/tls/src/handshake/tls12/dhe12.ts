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
import { illegal } from '../../brokenRules.ts';
import { local } from '../../endings.ts';
import { incompatible } from '../../errors.ts';
import { type DhParameters, readDhParameters } from '../../messages/tls12/serverKeyExchange.ts';
import { cipherSuiteCodes12 } from '../../protocol/cipherSuiteCodes12.ts';
import { sameBytes } from '../serverHelloChecks.ts';
import { type Steps, settle } from '../steps.ts';
import { agree } from './ecdhe12.ts';
import type { ExchangeContext12, Exchanged12, Tls12Part } from './parts12.ts';

/** Suites with Diffie-Hellman in prime fields, for `createTls12`. */
export const dhe12: Tls12Part = {
  suiteCodes: cipherSuiteCodes12,
  keyExchange: {
    name: 'DHE',
    begin(serverKeyExchange) {
      const server = serverKeyExchange && readDhParameters(serverKeyExchange);
      return (context) => inField(context, server);
    },
  },
};

function* inField(
  { config, secrets }: ExchangeContext12,
  server: DhParameters | undefined,
): Steps<Exchanged12> {
  if (server === undefined) throw local('INVALID_STATE', 'the server named no field');
  const { group, keyExchange, serverKey } = beginFieldKeyExchange(config.crypto, server);
  const own = yield* settle(secrets.keepKeys(keyExchange));
  const shared = yield* agree(own, serverKey, group ?? 'a prime field', 'BAD_DH_VALUE', secrets);
  // RFC 5246 section 8.1.2.
  const secret = withoutLeadingZeros(shared);
  return { secret, group, write: (writer) => writer.vector16(() => writer.bytes(own.publicKey)) };
}

/** Bits. Logjam needed 512, and 1024 are in reach of states (weakdh.org); more than the other end only takes time. */
const minimumBits = 2048;
const maximumBits = 8192;

interface FieldKeyExchange {
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
function beginFieldKeyExchange(crypto: CryptoProvider, parameters: DhParameters): FieldKeyExchange {
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
    throw illegal('BAD_DH_VALUE', `the server's field is no good: ${cause.message}`);
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
    throw illegal(
      'BAD_DH_VALUE',
      `the server's public key has ${stripped.length} octets, and its prime ${length}`,
    );
  }
  const result = new Uint8Array(length);
  result.set(stripped, length - stripped.length);
  return result;
}

/** RFC 5246 section 8.1.2 has it so for the shared secret, too. */
function withoutLeadingZeros(number: Uint8Array): Uint8Array {
  const first = number.findIndex((octet) => octet !== 0);
  return first === -1 ? new Uint8Array(0) : number.subarray(first);
}

function toBigInt(octets: Uint8Array): bigint {
  return octets.reduce((number, octet) => number * 256n + BigInt(octet), 0n);
}
