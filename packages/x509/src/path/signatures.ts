import { CryptoError, type CryptoProvider, type SignatureAlgorithm } from '@halfclose/crypto';
import type { Certificate } from '../certificate/certificate.ts';
import { signatureAlgorithmMeaning } from '../certificate/signatureAlgorithm.ts';
import { requiredSignature } from '../certificate/subjectPublicKey.ts';
import { latin1Text } from '../der/strings.ts';
import { CertificateError } from '../errors.ts';
import type { Limits } from './limits.ts';
import { type Steps, settle } from './steps.ts';

/** Checks that `issuer` has signed `certificate`. @throws CertificateError */
export type SignatureChecker = (certificate: Certificate, issuer: Certificate) => Steps<void>;

/** A checker that remembers what it has checked, and stops at the limit. */
export function createSignatureChecker(crypto: CryptoProvider, limits: Limits): SignatureChecker {
  const known = new Map<Certificate, Map<string, boolean>>();
  let checked = 0;

  return function* checkSignature(certificate, issuer) {
    const algorithm = findAlgorithm(crypto, certificate, issuer);
    const results = known.get(certificate) ?? new Map<string, boolean>();
    known.set(certificate, results);
    // By the issuer's key, not its certificate: cross-certificates share it.
    const key = latin1Text(issuer.spki);
    let isRight = results.get(key);
    if (isRight === undefined) {
      checked++;
      if (checked > limits.signatures) {
        throw new CertificateError(
          'limit_exceeded',
          `No path to a trusted certificate was found within ${limits.signatures} signatures`,
          { certificate },
        );
      }
      // Of a provider in plain JavaScript, nothing but `true` counts.
      isRight = (yield* verify(algorithm, certificate, issuer)) === true;
      results.set(key, isRight);
    }
    if (!isRight) throw badSignature(certificate, `is not by the key of ${issuer.subject}`);
  };
}

/** RFC 5280 section 6.1.3 (a) (1). */
function* verify(
  algorithm: SignatureAlgorithm,
  certificate: Certificate,
  issuer: Certificate,
): Steps<boolean> {
  try {
    return yield* settle(algorithm.verify(issuer.publicKey, certificate.tbs, certificate.signature));
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    const message = `The key of ${issuer.subject} is not usable: ${cause.message}`;
    throw new CertificateError('unsupported_key', message, { certificate: issuer, cause });
  }
}

function findAlgorithm(
  crypto: CryptoProvider,
  certificate: Certificate,
  issuer: Certificate,
): SignatureAlgorithm {
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
  if (algorithm.keyType !== issuer.publicKey.type) {
    throw badSignature(
      certificate,
      `is ${meaning.name}, and the key of its issuer is ${issuer.publicKey.type}`,
    );
  }
  // RFC 4055 section 3.3: a key with parameters signs with those.
  const required = requiredSignature(issuer.publicKeyAlgorithm);
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
