import type { HashName, MaybePromise, PublicKey, SignatureAlgorithm, SignatureName } from '../provider.ts';
import { concatenatedOfDer } from '../signature/concatenated.ts';
import { coordinateLengths, readEcPoint } from '../signature/ecPoint.ts';
import { edwards25519, readEdwardsKey } from '../signature/edwards.ts';
import { readRsaKey } from '../signature/rsaKey.ts';
import { toBase64url } from './base64url.ts';
import type { SubtleAlgorithm, SubtleJsonWebKey, SubtleKey, SubtleOperations } from './subtle.ts';

/** What WebCrypto is asked about one signature. */
interface Question {
  readonly key: SubtleJsonWebKey | Uint8Array<ArrayBuffer>;
  readonly keyAlgorithm: SubtleAlgorithm;
  readonly algorithm: SubtleAlgorithm;
  /** As WebCrypto has it; undefined where it is false under every key. */
  readonly signature: Uint8Array<ArrayBuffer> | undefined;
}

/** @throws CryptoError for a key that the portable algorithm refuses, as far as that can be told without arithmetic */
type Ask = (publicKey: PublicKey, signature: Uint8Array, name: SignatureName) => Question;

/**
 * Those of `portable` that WebCrypto has, by WebCrypto and asynchronous, and the others as they are. The bounds are the
 * portable ones: a key that those refuse is refused before WebCrypto sees it, with the same errors. What WebCrypto does
 * not take, for whatever reason (it lacks the curve, limits exponents, finds no point on the curve), the portable
 * algorithm decides about.
 */
export function subtleSignatures(
  subtle: SubtleOperations,
  portable: readonly SignatureAlgorithm[],
): readonly SignatureAlgorithm[] {
  return portable.map((one) => {
    const ask = questions[one.name];
    return ask === undefined ? one : subtleSignature(subtle, one, ask);
  });
}

function subtleSignature(
  subtle: SubtleOperations,
  portable: SignatureAlgorithm,
  ask: Ask,
): SignatureAlgorithm {
  return {
    name: portable.name,
    keyType: portable.keyType,
    verify(publicKey, message, signature) {
      const question = ask(publicKey, signature, portable.name);
      return verifyOr(subtle, question, message, () => portable.verify(publicKey, message, signature));
    },
  };
}

async function verifyOr(
  subtle: SubtleOperations,
  question: Question,
  message: Uint8Array,
  otherwise: () => MaybePromise<boolean>,
): Promise<boolean> {
  try {
    const key = await importKey(subtle, question);
    // Only now: of a key that is no point on its curve we say so, whatever the signature.
    if (question.signature === undefined) return false;
    return await subtle.verify(question.algorithm, key, question.signature, new Uint8Array(message));
  } catch {
    return otherwise();
  }
}

function importKey(subtle: SubtleOperations, { key, keyAlgorithm }: Question): Promise<SubtleKey> {
  return key instanceof Uint8Array
    ? subtle.importKey('raw', key, keyAlgorithm, false, ['verify'])
    : subtle.importKey('jwk', key, keyAlgorithm, false, ['verify']);
}

/** RFC 8017 section 8.2.2. */
const pkcs1: SubtleAlgorithm = { name: 'RSASSA-PKCS1-v1_5' };

/** RFC 8017 section 8.1.2, with a salt as long as the hash (RFC 8446 section 4.2.3). */
function pss(saltLength: number): SubtleAlgorithm {
  return { name: 'RSA-PSS', saltLength };
}

function rsa(hash: HashName, algorithm: SubtleAlgorithm): Ask {
  return (publicKey, signature, name) => {
    const { length, pssOnly, modulusOctets, exponentOctets } = readRsaKey(publicKey, name);
    // RFC 4055 section 1.2: a key for id-RSASSA-PSS is for nothing else.
    const isPossible = signature.length === length && (!pssOnly || algorithm !== pkcs1);
    return {
      key: { kty: 'RSA', n: toBase64url(modulusOctets), e: toBase64url(exponentOctets) },
      keyAlgorithm: { name: algorithm.name, hash },
      algorithm,
      signature: isPossible ? new Uint8Array(signature) : undefined,
    };
  };
}

/** FIPS 186-5 section 6.4.2. */
function ecdsa(hash: HashName): Ask {
  return (publicKey, signature, name) => {
    const { curve, point } = readEcPoint(publicKey, name);
    return {
      key: new Uint8Array(point),
      keyAlgorithm: { name: 'ECDSA', namedCurve: curve },
      algorithm: { name: 'ECDSA', hash },
      signature: concatenatedOfDer(signature, coordinateLengths[curve]),
    };
  };
}

/** RFC 8032 section 5.1.7. WebCrypto may take keys of small order, so the key is read by the portable algorithm first. */
function ed25519(publicKey: PublicKey, signature: Uint8Array): Question {
  const algorithm = { name: 'Ed25519' };
  return {
    key: new Uint8Array(readEdwardsKey(publicKey, edwards25519)),
    keyAlgorithm: algorithm,
    algorithm,
    signature: signature.length === 64 ? new Uint8Array(signature) : undefined,
  };
}

const questions: Readonly<Partial<Record<SignatureName, Ask>>> = {
  rsa_pkcs1_sha256: rsa('SHA-256', pkcs1),
  rsa_pkcs1_sha384: rsa('SHA-384', pkcs1),
  rsa_pkcs1_sha512: rsa('SHA-512', pkcs1),
  rsa_pss_sha256: rsa('SHA-256', pss(32)),
  rsa_pss_sha384: rsa('SHA-384', pss(48)),
  rsa_pss_sha512: rsa('SHA-512', pss(64)),
  ecdsa_sha256: ecdsa('SHA-256'),
  ecdsa_sha384: ecdsa('SHA-384'),
  ecdsa_sha512: ecdsa('SHA-512'),
  ed25519,
};
