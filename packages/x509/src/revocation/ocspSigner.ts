import type { CryptoProvider } from '@halfclose/crypto';
import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { keyPurposes } from '../certificate/extensionTypes.ts';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { formatTime } from '../der/time.ts';
import { CertificateError } from '../errors.ts';
import { checkExtensions } from '../path/checkExtensions.ts';
import { keyWeakness } from '../path/keyStrength.ts';
import type { Issuer } from '../path/path.ts';
import type { Steps } from '../path/steps.ts';
import { keyHash } from './certId.ts';
import type { BasicOcspResponse, ResponderId } from './ocspResponse.ts';
import { type Signed, signatureProblem } from './signature.ts';

/** Certificates of a response that are tried, each for two signatures. One is usual. */
const maximumDelegates = 4;

/**
 * Who has signed a response must be the issuer of the certificate, or one whom that issuer has made a responder: RFC
 * 6960 section 4.2.2.2. A responder's own certificate is taken to be good for its lifetime, as with
 * id-pkix-ocsp-nocheck: section 4.2.2.2.1 leaves that to us, and a client that does not ask has nothing to check it by.
 * @returns what is wrong, undefined where nothing is
 */
export function* ocspSignatureProblem(
  { data, signatureAlgorithm, signature, certs }: BasicOcspResponse,
  issuer: Issuer,
  now: number,
  crypto: CryptoProvider,
): Steps<string | undefined> {
  const { responderId } = data;
  const signed: Signed = { signatureAlgorithm, signature, tbs: data.encoded };
  let problem = 'its responder is not the issuer, and its certificate is not there';
  if (isResponder(issuer, responderId)) {
    const own = yield* signatureProblem(crypto, signed, issuer);
    if (own === undefined) return undefined;
    problem = own;
  }
  for (const delegate of delegatesIn(certs, responderId, issuer)) {
    const own =
      (yield* delegateProblem(delegate, issuer, now, crypto)) ??
      (yield* signatureProblem(crypto, signed, delegate));
    if (own === undefined) return undefined;
    problem = own;
  }
  return problem;
}

/** Section 4.2.2.3: the ResponderID "MUST correspond to the certificate that was used to sign the response". */
function isResponder({ subject, spki }: Issuer, responderId: ResponderId): boolean {
  return responderId.type === 'byName'
    ? equalBytes(subject.encoded, responderId.name.encoded)
    : equalBytes(keyHash(spki), responderId.keyHash);
}

/** Those for whom the response may be. The issuer's own certificate, which some responders send, is none of a delegate. */
function delegatesIn(
  certs: readonly Uint8Array[],
  responderId: ResponderId,
  issuer: Issuer,
): readonly Certificate[] {
  const delegates: Certificate[] = [];
  for (const der of certs) {
    const certificate = readIfPossible(der);
    const isAnother = certificate !== undefined && !equalBytes(certificate.spki, issuer.spki);
    if (isAnother && isResponder(certificate, responderId)) delegates.push(certificate);
    if (delegates.length === maximumDelegates) break;
  }
  return delegates;
}

/** What can't be read may not be needed. */
function readIfPossible(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch (error) {
    if (error instanceof CertificateError) return undefined;
    throw error;
  }
}

/** What keeps the holder of a certificate from speaking for the issuer. */
function* delegateProblem(
  delegate: Certificate,
  issuer: Issuer,
  now: number,
  crypto: CryptoProvider,
): Steps<string | undefined> {
  const who = `its responder, ${delegate.subject},`;
  if (!equalBytes(delegate.issuer.encoded, issuer.subject.encoded)) {
    return `${who} has its certificate from ${delegate.issuer} and not from ${issuer.subject}`;
  }
  try {
    checkExtensions(delegate);
    const weakness = keyWeakness(delegate.publicKey);
    if (weakness !== undefined) return `${who} has a key that is refused: ${weakness}`;
    // Section 4.2.2.2: "by the inclusion of id-kp-OCSPSigning"; "any purpose" is not that.
    if (!delegate.extendedKeyUsage?.includes(keyPurposes.ocspSigning)) {
      return `${who} has a certificate that was not issued for signing OCSP responses`;
    }
    if (delegate.keyUsage && !delegate.keyUsage.includes('digitalSignature')) {
      return `${who} has a key for ${delegate.keyUsage.join(', ')}, not for digitalSignature`;
    }
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    return `${who} has a certificate that is not usable: ${error.message}`;
  }
  const second = Math.floor(now / 1000) * 1000;
  if (!(second >= delegate.notBefore && second <= delegate.notAfter)) {
    return `${who} has a certificate from ${formatTime(delegate.notBefore)} to ${formatTime(delegate.notAfter)}, and it is ${formatTime(now)}`;
  }
  const problem = yield* signatureProblem(crypto, delegate, issuer);
  return problem === undefined
    ? undefined
    : `the certificate of ${delegate.subject} is not from the issuer: ${problem}`;
}
