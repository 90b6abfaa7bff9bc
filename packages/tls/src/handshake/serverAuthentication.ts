import { CryptoError, type MaybePromise, type PublicKey } from '@halfclose/crypto';
import { illegal, malformed } from '../brokenRules.ts';
import type { ClientConfig } from '../config.ts';
import type { CertificateType } from '../credential.ts';
import { misbehaved, TLSError } from '../errors.ts';
import { readSignedCertificateTimestamps } from '../messages/authenticationBodies.ts';
import { decodeCertificate } from '../messages/certificate.ts';
import { certificateVerifyContent, decodeCertificateVerify } from '../messages/certificateVerify.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import { readCertificateStatus, readSignatureAlgorithms } from '../messages/extensionBodies.ts';
import type { HandshakeMessage } from '../messages/handshakeMessage.ts';
import { alertOf } from '../protocol/alerts.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { type SignatureSchemeName, schemeFits, signatureSchemes } from '../protocol/signatureSchemes.ts';
import { hex16 } from '../protocol/versions.ts';
import type { ServerCertificates, ServerKeyUse, VerifiedServer } from '../verifier.ts';
import type { ClientOffer } from './clientOffer.ts';
import type { Parameters, SchemeAlgorithm } from './parameters.ts';
import { checkExtensions } from './serverHelloChecks.ts';
import { type Steps, settle } from './steps.ts';

export interface VerifiedCertificates extends ServerCertificates, VerifiedServer {
  /** As it came with the server's own certificate (RFC 9345); nobody has looked at it. */
  readonly delegatedCredential: Uint8Array | undefined;
}

/** A configuration, and what else the verifier is told of a handshake. */
export interface NamedConfig extends ClientConfig {
  /** Whether `serverName` has to be matched, whatever else is said. */
  readonly mustMatchName?: boolean;
  readonly keyUse?: ServerKeyUse;
}

/** The server's Certificate, RFC 8446 section 4.4.2, and the decision about it. */
export function* verifyServerCertificate(
  config: NamedConfig,
  offer: ClientOffer,
  certificateType: CertificateType,
  message: HandshakeMessage,
): Steps<VerifiedCertificates> {
  const { certificateRequestContext, certificateList } = decodeCertificate(message.body);
  if (certificateRequestContext.length > 0) {
    throw illegal(
      'DECODE_ERROR',
      "the server's certificate_request_context has to be empty (RFC 8446 section 4.4.2)",
    );
  }
  // Section 4.4.2.4.
  if (certificateList.length === 0) {
    throw misbehaved(
      'decode_error',
      'PEER_DID_NOT_RETURN_A_CERTIFICATE',
      'the server sent an empty certificate list',
    );
  }
  // Section 4.4.2: "no more than one CertificateEntry".
  if (certificateType === 'RawPublicKey' && certificateList.length > 1) {
    throw malformed(`the server sent ${certificateList.length} raw public keys instead of one`);
  }
  for (const entry of certificateList) {
    checkExtensions('CertificateEntry', offer.hello.extensions, entry.extensions, permittedInCertificate);
  }
  // Sections 4.4.2.1 and RFC 6962 let every certificate have some; what counts are those of the server's own.
  const [said = { ocspResponse: undefined, signedCertificateTimestamps: [] }] = certificateList.map(
    ({ extensions }) => saidOf(extensions),
  );
  const shown = {
    certificateType,
    peerCertificates: certificateList.map(({ certData }) => certData),
    ...said,
  };
  const [own] = certificateList;
  const delegated = own && findExtension(own.extensions, extensionTypes.delegatedCredential);
  return { ...(yield* decide(config, shown)), ...shown, delegatedCredential: delegated?.data };
}

/** What a server showed, before anything was decided. */
export type ShownCertificates = Omit<ServerCertificates, keyof VerifiedServer>;

/** What an entry says about its certificate, each of which has to be readable. */
function saidOf(
  extensions: readonly Extension[],
): Pick<ShownCertificates, 'ocspResponse' | 'signedCertificateTimestamps'> {
  const status = findExtension(extensions, extensionTypes.statusRequest);
  const timestamps = findExtension(extensions, extensionTypes.signedCertificateTimestamp);
  return {
    ocspResponse: status && readCertificateStatus(status.data),
    signedCertificateTimestamps: timestamps ? readSignedCertificateTimestamps(timestamps.data) : [],
  };
}

// RFC 8446 section 4.2, the table of extensions and messages.
const permittedInCertificate: readonly number[] = [
  extensionTypes.statusRequest,
  extensionTypes.signedCertificateTimestamp,
  extensionTypes.delegatedCredential,
];

