import { createECDH, type ECDH } from 'node:crypto';
import { CryptoError } from '../errors.ts';
import { checkPointForm, drawScalar } from '../keyExchange/ecdh.ts';
import {
  secp256r1 as portableSecp256r1,
  secp384r1 as portableSecp384r1,
  secp521r1 as portableSecp521r1,
} from '../keyExchange/nistCurves.ts';
import type { CurveName, KeyExchange, KeyExchangeGroup } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { withoutBuffer } from './bytes.ts';

interface NistCurve {
  readonly curveName: CurveName;
  /** What OpenSSL calls it. */
  readonly nativeName: string;
  /** Bits of the order. */
  readonly bits: number;
}

/**
 * ECDH on a NIST curve (SEC 1 section 3.3.1) of `node:crypto`. The private key is drawn from the injected source as the
 * portable one is (FIPS 186-5 A.2.2), and imported: `node:crypto` draws none itself. What was imported can be let go of,
 * but not wiped.
 *
 * @param portable the same group, which serves where this runtime has not the curve
 */
function nistCurve(portable: KeyExchangeGroup, curve: NistCurve): KeyExchangeGroup {
  const { name, publicKeyLength } = portable;
  let isNative: boolean | undefined;
  return {
    name,
    publicKeyLength,
    generate(random) {
      isNative ??= hasCurve(curve.nativeName);
      if (!isNative) return portable.generate(random);
      return keyExchange(
        curve.curveName,
        drawScalar(random, curve.curveName, curve.bits, (octets) =>
          importPrivateKey(curve.nativeName, octets),
        ),
      );
    },
  };
}

/** `getCurves` doesn't tell: Deno's lists P-521, which is not there. */
function hasCurve(nativeName: string): boolean {
  try {
    createECDH(nativeName);
    return true;
  } catch {
    return false;
  }
}

/** Drawn octets, and what they were imported to. */
interface PrivateKey {
  /** To be kept as long as the key: Deno imports no copy. */
  readonly octets: Uint8Array;
  readonly imported: ECDH;
}

/** `setPrivateKey` throws for what is not in [1, n-1], and for nothing else that can be here. */
function importPrivateKey(nativeName: string, octets: Uint8Array): PrivateKey | undefined {
  const imported = createECDH(nativeName);
  try {
    imported.setPrivateKey(octets);
    return { octets, imported };
  } catch {
    return undefined;
  }
}

function keyExchange(curveName: CurveName, { octets, imported }: PrivateKey): KeyExchange {
  let privateKey: ECDH | undefined = imported;
  const publicKey = withoutBuffer(imported.getPublicKey());
  return {
    publicKey,

    agree(peerPublicKey) {
      if (privateKey === undefined)
        throw new CryptoError('destroyed', `This ${curveName} private key was let go of`);
      // OpenSSL takes other forms too.
      checkPointForm(peerPublicKey, publicKey.length, curveName);
      try {
        // RFC 8446 section 7.4.2: the secret is the x coordinate, leading zeros included.
        return withoutBuffer(privateKey.computeSecret(peerPublicKey));
      } catch (cause) {
        throw new CryptoError(
          'invalid_public_key',
          `The peer's ${curveName} public key is not on the curve`,
          {
            cause,
          },
        );
      }
    },

    destroy() {
      privateKey = undefined;
      wipe(octets);
    },
  };
}

export const secp256r1: KeyExchangeGroup = /* @__PURE__ */ nistCurve(portableSecp256r1, {
  curveName: 'P-256',
  nativeName: 'prime256v1',
  bits: 256,
});
export const secp384r1: KeyExchangeGroup = /* @__PURE__ */ nistCurve(portableSecp384r1, {
  curveName: 'P-384',
  nativeName: 'secp384r1',
  bits: 384,
});
export const secp521r1: KeyExchangeGroup = /* @__PURE__ */ nistCurve(portableSecp521r1, {
  curveName: 'P-521',
  nativeName: 'secp521r1',
  bits: 521,
});
