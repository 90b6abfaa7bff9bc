/** The client's handshake of TLS 1.3 in the order of the wire after both hellos, RFC 8446 section 2. */
import { constantTimeEqual } from '@halfclose/crypto';
import type { ClientConfig } from '../config.ts';
import type { HandshakeFacts } from '../connection.ts';
import { misbehaved, type TLSError } from '../errors.ts';
import { findExtension } from '../messages/extension.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import { groupName } from '../protocol/namedGroups.ts';
import type { ServerSignatureSchemeName } from '../protocol/signatureSchemes.ts';
import { defaultCertificateLength } from '../records/reassembly.ts';
import type { ServerCertificates } from '../verifier.ts';
import type { SelectedCertificateTypes } from './certificateTypes.ts';
import { type AnswerCertificateRequest, readAnonymously } from './clientAuthenticator.ts';
import type { ClientOffer } from './clientOffer.ts';
import { agreeOnKey, type HelloExchange } from './helloExchange.ts';
import { logSecret } from './keyLog.ts';
import {
  deriveSecret,
  earlySecret,
  finishedVerifyData,
  handshakeSecret,
  masterSecret,
} from './keySchedule.ts';
import type { Parameters, SuiteAlgorithms } from './parameters.ts';
import type { PostHandshakeAuthentication } from './postHandshakeAuthentication.ts';
import { type OfferedPsk, selectedPsk } from './preSharedKeys.ts';
import { byKey, maximumLifetime } from './resumption.ts';
import type { HandshakeSecrets } from './secrets.ts';
import { type NamedConfig, verifyServerCertificate, verifyServerSignature } from './serverAuthentication.ts';
import { readServerParameters } from './serverParameters.ts';
import { expectMessage, type Steps } from './steps.ts';
import type { HandshakeWire } from './wire.ts';

/** What remains when the handshake is done. */
export interface Established13 {
  readonly version: 'TLSv1.3';
  readonly facts: HandshakeFacts;
  readonly suite: SuiteAlgorithms;
  /** For the keys of tickets, RFC 8446 section 4.6.1. Secret. */
  readonly resumptionMasterSecret: Uint8Array;
  /** For keying material of applications, section 7.5. Secret. */
  readonly exporterMasterSecret: Uint8Array;
  /** Until when the verifier's decision holds, where it said so. */
  readonly validUntil: number | undefined;
  /** Until when what the server proved with its key counts, as in `Session`. */
  readonly authenticatedUntil: number;
  /** Where we said that we'd answer a CertificateRequest from now on: the handshake, and what we show. */
  readonly postHandshakeAuthentication: PostHandshakeAuthentication | undefined;
}

