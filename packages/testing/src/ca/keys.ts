import { generateKeyPair, type KeyObject } from 'node:crypto';

/** `RSA-PSS-2048` is a key under id-RSASSA-PSS (RFC 4055), which may sign with PSS only. */
export type KeyType =
  | 'RSA-1024'
  | 'RSA-2048'
  | 'RSA-3072'
  | 'RSA-4096'
  | 'RSA-PSS-2048'
  | 'P-256'
  | 'P-384'
  | 'P-521'
  | 'Ed25519'
  | 'Ed448';

export interface KeyPair {
  readonly type: KeyType;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** PKCS#8. */
  readonly privateKeyPem: string;
}

/** A key that nobody has used before. */
export async function generateKey(type: KeyType): Promise<KeyPair> {
  const { privateKey, publicKey } = await generate(type);
  return {
    type,
    privateKey,
    publicKey,
    spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const leafKeys = new Map<KeyType, Promise<KeyPair>>();

/**
 * A key for an end-entity certificate. RSA keys take long to make, so that all end entities of a process that
 * don't ask for their own share one of each size. Authorities never share: a wrong signer must stay wrong.
 */
export function leafKey(type: KeyType): Promise<KeyPair> {
  if (!type.startsWith('RSA')) return generateKey(type);
  const known = leafKeys.get(type);
  if (known) return known;
  const made = generateKey(type);
  leafKeys.set(type, made);
  return made;
}

interface NodeKeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function generate(type: KeyType): Promise<NodeKeyPair> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, publicKey: KeyObject, privateKey: KeyObject): void => {
      if (error) reject(error);
      else resolve({ publicKey, privateKey });
    };
    switch (type) {
      case 'P-256':
      case 'P-384':
      case 'P-521':
        generateKeyPair('ec', { namedCurve: type }, done);
        break;
      case 'Ed25519':
        generateKeyPair('ed25519', {}, done);
        break;
      case 'Ed448':
        generateKeyPair('ed448', {}, done);
        break;
      case 'RSA-PSS-2048':
        generateKeyPair('rsa-pss', { modulusLength: 2048 }, done);
        break;
      default:
        generateKeyPair('rsa', { modulusLength: Number(type.slice('RSA-'.length)) }, done);
    }
  });
}
