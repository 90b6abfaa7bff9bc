import { CryptoError, type CryptoProvider } from '@halfclose/crypto';
import type { AlgorithmIdentifier } from '../certificate/algorithmIdentifier.ts';
import { signatureAlgorithmMeaning } from '../certificate/signatureAlgorithm.ts';
import { CertificateError } from '../errors.ts';
import type { Issuer } from '../path/path.ts';
import { type Steps, settle } from '../path/steps.ts';

/** What an authority signs beside certificates. */
export interface Signed {
  readonly signatureAlgorithm: AlgorithmIdentifier;
  /** What the signature is over, exactly as it came. */
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
}

/** What is wrong with a signature by this signer's key, undefined where it is right. */
export function* signatureProblem(
  crypto: CryptoProvider,
  { signatureAlgorithm, tbs, signature }: Signed,
  signer: Pick<Issuer, 'subject' | 'publicKey'>,
): Steps<string | undefined> {
  const meaning = signatureAlgorithmMeaning(signatureAlgorithm);
  if (meaning.type === 'weak') return `it is signed by ${meaning.name}, which can be forged`;
  if (meaning.type === 'unsupported') return `its signature can't be checked: ${meaning.problem}`;
  const algorithm = crypto.signatures.find(({ name }) => name === meaning.name);
  if (!algorithm) return `its signature can't be checked: this crypto provider has no ${meaning.name}`;
  try {
    const { publicKey } = signer;
    // RFC 4055 section 3.3: a key with parameters signs with those.
    const required = publicKey.type === 'RSA' ? publicKey.onlySignature : undefined;
    if (algorithm.keyType !== publicKey.type || (required !== undefined && required !== meaning.name)) {
      return `its signature is ${meaning.name}, which the key of ${signer.subject} doesn't make`;
    }
    // Of a provider in plain JavaScript, nothing but `true` counts.
    const isRight = (yield* settle(algorithm.verify(publicKey, tbs, signature))) === true;
    return isRight ? undefined : `its signature is not by the key of ${signer.subject}`;
  } catch (error) {
    if (!(error instanceof CryptoError || error instanceof CertificateError)) throw error;
    return `the key of ${signer.subject} is not usable: ${error.message}`;
  }
}