export function* clientHandshake13(
  given: ClientConfig,
  parameters: Parameters,
  wire: HandshakeWire,
  secrets: HandshakeSecrets,
  hellos: HelloExchange,
): Steps<Established13> {
  const config: NamedConfig = hellos.rejectedEch?.configAfterRejection(given) ?? given;
  const { offer, suite, transcript } = hellos;
  const hash = suite.hashAlgorithm;

  const psk = selectedPsk(offer, hellos.serverHello, suite);
  if (psk === undefined && config.externalPsks?.required) throw pskRequired();
  const { group, shared } = yield* agreeOnKey(hellos, psk, secrets);
  const early = secrets.keep(earlySecret(hash, psk?.key));
  const handshake = secrets.keep(handshakeSecret(hash, early, shared));
  const clientSecret = secrets.keep(deriveSecret(hash, handshake, 'c hs traffic', transcript.digest()));
  const serverSecret = deriveSecret(hash, handshake, 's hs traffic', transcript.digest());
  logSecret(config, 'CLIENT_HANDSHAKE_TRAFFIC_SECRET', offer.hello.random, clientSecret);
  logSecret(config, 'SERVER_HANDSHAKE_TRAFFIC_SECRET', offer.hello.random, serverSecret);
  const master = secrets.keep(masterSecret(hash, handshake));
  wire.readWith({ suite, secret: serverSecret });
  // Appendix D.4: before the first record that is protected, which may be an alert.
  if (offer.hello.legacySessionId.length > 0) wire.sendChangeCipherSpec();
  const clientTraffic = { suite, secret: clientSecret };
  const earlyData = config.earlyData?.decide(offer, psk, wire, clientTraffic);
  // Else early data may still be accepted.
  if (earlyData === undefined) wire.writeWith(clientTraffic);

  const encryptedExtensions = yield* expectMessage(handshakeTypes.encryptedExtensions);
  const serverParameters = readServerParameters(given, hellos, encryptedExtensions);
  const { alpnProtocol, recordLimits, groups, certificateTypes, acceptsEarlyData } = serverParameters;
  earlyData?.encryptedExtensions(serverParameters);
  wire.limitIncoming(recordLimits?.incoming);
  transcript.add(encryptedExtensions);

  const server =
    psk === undefined
      ? yield* authenticateServer(config, parameters, hellos, certificateTypes)
      : authenticatedBefore(psk);

  const serverFinished = yield* expectMessage(handshakeTypes.finished);
  checkFinished(serverFinished, finishedVerifyData(hash, serverSecret, transcript.digest()));
  transcript.add(serverFinished);

  const transcriptHash = transcript.digest();
  const serverTraffic = deriveSecret(hash, master, 's ap traffic', transcriptHash);
  logSecret(config, 'SERVER_TRAFFIC_SECRET_0', offer.hello.random, serverTraffic);
  wire.readWith({ suite, secret: serverTraffic });

  if (acceptsEarlyData) earlyData?.end(transcript);
  wire.limitOutgoing(recordLimits?.outgoing);
  const answer = server.answerRequest && (yield* server.answerRequest(transcript));
  const clientFinished = handshakeMessage(
    handshakeTypes.finished,
    finishedVerifyData(hash, clientSecret, transcript.digest()),
  );
  transcript.add(clientFinished);
  wire.send(...(answer?.messages ?? []), clientFinished);
  // Secrets that are given away here and below are not made before: a handshake that fails has none of them to wipe.
  const trafficSecret = deriveSecret(hash, master, 'c ap traffic', transcriptHash);
  logSecret(config, 'CLIENT_TRAFFIC_SECRET_0', offer.hello.random, trafficSecret);
  wire.writeWith({ suite, secret: trafficSecret });
  const { echOutcome, rejectedEch } = hellos;
  if (rejectedEch !== undefined) throw rejectedEch.rejection(serverParameters.echRetryConfigs);

  const exporterMasterSecret = deriveSecret(hash, master, 'exp master', transcriptHash);
  logSecret(config, 'EXPORTER_SECRET', offer.hello.random, exporterMasterSecret);
  const resumptionMasterSecret = deriveSecret(hash, master, 'res master', transcript.digest());
  return {
    version: 'TLSv1.3',
    suite,
    resumptionMasterSecret,
    exporterMasterSecret,
    validUntil: server.validUntil,
    authenticatedUntil: psk?.resumption?.session.authenticatedUntil ?? authenticatedUntil(config, server),
    postHandshakeAuthentication: findExtension(offer.hello.extensions, extensionTypes.postHandshakeAuth) &&
      config.clientAuthentication && { transcript, certificateType: certificateTypes.client ?? 'X509' },
    facts: Object.freeze({
      version: 'TLSv1.3',
      cipherSuite: suite.name,
      group,
      signatureScheme: server.signatureScheme,
      resumed: psk?.resumption !== undefined,
      externalPsk: psk && (psk.resumption === undefined ? psk.identity : psk.resumption.session.externalPsk),
      earlyDataAccepted: acceptsEarlyData,
      serverGroups: Object.freeze(groups?.flatMap(groupName) ?? (group === undefined ? [] : [group])),
      alpnProtocol,
      helloRetryRequest: hellos.helloRetryRequest,
      echOutcome,
      peerCertificateType: server.certificateType,
      peerCertificates: server.peerCertificates,
      ocspResponse: server.ocspResponse,
      signedCertificateTimestamps: server.signedCertificateTimestamps,
      delegatedCredential: server.delegatedUntil !== undefined,
      clientAuthentication: answer?.authentication,
      verifiedChain: server.verifiedChain,
      extendedMasterSecret: true,
      secureRenegotiation: true,
      tlsUnique: undefined,
    }),
  };
}

