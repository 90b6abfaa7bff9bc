import { createECDH, type ECDH } from 'node:crypto';
import { CryptoError } from '../errors.ts';
import type { KeyExchange, KeyExchangeGroup, RandomSource } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { withoutBuffer } from './bytes.ts';

const scalarLength = 32;
const publicKeyLength = 65;

/** A draw is out of range once in 2^32 times, so a working source never needs this many. */
const maximumDraws = 8;

/**
 * ECDH on P-256 (SEC 1 section 3.3.1) of `node:crypto`. The private key is drawn from the injected source as the
 * portable one is, 32 octets until they are in [1, n-1] (FIPS 186-5 A.2.2), and imported: `node:crypto` draws none
 * itself. What was imported can be let go of, but not wiped.
 */
export const secp256r1: KeyExchangeGroup = {
  name: 'secp256r1',
  publicKeyLength,
  generate(random) {
    return p256KeyExchange(drawPrivateKey(random));
  },
};

/** Drawn octets, and what they were imported to. */
interface PrivateKey {
  /** To be kept as long as the key: Deno imports no copy. */
  readonly octets: Uint8Array;
  readonly imported: ECDH;
}

function drawPrivateKey(random: RandomSource): PrivateKey {
  const octets = new Uint8Array(scalarLength);
  for (let draw = 0; draw < maximumDraws; draw += 1) {
    random(octets);
    const imported = importPrivateKey(octets);
    if (imported !== undefined) return { octets, imported };
  }
  throw new CryptoError(
    'broken_random',
    `The random source gave ${maximumDraws} values in a row that are no P-256 private key`,
  );
}

/** `setPrivateKey` throws for what is not in [1, n-1], and for nothing else that can be here. */
function importPrivateKey(octets: Uint8Array): ECDH | undefined {
  const imported = createECDH('prime256v1');
  try {
    imported.setPrivateKey(octets);
    return imported;
  } catch {
    return undefined;
  }
}

function p256KeyExchange({ octets, imported }: PrivateKey): KeyExchange {
  let privateKey: ECDH | undefined = imported;
  return {
    publicKey: withoutBuffer(imported.getPublicKey()),

    agree(peerPublicKey) {
      if (privateKey === undefined)
        throw new CryptoError('destroyed', 'This P-256 private key was let go of');
      // RFC 8446 section 4.2.8.2: the uncompressed form is the only one. OpenSSL takes others too.
      if (peerPublicKey.length !== publicKeyLength || peerPublicKey[0] !== 4) {
        throw new CryptoError(
          'invalid_public_key',
          `A P-256 public key is 04 and ${publicKeyLength - 1} octets, the peer's has ${peerPublicKey.length} octets and starts with ${peerPublicKey[0]}`,
        );
      }
      try {
        // RFC 8446 section 7.4.2: the secret is the x coordinate, leading zeros included.
        return withoutBuffer(privateKey.computeSecret(peerPublicKey));
      } catch (cause) {
        throw new CryptoError('invalid_public_key', "The peer's P-256 public key is not on the curve", {
          cause,
        });
      }
    },

    destroy() {
      privateKey = undefined;
      wipe(octets);
    },
  };
}
