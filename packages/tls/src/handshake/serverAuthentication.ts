import { CryptoError, type PublicKey } from '@halfclose/crypto';
import type { ClientConfig } from '../config.ts';
import { misbehaved, TLSError } from '../errors.ts';
import { decodeCertificate } from '../messages/certificate.ts';
import { certificateVerifyContent, decodeCertificateVerify } from '../messages/certificateVerify.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import { readCertificateStatus, readSignatureAlgorithms } from '../messages/extensionBodies.ts';
import type { HandshakeMessage } from '../messages/handshakeMessage.ts';
import { type AlertName, alertDescriptions } from '../protocol/alerts.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { type SignatureSchemeName, signatureSchemes } from '../protocol/signatureSchemes.ts';
import { hex16 } from '../protocol/versions.ts';
import type { ServerCertificates, VerifiedServer } from '../verifier.ts';
import type { ClientOffer } from './clientOffer.ts';
import type { Parameters, SchemeAlgorithm } from './parameters.ts';
import { checkExtensions } from './serverHelloChecks.ts';
import { type Steps, settle } from './steps.ts';

/** The server's Certificate, RFC 8446 section 4.4.2, and the decision about it. */
export function* verifyServerCertificate(
  config: ClientConfig,
  offer: ClientOffer,
  message: HandshakeMessage,
): Steps<ServerCertificates & VerifiedServer> {
  const { certificateRequestContext, certificateList } = decodeCertificate(message.body);
  if (certificateRequestContext.length > 0) {
    throw misbehaved(
      'illegal_parameter',
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
  for (const entry of certificateList) {
    checkExtensions('CertificateEntry', offer.hello.extensions, entry.extensions, permittedInCertificate);
  }
  const peerCertificates = certificateList.map(({ certData }) => certData);
  // Section 4.4.2.1 lets every certificate have one; what a chain is judged by is that of the server's own.
  const [ocspResponse] = certificateList.map(({ extensions }) => stapledTo(extensions));
  const verified = yield* decide(config, peerCertificates, ocspResponse);
  return { ...verified, peerCertificates, ocspResponse };
}

function stapledTo(extensions: readonly Extension[]): Uint8Array | undefined {
  const status = findExtension(extensions, extensionTypes.statusRequest);
  return status && readCertificateStatus(status.data);
}

// RFC 8446 section 4.2, the table of extensions and messages. The second is not asked for by ourselves yet.
const permittedInCertificate: readonly number[] = [
  extensionTypes.statusRequest,
  extensionTypes.signedCertificateTimestamp,
];

function* decide(
  { verifier, serverName, clock }: ClientConfig,
  certificates: readonly Uint8Array[],
  ocspResponse: Uint8Array | undefined,
): Steps<VerifiedServer> {
  try {
    return yield* settle(verifier.verifyServer({ certificates, serverName, now: clock(), ocspResponse }));
  } catch (cause) {
    throw new TLSError(cause instanceof Error ? cause.message : 'the certificate was refused', {
      fault: 'certificate',
      reason: 'CERTIFICATE_VERIFY_FAILED',
      alert: alertOf(cause),
      cause,
    });
  }
}

/** The alert that a verifier's error asks for. */
function alertOf(cause: unknown): AlertName {
  const alert = typeof cause === 'object' && cause !== null && 'alert' in cause ? cause.alert : undefined;
  return isAlertName(alert) ? alert : 'certificate_unknown';
}

function isAlertName(value: unknown): value is AlertName {
  return typeof value === 'string' && Object.hasOwn(alertDescriptions, value);
}

/** The server's CertificateVerify, RFC 8446 section 4.4.3: it holds the key that the certificate names. */
export function* verifyServerSignature(
  parameters: Parameters,
  offer: ClientOffer,
  publicKey: PublicKey,
  message: HandshakeMessage,
  transcriptHash: Uint8Array,
): Steps<SignatureSchemeName> {
  const { algorithm, signature } = decodeCertificateVerify(message.body);
  const scheme = offeredScheme(parameters, offer, algorithm);
  if (!fits(scheme, publicKey)) {
    throw misbehaved(
      'illegal_parameter',
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
function* isAuthentic(
  { name, signatureAlgorithm }: SchemeAlgorithm,
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
    throw misbehaved(
      'illegal_parameter',
      'WRONG_SIGNATURE_TYPE',
      `the server signed with ${known?.[0] ?? `signature scheme ${hex16(code)}`}, which was not offered for CertificateVerify`,
    );
  }
  return scheme;
}

/**
 * Section 4.2.3: each scheme of TLS 1.3 goes with one kind of key, ECDSA's with one curve. A key for RSASSA-PSS may be
 * limited to one scheme.
 */
function fits(scheme: SchemeAlgorithm, key: PublicKey): boolean {
  if (key.type !== scheme.keyType) return false;
  if (key.type === 'EC') return key.curve === scheme.curve;
  if (key.type === 'RSA') {
    const { pssOnly, onlySignature = scheme.algorithm } = key;
    return pssOnly === scheme.pssOnly && onlySignature === scheme.algorithm;
  }
  return true;
}

function describe(key: PublicKey): string {
  if (key.type === 'EC') return `a ${key.curve} key`;
  if (key.type === 'RSA') {
    const limit = key.onlySignature ? ` for ${key.onlySignature} only` : '';
    return key.pssOnly ? `an RSASSA-PSS key${limit}` : 'an RSA key';
  }
  return `an ${key.type} key`;
}
