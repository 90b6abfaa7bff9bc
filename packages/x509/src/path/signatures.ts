import { CryptoError, type CryptoProvider, findHash, type SignatureAlgorithm } from '@halfclose/crypto';
import type { Certificate } from '../certificate/certificate.ts';
import { signatureAlgorithmMeaning } from '../certificate/signatureAlgorithm.ts';
import { latin1Text } from '../der/strings.ts';
import { CertificateError } from '../errors.ts';
import type { Limits } from './limits.ts';
import { certificateOf, type Issuer } from './path.ts';
import { remembered } from './remembered.ts';
import { type SignatureMemory, signatureFingerprint } from './signatureMemory.ts';
import { type Steps, settle } from './steps.ts';

/** Checks that `issuer` has signed `certificate`. @throws CertificateError */
export type SignatureChecker = (certificate: Certificate, issuer: Issuer) => Steps<void>;

/**
 * A checker that remembers what it has checked, good or bad, and stops at the limit.
 * @param memory what was found right before
 */
export function createSignatureChecker(
  crypto: CryptoProvider,
  limits: Limits,
  memory?: SignatureMemory,
): SignatureChecker {
  // By the issuer's key, not its certificate: cross-certificates share it, and its name is the same on all of them.
  const known = remembered((_: Certificate) => new Map<string, CertificateError | undefined>());
  const keyOf = remembered(({ spki }: Issuer) => latin1Text(spki));
  let checked = 0;

  function* verify(certificate: Certificate, issuer: Issuer): Steps<void> {
    const algorithm = findAlgorithm(crypto, certificate, issuer);
    const fingerprint = memory && signatureFingerprint(findHash(crypto, 'SHA-256'), certificate, issuer);
    if (fingerprint !== undefined && memory?.has(fingerprint)) return;
    checked++;
    if (checked > limits.signatures) {
      throw new CertificateError(
        'limit_exceeded',
        `No path to a trusted certificate was found within ${limits.signatures} signatures`,
        { certificate },
      );
    }
    // Of a provider in plain JavaScript, nothing but `true` counts.
    if ((yield* isSignedBy(algorithm, certificate, issuer)) !== true) {
      throw badSignature(certificate, `is not by the key of ${issuer.subject}`);
    }
    if (fingerprint !== undefined) memory?.add(fingerprint);
  }

  return function* checkSignature(certificate, issuer) {
    const results = known(certificate);
    const key = keyOf(issuer);
    if (!results.has(key)) results.set(key, yield* faultOf(verify(certificate, issuer)));
    const fault = results.get(key);
    if (fault) throw fault;
  };
}

/** What is wrong, where it concerns one path and not the whole search. */
function* faultOf(steps: Steps<void>): Steps<CertificateError | undefined> {
  try {
    yield* steps;
    return undefined;
  } catch (error) {
    if (error instanceof CertificateError && error.code !== 'limit_exceeded') return error;
    throw error;
  }
}

/** RFC 5280 section 6.1.3 (a) (1). */
function* isSignedBy(
  algorithm: SignatureAlgorithm,
  certificate: Certificate,
  issuer: Issuer,
): Steps<boolean> {
  try {
    return yield* settle(algorithm.verify(issuer.publicKey, certificate.tbs, certificate.signature));
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    const message = `The key of ${issuer.subject} is not usable: ${cause.message}`;
    throw new CertificateError('unsupported_key', message, { certificate: certificateOf(issuer), cause });
  }
}

function findAlgorithm(crypto: CryptoProvider, certificate: Certificate, issuer: Issuer): SignatureAlgorithm {
  const meaning = signatureAlgorithmMeaning(certificate.signatureAlgorithm);
  if (meaning.type === 'weak') {
    throw new CertificateError(
      'weak_signature',
      `The certificate of ${certificate.subject} is signed by ${meaning.name}, which can be forged`,
      { certificate },
    );
  }
  if (meaning.type === 'unsupported') throw unsupported(certificate, meaning.problem);
  const algorithm = crypto.signatures.find(({ name }) => name === meaning.name);
  if (!algorithm) throw unsupported(certificate, `this crypto provider has no ${meaning.name}`);
  const { publicKey } = issuer;
  if (algorithm.keyType !== publicKey.type) {
    throw badSignature(certificate, `is ${meaning.name}, and the key of its issuer is ${publicKey.type}`);
  }
  // RFC 4055 section 3.3: a key with parameters signs with those.
  const required = publicKey.type === 'RSA' ? publicKey.onlySignature : undefined;
  if (required !== undefined && required !== meaning.name) {
    throw badSignature(certificate, `is ${meaning.name}, and the key of its issuer is for ${required} only`);
  }
  return algorithm;
}

function unsupported(certificate: Certificate, problem: string): CertificateError {
  return new CertificateError(
    'unsupported_signature',
    `The signature of the certificate of ${certificate.subject} can't be checked: ${problem}`,
    { certificate },
  );
}

function badSignature(certificate: Certificate, problem: string): CertificateError {
  return new CertificateError(
    'bad_signature',
    `The signature of the certificate of ${certificate.subject} ${problem}`,
    { certificate },
  );
}