interface AuthenticatedServer extends ServerCertificates {
  readonly signatureScheme: ServerSignatureSchemeName | undefined;
  /** Where it wants to know who we are. */
  readonly answerRequest: AnswerCertificateRequest | undefined;
  /** Until when the key that signed is good, where it is a delegated one; milliseconds since 1970. */
  readonly delegatedUntil: number | undefined;
}

/** By the key of a session, section 2.2, or one from outside. */
function authenticatedBefore({ resumption }: OfferedPsk): AuthenticatedServer {
  const server = resumption?.server ?? byKey;
  const signatureScheme = resumption?.session.signatureScheme;
  return { ...server, signatureScheme, answerRequest: undefined, delegatedUntil: undefined };
}

/** Section 4.6.1 wants a limit to how long one proof can be drawn out from ticket to ticket. */
function authenticatedUntil({ clock }: ClientConfig, { delegatedUntil }: AuthenticatedServer): number {
  return Math.min(clock() + maximumLifetime, delegatedUntil ?? Number.POSITIVE_INFINITY);
}

function pskRequired(): TLSError {
  return misbehaved(
    'missing_extension',
    'MISSING_EXTENSION',
    'the ServerHello has no pre_shared_key, and no certificate will do',
  );
}

/** CertificateRequest if the server wants to know us too, then Certificate and CertificateVerify, section 4.4. */
function* authenticateServer(
  config: NamedConfig,
  parameters: Parameters,
  { offer, transcript }: HelloExchange,
  certificateTypes: SelectedCertificateTypes,
): Steps<AuthenticatedServer> {
  const { server: certificateType = 'X509', client: clientType = 'X509' } = certificateTypes;
  config.serverCertificateTypes?.requireTaken(certificateType, config.verifier);
  const certificateForms = certificateFormsOf(config, offer);
  let message = yield* expectMessage(handshakeTypes.certificateRequest, ...certificateForms);
  let answerRequest: AnswerCertificateRequest | undefined;
  if (message.type === handshakeTypes.certificateRequest) {
    answerRequest = config.clientAuthentication?.read(message, clientType) ?? readAnonymously(message);
    transcript.add(message);
    message = yield* expectMessage(...certificateForms);
  }
  const certificate =
    message.type === handshakeTypes.compressedCertificate && config.certificateCompression
      ? yield* config.certificateCompression.decompress(
          message,
          config.maxCertificateLength ?? defaultCertificateLength,
        )
      : message;
  const server = yield* verifyServerCertificate(config, offer, certificateType, certificate);
  transcript.add(message);
  const [own] = server.peerCertificates;
  const delegatedKey =
    server.delegatedCredential &&
    own &&
    config.delegatedCredentials &&
    (yield* config.delegatedCredentials.verify(config, parameters, offer, server.delegatedCredential, {
      der: own,
      publicKey: server.publicKey,
    }));

  const certificateVerify = yield* expectMessage(handshakeTypes.certificateVerify);
  const transcriptHash = transcript.digest();
  const signatureScheme = yield* verifyServerSignature(
    parameters,
    offer,
    delegatedKey ?? server,
    certificateVerify,
    transcriptHash,
  );
  transcript.add(certificateVerify);
  return { ...server, signatureScheme, answerRequest, delegatedUntil: delegatedKey?.validUntil };
}

/** RFC 8879 section 4: who said that he takes a CompressedCertificate may get one instead. */
function certificateFormsOf({ certificateCompression }: ClientConfig, { hello }: ClientOffer): number[] {
  const takesCompressed =
    certificateCompression !== undefined &&
    findExtension(hello.extensions, extensionTypes.compressCertificate) !== undefined;
  return [handshakeTypes.certificate, ...(takesCompressed ? [handshakeTypes.compressedCertificate] : [])];
}

/** Section 4.4.4: what is not right in any way, its length among them, is `decrypt_error`. */
function checkFinished(message: HandshakeMessage, expected: Uint8Array): void {
  if (constantTimeEqual(message.body, expected)) return;
  throw misbehaved(
    'decrypt_error',
    'DIGEST_CHECK_FAILED',
    message.body.length === expected.length
      ? "the server's Finished does not match the handshake"
      : `the server's Finished has ${message.body.length} octets instead of ${expected.length}`,
  );
}
