import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { CryptoError } from '../errors.ts';
import type { KeyExchange, KeyExchangeGroup } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { withoutBuffer } from './bytes.ts';

const keyLength = 32;

// RFC 8410: the DER around the 32 octets of a private key (section 7) and of a public key (section 4).
const privateKeyPrefix = Uint8Array.of(
  ...[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20],
);
const publicKeyPrefix = Uint8Array.of(
  ...[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00],
);

/**
 * X25519 (RFC 7748 section 5) of `node:crypto`. The private key is 32 octets drawn from the injected source and
 * imported, not one that `node:crypto` draws itself: the provider's `random` is the source of every secret. What was
 * imported can be let go of, but not wiped.
 */
export const x25519: KeyExchangeGroup = {
  name: 'x25519',
  publicKeyLength: keyLength,
  generate(random) {
    const encoded = new Uint8Array(privateKeyPrefix.length + keyLength);
    encoded.set(privateKeyPrefix);
    random(encoded.subarray(privateKeyPrefix.length));
    const privateKey = createPrivateKey({ key: Buffer.from(encoded.buffer), format: 'der', type: 'pkcs8' });
    wipe(encoded);
    return x25519KeyExchange(privateKey);
  },
};

function x25519KeyExchange(imported: KeyObject): KeyExchange {
  let privateKey: KeyObject | undefined = imported;
  const encoded = createPublicKey(imported).export({ format: 'der', type: 'spki' });
  return {
    publicKey: Uint8Array.from(encoded.subarray(publicKeyPrefix.length)),

    agree(peerPublicKey) {
      if (privateKey === undefined)
        throw new CryptoError('destroyed', 'This X25519 private key was let go of');
      if (peerPublicKey.length !== keyLength) {
        throw new CryptoError(
          'invalid_public_key',
          `An X25519 public key has ${keyLength} octets, the peer's has ${peerPublicKey.length}`,
        );
      }
      return agree(privateKey, peerPublicKey);
    },

    destroy() {
      privateKey = undefined;
    },
  };
}

function agree(privateKey: KeyObject, peerPublicKey: Uint8Array): Uint8Array {
  const encoded = Buffer.concat([publicKeyPrefix, peerPublicKey]);
  const publicKey = createPublicKey({ key: encoded, format: 'der', type: 'spki' });
  let secret: Uint8Array | undefined;
  let cause: unknown;
  try {
    secret = withoutBuffer(diffieHellman({ privateKey, publicKey }));
  } catch (error) {
    cause = error;
  }
  // RFC 8446 section 7.4.2: the all-zero secret ends the handshake. OpenSSL and BoringSSL refuse to give it; here
  // it is looked for as well, because what this runtime has beneath is not known.
  if (secret === undefined || isZero(secret)) {
    throw new CryptoError(
      'invalid_public_key',
      "The peer's X25519 public key is of low order: it leads to the all-zero secret",
      { cause },
    );
  }
  return secret;
}

/** In a time that depends on the length alone. */
function isZero(octets: Uint8Array): boolean {
  let bits = 0;
  for (const octet of octets) bits |= octet;
  return bits === 0;
}
