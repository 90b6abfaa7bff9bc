import { constants, type SignKeyObjectInput, sign as signWithNode } from 'node:crypto';
import type { KeyPair } from './keys.ts';

export type SignatureHash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/** How a certificate is to be signed. Left out, both follow from the signer's key. */
export interface SignatureOptions {
  /** Left out: SHA-384 with P-384, SHA-512 with P-521, else SHA-256. Has no meaning for Ed25519 and Ed448. */
  readonly hash?: SignatureHash;
  /** Left out: PKCS1, and PSS for a key that can do nothing else. Has no meaning for keys other than RSA. */
  readonly padding?: 'PKCS1' | 'PSS';
}

/** The algorithm in WebCrypto's words, which is what @peculiar/x509 makes an AlgorithmIdentifier of. */
export interface SigningAlgorithm {
  readonly name: 'RSASSA-PKCS1-v1_5' | 'RSA-PSS' | 'ECDSA' | 'Ed25519' | 'EdDSA';
  /** For EdDSA, which is what Ed448 is called there. */
  readonly namedCurve?: 'Ed448';
  readonly hash: SignatureHash;
  readonly saltLength: number;
}

const digestLengths: Readonly<Record<SignatureHash, number>> = {
  'SHA-1': 20,
  'SHA-256': 32,
  'SHA-384': 48,
  'SHA-512': 64,
};

export function signingAlgorithm(key: KeyPair, options: SignatureOptions = {}): SigningAlgorithm {
  const hash =
    options.hash ?? (key.type === 'P-384' ? 'SHA-384' : key.type === 'P-521' ? 'SHA-512' : 'SHA-256');
  return {
    name: algorithmName(key, options.padding),
    ...(key.type === 'Ed448' && { namedCurve: key.type }),
    hash,
    saltLength: digestLengths[hash],
  };
}

function algorithmName(key: KeyPair, padding: SignatureOptions['padding']): SigningAlgorithm['name'] {
  if (key.type === 'Ed25519') return 'Ed25519';
  if (key.type === 'Ed448') return 'EdDSA';
  if (!key.type.startsWith('RSA')) return 'ECDSA';
  return padding === 'PSS' || key.type === 'RSA-PSS-2048' ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5';
}

/** The signature as it stands in a certificate: an ECDSA signature is a DER SEQUENCE. */
export function sign(key: KeyPair, algorithm: SigningAlgorithm, message: Uint8Array): Uint8Array {
  const input: SignKeyObjectInput = { key: key.privateKey };
  if (algorithm.name === 'RSA-PSS') {
    input.padding = constants.RSA_PKCS1_PSS_PADDING;
    input.saltLength = algorithm.saltLength;
  }
  // As OpenSSL writes it: Deno knows it by no other name.
  const hash = key.type.startsWith('Ed') ? null : algorithm.hash.replace('-', '').toLowerCase();
  return new Uint8Array(signWithNode(hash, message, input));
}
