import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { CryptoError } from '../errors.ts';
import { x448 as portableX448, x25519 as portableX25519 } from '../keyExchange/montgomery.ts';
import type { KeyExchange, KeyExchangeGroup } from '../provider.ts';
import { isZero, wipe } from '../util/bytes.ts';
import { toBase64url, withoutBuffer } from './bytes.ts';
import { fillByNode } from './random.ts';

interface Curve {
  readonly displayName: 'X25519' | 'X448';
  readonly generate: () => KeyObject;
  // RFC 8410 section 7: the DER around a private key.
  readonly privateKeyPrefix: readonly number[];
}

/**
 * X25519 or X448 (RFC 7748 section 5) of `node:crypto`. The private key is drawn from the injected source and imported:
 * that is the source of every secret. Where it is the generator of `node:crypto`, that makes the key itself, which takes a
 * tenth of the time in Node 20. Either can be let go of, but not wiped.
 *
 * @param portable the same group, which serves where this runtime has not the curve
 */
function montgomery(portable: KeyExchangeGroup, curve: Curve): KeyExchangeGroup {
  const { privateKeyPrefix } = curve;
  const { publicKeyLength } = portable;
  return {
    name: portable.name,
    publicKeyLength,
    // Without a decoy: a key pair takes less here.
    generate(random) {
      const generated = random === fillByNode ? generatePrivateKey(curve) : undefined;
      if (generated !== undefined) return keyExchange(curve, publicKeyLength, generated);
      const encoded = new Uint8Array(privateKeyPrefix.length + publicKeyLength);
      encoded.set(privateKeyPrefix);
      const drawn = encoded.subarray(privateKeyPrefix.length);
      random(drawn);
      try {
        const privateKey = importPrivateKey(encoded);
        if (privateKey !== undefined) return keyExchange(curve, publicKeyLength, privateKey);
        return portable.generate((output) => output.set(drawn));
      } finally {
        wipe(encoded);
      }
    },
  };
}

/** Undefined where the runtime has not the curve. */
function generatePrivateKey(curve: Curve): KeyObject | undefined {
  try {
    return curve.generate();
  } catch {
    return undefined;
  }
}

/** Every octets of the right length are a private key; undefined where the runtime has not the curve. */
function importPrivateKey(encoded: Uint8Array): KeyObject | undefined {
  try {
    return createPrivateKey({ key: Buffer.from(encoded.buffer), format: 'der', type: 'pkcs8' });
  } catch {
    return undefined;
  }
}

function keyExchange(curve: Curve, keyLength: number, imported: KeyObject): KeyExchange {
  let privateKey: KeyObject | undefined = imported;
  // RFC 8037 section 2. JSON Web Keys go in and out of OpenSSL faster than DER, in Node 20 by far.
  const { x = '' } = createPublicKey(imported).export({ format: 'jwk' });
  return {
    publicKey: Uint8Array.from(Buffer.from(x, 'base64url')),

    agree(peerPublicKey) {
      if (privateKey === undefined)
        throw new CryptoError('destroyed', `This ${curve.displayName} private key was let go of`);
      if (peerPublicKey.length !== keyLength) {
        throw new CryptoError(
          'invalid_public_key',
          `An ${curve.displayName} public key has ${keyLength} octets, the peer's has ${peerPublicKey.length}`,
        );
      }
      return agree(curve, privateKey, peerPublicKey);
    },

    destroy() {
      privateKey = undefined;
    },
  };
}

function agree(curve: Curve, privateKey: KeyObject, peerPublicKey: Uint8Array): Uint8Array {
  const jwk = { kty: 'OKP', crv: curve.displayName, x: toBase64url(peerPublicKey) };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
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
      `The peer's ${curve.displayName} public key is of low order: it leads to the all-zero secret`,
      { cause },
    );
  }
  return secret;
}

export const x25519: KeyExchangeGroup = /* @__PURE__ */ montgomery(portableX25519, {
  displayName: 'X25519',
  generate: () => generateKeyPairSync('x25519').privateKey,
  privateKeyPrefix: [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20],
});
export const x448: KeyExchangeGroup = /* @__PURE__ */ montgomery(portableX448, {
  displayName: 'X448',
  generate: () => generateKeyPairSync('x448').privateKey,
  privateKeyPrefix: [0x30, 0x46, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6f, 4, 0x3a, 4, 0x38],
});
