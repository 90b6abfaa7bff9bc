import { CryptoError } from '../errors.ts';
import { checkPointForm } from '../keyExchange/ecdh.ts';
import { x25519 } from '../keyExchange/montgomery.ts';
import { secp256r1, secp384r1, secp521r1 } from '../keyExchange/nistCurves.ts';
import type { KeyExchange, KeyExchangeGroup, RandomSource } from '../provider.ts';
import { isZero, wipe } from '../util/bytes.ts';
import { toBase64url } from './base64url.ts';
import type {
  SubtleAlgorithm,
  SubtleJsonWebKey,
  SubtleKey,
  SubtleKeyPair,
  SubtleOperations,
} from './subtle.ts';

/** A curve as WebCrypto has it. */
interface Curve {
  /** The same group, which serves where the platform has not the curve. */
  readonly portable: KeyExchangeGroup;
  readonly displayName: string;
  readonly algorithm: SubtleAlgorithm;
  /** Octets of a coordinate, and so of the secret. */
  readonly length: number;
  /** Bits of a private key in the first of its octets. */
  readonly firstOctet: number;
  readonly toJsonWebKey: (publicKey: Uint8Array, privateKey: Uint8Array) => SubtleJsonWebKey;
  /** @throws CryptoError `invalid_public_key` for a share that is of another form */
  readonly checkForm: (share: Uint8Array) => void;
  /** What is wrong with a share of that form which can't be agreed with. */
  readonly fault: string;
  /** RFC 8446 section 7.4.2: with X25519 the all-zero secret ends the handshake, and some platform may give it. */
  readonly refusesZero: boolean;
}

const curves: readonly Curve[] = [
  {
    portable: x25519,
    displayName: 'X25519',
    algorithm: { name: 'X25519' },
    length: 32,
    firstOctet: 0xff,
    toJsonWebKey: (x, d) => ({ kty: 'OKP', crv: 'X25519', x: toBase64url(x), d: toBase64url(d) }),
    checkForm(share) {
      if (share.length === 32) return;
      throw new CryptoError(
        'invalid_public_key',
        `An X25519 public key has 32 octets, the peer's has ${share.length}`,
      );
    },
    fault: 'of low order: it leads to the all-zero secret',
    refusesZero: true,
  },
  nistCurve(secp256r1, 'P-256', 32),
  nistCurve(secp384r1, 'P-384', 48),
  nistCurve(secp521r1, 'P-521', 66, 0x01),
];

function nistCurve(portable: KeyExchangeGroup, name: string, length: number, firstOctet = 0xff): Curve {
  return {
    portable,
    displayName: name,
    algorithm: { name: 'ECDH', namedCurve: name },
    length,
    firstOctet,
    toJsonWebKey: (point, d) => ({
      kty: 'EC',
      crv: name,
      x: toBase64url(point.subarray(1, 1 + length)),
      y: toBase64url(point.subarray(1 + length)),
      d: toBase64url(d),
    }),
    checkForm: (share) => checkPointForm(share, portable.publicKeyLength, name),
    fault: 'not on the curve',
    refusesZero: false,
  };
}

/**
 * X25519 (RFC 7748) and ECDH on the NIST curves (SEC 1 section 3.3.1) by WebCrypto, asynchronous. Where a platform has not
 * the curve, which shows in the first attempt, the portable one serves from then on.
 *
 * @param own the source that draws what the platform would draw: for it the platform makes its keys itself, such as can't
 * be read out. From any other source the key is drawn as the portable group draws it, and imported.
 */
export function subtleGroups(subtle: SubtleOperations, own: RandomSource): readonly KeyExchangeGroup[] {
  return curves.map((curve) => subtleGroup(subtle, own, curve));
}

function subtleGroup(subtle: SubtleOperations, own: RandomSource, curve: Curve): KeyExchangeGroup {
  const { portable, algorithm } = curve;
  let isMissing = false;

  const generated = async (random: RandomSource): Promise<KeyExchange> => {
    try {
      const pair = await subtle.generateKey(algorithm, false, ['deriveBits']);
      if (!isKeyPair(pair)) throw new TypeError('generateKey gave no pair of keys');
      const publicKey = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
      return keyExchange(subtle, curve, publicKey, pair.privateKey);
    } catch {
      isMissing = true;
      return portable.generate(random);
    }
  };

  const imported = async (random: RandomSource): Promise<KeyExchange> => {
    const drawn = new Uint8Array(curve.length);
    const pair = await portable.generate((output) => {
      random(output);
      drawn.set(output);
    });
    drawn[0] = (drawn[0] ?? 0) & curve.firstOctet;
    try {
      const key = curve.toJsonWebKey(pair.publicKey, drawn);
      const privateKey = await subtle.importKey('jwk', key, algorithm, false, ['deriveBits']);
      pair.destroy();
      return keyExchange(subtle, curve, pair.publicKey, privateKey);
    } catch {
      isMissing = true;
      return pair;
    } finally {
      wipe(drawn);
    }
  };

  return {
    ...portable,
    generate(random) {
      if (isMissing) return portable.generate(random);
      return random === own ? generated(random) : imported(random);
    },
  };
}

function isKeyPair(value: unknown): value is SubtleKeyPair {
  return typeof value === 'object' && value !== null && 'privateKey' in value && 'publicKey' in value;
}

function keyExchange(
  subtle: SubtleOperations,
  { displayName, algorithm, length, checkForm, fault, refusesZero }: Curve,
  publicKey: Uint8Array,
  ownKey: SubtleKey,
): KeyExchange {
  let privateKey: SubtleKey | undefined = ownKey;
  return {
    publicKey,

    async agree(peerPublicKey) {
      if (privateKey === undefined)
        throw new CryptoError('destroyed', `This ${displayName} private key was let go of`);
      checkForm(peerPublicKey);
      let secret: Uint8Array | undefined;
      let cause: unknown;
      try {
        const peer = await subtle.importKey('raw', new Uint8Array(peerPublicKey), algorithm, false, []);
        const bits = await subtle.deriveBits({ name: algorithm.name, public: peer }, ownKey, 8 * length);
        secret = new Uint8Array(bits);
      } catch (error) {
        cause = error;
      }
      if (secret === undefined || (refusesZero && isZero(secret))) {
        throw new CryptoError('invalid_public_key', `The peer's ${displayName} public key is ${fault}`, {
          cause,
        });
      }
      return secret;
    },

    destroy() {
      privateKey = undefined;
    },
  };
}
