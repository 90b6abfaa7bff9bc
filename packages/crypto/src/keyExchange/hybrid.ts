import { CryptoError } from '../errors.ts';
import { type MlKem, mlKem768, mlKem1024 } from '../kem/mlKem.ts';
import { receiveBy } from '../kem/receiver.ts';
import type { GroupName, KeyExchange, KeyExchangeGroup, MaybePromise, RandomSource } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { x25519 as portableX25519 } from './montgomery.ts';
import { secp256r1 as portableSecp256r1, secp384r1 as portableSecp384r1 } from './nistCurves.ts';

/** One of the two key exchanges of a hybrid one. */
interface Part {
  /** Where the part is a group by itself. */
  readonly group?: GroupName;
  readonly publicKeyLength: number;
  /** Octets of what the peer sends. */
  readonly peerShareLength: number;
  generate(random: RandomSource): MaybePromise<KeyExchange>;
}

/**
 * X25519MLKEM768 of draft-ietf-tls-ecdhe-mlkem, made with an X25519 of anybody's. ML-KEM comes first in the shares and
 * in the secret, against the custom and the name.
 */
export function createX25519MlKem768(x25519: KeyExchangeGroup): KeyExchangeGroup {
  return hybrid('X25519MLKEM768', kemPart(mlKem768), curvePart(x25519));
}

/** SecP256r1MLKEM768 of draft-ietf-tls-ecdhe-mlkem, made with a P-256 of anybody's, which comes first. */
export function createSecP256r1MlKem768(secp256r1: KeyExchangeGroup): KeyExchangeGroup {
  return hybrid('SecP256r1MLKEM768', curvePart(secp256r1), kemPart(mlKem768));
}

/** SecP384r1MLKEM1024 of draft-ietf-tls-ecdhe-mlkem, made with a P-384 of anybody's, which comes first. */
export function createSecP384r1MlKem1024(secp384r1: KeyExchangeGroup): KeyExchangeGroup {
  return hybrid('SecP384r1MLKEM1024', curvePart(secp384r1), kemPart(mlKem1024));
}

/** Shares and secrets are put one behind the other, draft-ietf-tls-ecdhe-mlkem section 4. */
function hybrid(name: GroupName, first: Part, second: Part): KeyExchangeGroup {
  return {
    name,
    publicKeyLength: first.publicKeyLength + second.publicKeyLength,
    generate: (random) =>
      andThen(first.generate(random), (one) =>
        andThen(second.generate(random), (other) => keyExchange(name, [first, one], [second, other])),
      ),
  };
}

function keyExchange(
  name: GroupName,
  [{ group: firstGroup, peerShareLength: firstLength }, first]: readonly [Part, KeyExchange],
  [{ group: secondGroup, peerShareLength: secondLength }, second]: readonly [Part, KeyExchange],
): KeyExchange {
  return {
    publicKey: concatenate(first.publicKey, second.publicKey),
    ...(firstGroup !== undefined && { component: { group: firstGroup, keyExchange: first } }),
    ...(secondGroup !== undefined && { component: { group: secondGroup, keyExchange: second } }),

    agree(peerPublicKey) {
      // Section 4.2: of ML-KEM the length is all that a client can check.
      if (peerPublicKey.length !== firstLength + secondLength) {
        throw new CryptoError(
          'invalid_public_key',
          `A server's share of ${name} has ${firstLength + secondLength} octets, this one has ${peerPublicKey.length}`,
        );
      }
      const firstShare = peerPublicKey.subarray(0, firstLength);
      const secondShare = peerPublicKey.subarray(firstLength);
      return andThen(first.agree(firstShare), (one) =>
        andThen(second.agree(secondShare), (other) => {
          const secret = concatenate(one, other);
          wipe(one, other);
          return secret;
        }),
      );
    },

    destroy() {
      first.destroy();
      second.destroy();
    },
  };
}

/** A KEM whose receiver we are: the public key is the encapsulation key, and the peer sends a ciphertext. */
function kemPart(kem: MlKem): Part {
  return {
    publicKeyLength: kem.encapsulationKeyLength,
    peerShareLength: kem.ciphertextLength,
    generate: (random) => receiveBy(kem, random),
  };
}

/** With Diffie-Hellman, both sides send the same kind of thing. */
function curvePart(group: KeyExchangeGroup): Part {
  return {
    group: group.name,
    publicKeyLength: group.publicKeyLength,
    peerShareLength: group.publicKeyLength,
    generate: (random) => group.generate(random),
  };
}

/** One after the other, at once where nothing takes its time: so that no promise is left that nobody waits for. */
function andThen<T, R>(value: MaybePromise<T>, use: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(use) : use(value);
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

export const x25519MlKem768: KeyExchangeGroup = /* @__PURE__ */ createX25519MlKem768(portableX25519);
export const secP256r1MlKem768: KeyExchangeGroup = /* @__PURE__ */ createSecP256r1MlKem768(portableSecp256r1);
export const secP384r1MlKem1024: KeyExchangeGroup =
  /* @__PURE__ */ createSecP384r1MlKem1024(portableSecp384r1);
