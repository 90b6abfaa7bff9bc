/** Keys that a server's certificate lends its name to for some days, RFC 9345. */
import type { PublicKey } from '@halfclose/crypto';
import { illegal } from '../brokenRules.ts';
import type { ClientConfig } from '../config.ts';
import { TLSError } from '../errors.ts';
import { delegatedCredentialExtension } from '../messages/authenticationBodies.ts';
import {
  type DelegatedCredential,
  decodeDelegatedCredential,
  delegatedCredentialContent,
} from '../messages/delegatedCredential.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import { readSignatureAlgorithms } from '../messages/extensionBodies.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { schemeFits } from '../protocol/signatureSchemes.ts';
import { hex16 } from '../protocol/versions.ts';
import type { Delegation } from '../verifier.ts';
import type { ClientOffer } from './clientOffer.ts';
import type { Parameters, SchemeAlgorithm } from './parameters.ts';
import { isAuthentic } from './serverAuthentication.ts';
import type { Steps } from './steps.ts';

/** Section 4.1.3: seven days, in milliseconds. */
const maximumRemaining = 604_800_000;

/** Delegated credentials, for a configuration: `createDelegatedCredentials` makes it. */
export interface DelegatedCredentials {
  /** For the ClientHello: none where no scheme is left for such a key. */
  extensions(schemes: readonly SchemeAlgorithm[]): readonly Extension[];
  /**
   * What came with a certificate that was verified before.
   * @throws TLSError decode_error; illegal_parameter for one that is not valid
   */
  verify(
    config: ClientConfig,
    parameters: Parameters,
    offer: ClientOffer,
    data: Uint8Array,
    certificate: DelegatingCertificate,
  ): Steps<DelegatedKey>;
}

export interface DelegatingCertificate {
  readonly der: Uint8Array;
  readonly publicKey: PublicKey;
}

/**
 * For the `delegatedCredentials` of a configuration: the server may sign with a key that its certificate lends its name to for
 * some days (RFC 9345). Takes a verifier that has `readDelegation`.
 */
export function createDelegatedCredentials(): DelegatedCredentials {
  return {
    extensions(schemes) {
      // Section 4.1.1: keys under rsaEncryption are not lent to.
      const delegable = schemes.filter(({ pssOnly }) => pssOnly !== false).map(({ code }) => code);
      return delegable.length > 0 ? [delegatedCredentialExtension(delegable)] : [];
    },
    verify: verifyDelegatedCredential,
  };
}

/** What CertificateVerify is made with instead of the certificate's key. */
export interface DelegatedKey {
  readonly publicKey: PublicKey;
  /** SignatureScheme. */
  readonly algorithm: number;
  /** Milliseconds since 1970. */
  readonly validUntil: number;
}

/** Section 4.1.3. */
function* verifyDelegatedCredential(
  config: ClientConfig,
  parameters: Parameters,
  offer: ClientOffer,
  data: Uint8Array,
  certificate: DelegatingCertificate,
): Steps<DelegatedKey> {
  const credential = decodeDelegatedCredential(data);
  const { certificateVerifyAlgorithm, algorithm, signature } = credential;
  const delegation = readDelegation(config, certificate.der, credential);
  // Section 4.2.
  if (!delegation.mayDelegate) throw invalid('the certificate does not permit any');
  const validUntil = delegation.notBefore + credential.validTime * 1000;
  checkTime(config.clock(), validUntil);
  if (!offeredIn(offer, extensionTypes.delegatedCredential).includes(certificateVerifyAlgorithm)) {
    throw invalid(`it is for signature scheme ${hex16(certificateVerifyAlgorithm)}, which was not offered`);
  }
  const scheme = parameters.schemes.find(({ code }) => code === algorithm);
  const isOffered = offeredIn(offer, extensionTypes.signatureAlgorithms).includes(algorithm);
  if (scheme === undefined || !isOffered || !schemeFits(scheme, certificate.publicKey)) {
    throw invalid(
      `it is signed with ${scheme?.name ?? hex16(algorithm)}, which was not offered or does not fit`,
    );
  }
  const content = delegatedCredentialContent(certificate.der, credential);
  if ((yield* isAuthentic(scheme, certificate.publicKey, content, signature)) !== true)
    throw invalid('its signature is not by the key of the certificate');
  return { publicKey: delegation.publicKey, algorithm: certificateVerifyAlgorithm, validUntil };
}

function readDelegation(
  { verifier }: ClientConfig,
  certificate: Uint8Array,
  { subjectPublicKeyInfo }: DelegatedCredential,
): Delegation {
  if (verifier.readDelegation === undefined) throw invalid('this client takes none');
  try {
    return verifier.readDelegation(certificate, subjectPublicKeyInfo);
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function checkTime(now: number, validUntil: number): void {
  if (now > validUntil) throw invalid(`it expired ${Math.ceil((now - validUntil) / 1000)} seconds ago`);
  if (validUntil - now > maximumRemaining) {
    throw invalid(`it is valid for ${Math.ceil((validUntil - now) / 1000)} seconds, more than seven days`);
  }
}

function offeredIn({ hello }: ClientOffer, type: number): readonly number[] {
  const extension = findExtension(hello.extensions, type);
  return extension === undefined ? [] : readSignatureAlgorithms(extension.data);
}

function invalid(why: string, cause?: unknown): TLSError {
  const message = `the server's delegated credential is not valid: ${why} (RFC 9345 section 4.1.3)`;
  if (cause === undefined) return illegal('BAD_DELEGATED_CREDENTIAL', message);
  return new TLSError(message, {
    fault: 'peer',
    alert: 'illegal_parameter',
    reason: 'BAD_DELEGATED_CREDENTIAL',
    cause,
  });
}