/** The verifier's decision. @throws TLSError with the alert that it asks for */
export function* decide(config: NamedConfig, shown: ShownCertificates): Steps<VerifiedServer> {
  try {
    return yield* settle(askVerifier(config, shown, config.clock()));
  } catch (cause) {
    throw new TLSError(cause instanceof Error ? cause.message : 'the certificate was refused', {
      fault: 'certificate',
      reason: 'CERTIFICATE_VERIFY_FAILED',
      alert: alertOf(cause) ?? 'certificate_unknown',
      cause,
    });
  }
}

/** Puts what a server shows, or showed once, to the verifier. @param now milliseconds since 1970 */
export function askVerifier(
  { verifier, serverName, mustMatchName = false, keyUse = 'digitalSignature' }: NamedConfig,
  { certificateType, peerCertificates, ocspResponse, signedCertificateTimestamps }: ShownCertificates,
  now: number,
): MaybePromise<VerifiedServer> {
  if (certificateType === 'X509') {
    const certificates = peerCertificates;
    return verifier.verifyServer({
      certificates,
      serverName,
      now,
      ocspResponse,
      signedCertificateTimestamps,
      mustMatchName,
      keyUse,
    });
  }
  const [subjectPublicKeyInfo] = peerCertificates;
  if (subjectPublicKeyInfo === undefined || verifier.verifyRawPublicKey === undefined) {
    throw new TypeError('this verifier knows nothing about raw public keys');
  }
  return verifier.verifyRawPublicKey({ subjectPublicKeyInfo, serverName, now });
}

/** The server's CertificateVerify, RFC 8446 section 4.4.3: it holds the key that the certificate names. */
export function* verifyServerSignature(
  parameters: Parameters,
  offer: ClientOffer,
  { publicKey, algorithm: agreed }: { readonly publicKey: PublicKey; readonly algorithm?: number },
  message: HandshakeMessage,
  transcriptHash: Uint8Array,
): Steps<SignatureSchemeName> {
  const { algorithm, signature } = decodeCertificateVerify(message.body);
  const scheme = offeredScheme(parameters, offer, algorithm);
  // RFC 9345 section 4.1.3: a delegated key is for one scheme.
  if (agreed !== undefined && agreed !== algorithm) {
    throw illegal(
      'WRONG_SIGNATURE_TYPE',
      `the server signed with ${scheme.name}, and its delegated credential is for ${hex16(agreed)}`,
    );
  }
  if (!schemeFits(scheme, publicKey)) {
    throw illegal(
      'WRONG_SIGNATURE_TYPE',
      `the server signed with ${scheme.name}, and its certificate has ${describe(publicKey)}`,
    );
  }
  const content = certificateVerifyContent('server', transcriptHash);
  if ((yield* isAuthentic(scheme, publicKey, content, signature)) !== true) {
    throw misbehaved('decrypt_error', 'BAD_SIGNATURE', `the server's ${scheme.name} signature is wrong`);
  }
  return scheme.name;
}

/** A key that the provider refuses (too short, not on its curve) is the certificate's fault, not the signature's. */
export function* isAuthentic(
  { name, signatureAlgorithm }: Omit<SchemeAlgorithm, 'name'> & { readonly name: string },
  publicKey: PublicKey,
  content: Uint8Array,
  signature: Uint8Array,
): Steps<boolean> {
  try {
    return yield* settle(signatureAlgorithm.verify(publicKey, content, signature));
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause;
    throw new TLSError(`the server's key can't be used for ${name}: ${cause.message}`, {
      fault: 'certificate',
      reason: 'CERTIFICATE_VERIFY_FAILED',
      alert: 'unsupported_certificate',
      cause,
    });
  }
}

/** Section 4.4.3: one of those in our signature_algorithms. */
function offeredScheme(parameters: Parameters, offer: ClientOffer, code: number): SchemeAlgorithm {
  const extension = findExtension(offer.hello.extensions, extensionTypes.signatureAlgorithms);
  const scheme = parameters.schemes.find((candidate) => candidate.code === code);
  if (
    scheme === undefined ||
    extension === undefined ||
    !readSignatureAlgorithms(extension.data).includes(code)
  ) {
    const known = Object.entries(signatureSchemes).find(([, candidate]) => candidate.code === code);
    throw illegal(
      'WRONG_SIGNATURE_TYPE',
      `the server signed with ${known?.[0] ?? `signature scheme ${hex16(code)}`}, which was not offered for CertificateVerify`,
    );
  }
  return scheme;
}

function describe(key: PublicKey): string {
  if (key.type === 'EC') return `a ${key.curve} key`;
  if (key.type === 'RSA') {
    const limit = key.onlySignature ? ` for ${key.onlySignature} only` : '';
    return key.pssOnly ? `an RSASSA-PSS key${limit}` : 'an RSA key';
  }
  return `an ${key.type} key`;
}
