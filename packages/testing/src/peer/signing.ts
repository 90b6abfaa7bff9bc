import { constants, type KeyObject, sign } from 'node:crypto';
import { certificateVerifyContent, signatureSchemes } from '@halfclose/tls/codec';

/** How a CertificateVerify is made. Each part can be wrong on its own. */
export interface Signing {
  /** The key, which need not be that of the certificate. */
  readonly key: KeyObject;
  /** SignatureScheme as the message names it: the hash is its hash, the rest follows the key as far as it can. */
  readonly scheme: number;
  /** Whose context string is signed. */
  readonly signer: 'server' | 'client';
  readonly transcriptHash: Uint8Array;
  /** Left out: PSS, but PKCS#1 v1.5 for the schemes that are named so. Has a meaning for RSA only. */
  readonly padding?: 'PSS' | 'PKCS1';
  /** Signs the content by itself, for keys that Node does not have. */
  readonly sign?: (content: Uint8Array) => Uint8Array;
}

const pkcs1Schemes = [0x0201, 0x0401, 0x0501, 0x0601];

/** The signature over the content of RFC 8446 section 4.4.3. */
export function signatureOf(signing: Signing): Uint8Array {
  const { key, scheme, signer, transcriptHash, padding } = signing;
  const content = certificateVerifyContent(signer, transcriptHash);
  if (signing.sign !== undefined) return signing.sign(content);
  if (key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyType === 'ed448')
    return new Uint8Array(sign(null, content, key));
  const hash = hashOf(scheme);
  if (key.asymmetricKeyType === 'ec') return new Uint8Array(sign(hash, content, key));
  const wanted = padding ?? (pkcs1Schemes.includes(scheme) ? 'PKCS1' : 'PSS');
  const input =
    wanted === 'PKCS1' && key.asymmetricKeyType === 'rsa'
      ? { key, padding: constants.RSA_PKCS1_PADDING }
      : { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return new Uint8Array(sign(hash, content, input));
}

/** The scheme that TLS 1.3 has for a key. */
export function schemeFor(key: KeyObject): number {
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return signatureSchemes.ed25519.code;
    case 'ed448':
      return signatureSchemes.ed448.code;
    case 'rsa':
      return signatureSchemes.rsa_pss_rsae_sha256.code;
    case 'rsa-pss':
      return signatureSchemes.rsa_pss_pss_sha256.code;
    case 'ec':
      return ecdsaScheme(key.asymmetricKeyDetails?.namedCurve);
    default:
      throw new TypeError(`TLS 1.3 has no signature scheme for a key of type ${key.asymmetricKeyType}`);
  }
}

function ecdsaScheme(curve: string | undefined): number {
  if (curve === 'prime256v1') return signatureSchemes.ecdsa_secp256r1_sha256.code;
  if (curve === 'secp384r1') return signatureSchemes.ecdsa_secp384r1_sha384.code;
  if (curve === 'secp521r1') return signatureSchemes.ecdsa_secp521r1_sha512.code;
  throw new TypeError(`TLS 1.3 has no signature scheme for the curve ${curve}`);
}

/** The older schemes have their hash in the high octet, of the RSA-PSS ones each knows its own. */
function hashOf(scheme: number): 'sha1' | 'sha256' | 'sha384' | 'sha512' {
  if (scheme === 0x0805 || scheme === 0x080a || scheme >>> 8 === 5) return 'sha384';
  if (scheme === 0x0806 || scheme === 0x080b || scheme >>> 8 === 6) return 'sha512';
  return scheme >>> 8 === 2 ? 'sha1' : 'sha256';
}
