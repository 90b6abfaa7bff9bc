/** From the server's Certificate to its ServerHelloDone, RFC 5246 section 7.3. */
import type { PublicKey } from '@halfclose/crypto';
import { illegal, malformed } from '../../brokenRules.ts';
import { findExtension } from '../../messages/extension.ts';
import { readSupportedGroups } from '../../messages/extensionBodies.ts';
import type { HandshakeMessage } from '../../messages/handshakeMessage.ts';
import {
  decodeCertificate12,
  decodeCertificateStatus,
  decodeRawPublicKey12,
} from '../../messages/tls12/certificate.ts';
import { extensionTypes } from '../../protocol/extensionTypes.ts';
import { handshakeTypes } from '../../protocol/handshakeTypes.ts';
import { namedGroups } from '../../protocol/namedGroups.ts';
import type { ServerSignatureSchemeName } from '../../protocol/signatureSchemes.ts';
import type { ServerCertificates, VerifiedServer } from '../../verifier.ts';
import type { ClientOffer } from '../clientOffer.ts';
import { byKey } from '../resumption.ts';
import { decide, type NamedConfig, type ShownCertificates } from '../serverAuthentication.ts';
import { expectMessage, type Steps } from '../steps.ts';
import type { HelloRandoms } from './keySchedule12.ts';
import { keyUse12, type Parameters12, type SuiteAlgorithms12 } from './parameters12.ts';
import type { ServerChoice } from './serverHello12.ts';
import { noServerKeys, readServerKeys, type ServerKeys, verifyServerKeys } from './serverKeyExchange12.ts';
import type { Transcript12 } from './transcript12.ts';

export interface ServerFlight {
  readonly certificates: ServerCertificates;
  /** Of the certificate; undefined where a pre-shared key stands for it. */
  readonly publicKey: PublicKey | undefined;
  readonly signatureScheme: ServerSignatureSchemeName | undefined;
  readonly keys: ServerKeys;
  readonly certificateRequest: HandshakeMessage | undefined;
}

export function* receiveServerFlight(
  config: NamedConfig,
  parameters: Parameters12,
  offer: ClientOffer,
  randoms: HelloRandoms,
  choice: ServerChoice,
  transcript: Transcript12,
): Steps<ServerFlight> {
  const { suite } = choice;
  const receive = function* (...types: number[]): Steps<HandshakeMessage> {
    const message = yield* expectMessage(...types);
    transcript.add(message);
    return message;
  };
  const afterCertificate = typesAfterCertificate(suite);

  let verified: (ServerCertificates & VerifiedServer) | undefined;
  let message: HandshakeMessage;
  if (suite.authentication === 'PSK') {
    message = yield* receive(...afterCertificate);
  } else {
    const certificate = yield* receive(handshakeTypes.certificate);
    const { certificateStatus } = handshakeTypes;
    // RFC 6066 section 8: the server need not have one after all, and says so by the message that comes instead.
    const status = choice.sendsStatus ? yield* receive(certificateStatus, ...afterCertificate) : undefined;
    const ocspResponse =
      status?.type === certificateStatus ? decodeCertificateStatus(status.body) : undefined;
    verified = yield* judge(config, choice, certificate, ocspResponse);
    checkKeyType(suite, offer, verified.publicKey);
    message =
      status === undefined || ocspResponse !== undefined ? yield* receive(...afterCertificate) : status;
  }

  let keys: ServerKeys;
  if (message.type !== handshakeTypes.serverKeyExchange) keys = noServerKeys(suite);
  else {
    keys = readServerKeys(suite, message);
    message = yield* receive(...typesAfterKeys(suite));
  }
  const signatureScheme =
    verified && (yield* verifyServerKeys(parameters, offer, randoms, verified.publicKey, keys));
  const certificateRequest = message.type === handshakeTypes.certificateRequest ? message : undefined;
  if (certificateRequest !== undefined) message = yield* receive(handshakeTypes.serverHelloDone);
  requireEmptyBody(message);
  return {
    certificates: verified ?? byKey,
    publicKey: verified?.publicKey,
    signatureScheme,
    keys,
    certificateRequest,
  };
}

/** A ServerKeyExchange comes where there is something to say: always with (EC)DHE, never with RSA (section 7.4.3). */
function typesAfterCertificate(suite: SuiteAlgorithms12): number[] {
  const { serverKeyExchange } = handshakeTypes;
  if (suite.keyExchange === 'RSA') return typesAfterKeys(suite);
  return suite.keyExchange === 'PSK' ? [serverKeyExchange, ...typesAfterKeys(suite)] : [serverKeyExchange];
}

/** Section 7.4.4: only a server that showed a certificate may want to see one. */
function typesAfterKeys({ authentication }: SuiteAlgorithms12): number[] {
  const { certificateRequest, serverHelloDone } = handshakeTypes;
  return authentication === 'PSK' ? [serverHelloDone] : [certificateRequest, serverHelloDone];
}

function* judge(
  config: NamedConfig,
  { certificateTypes, signedCertificateTimestamps, suite }: ServerChoice,
  { body }: HandshakeMessage,
  ocspResponse: Uint8Array | undefined,
): Steps<ServerCertificates & VerifiedServer> {
  const { server: certificateType = 'X509' } = certificateTypes;
  config.serverCertificateTypes?.requireTaken(certificateType, config.verifier);
  const isRaw = certificateType === 'RawPublicKey';
  const peerCertificates = isRaw ? [decodeRawPublicKey12(body)] : decodeCertificate12(body);
  if (peerCertificates.length === 0) {
    throw malformed('the server sent an empty certificate list');
  }
  const shown: ShownCertificates = {
    certificateType,
    peerCertificates,
    ocspResponse,
    signedCertificateTimestamps,
  };
  return { ...shown, ...(yield* decide({ ...config, keyUse: keyUse12(suite) }, shown)) };
}

/** RFC 5246 section 7.4.2: a key of the kind that the suite names; RFC 8422 section 5.3: on a curve that we offered. */
function checkKeyType(
  { name, authentication }: SuiteAlgorithms12,
  { hello }: ClientOffer,
  key: PublicKey,
): void {
  const isFit = authentication === 'RSA' ? key.type === 'RSA' : /^E[Cd]/.test(key.type);
  if (!isFit) {
    throw illegal(
      'WRONG_CERTIFICATE_TYPE',
      `the server chose ${name}, and its certificate has a key of the type ${key.type}`,
    );
  }
  if (key.type !== 'EC') return;
  const code = {
    'P-256': namedGroups.secp256r1,
    'P-384': namedGroups.secp384r1,
    'P-521': namedGroups.secp521r1,
  };
  const groups = findExtension(hello.extensions, extensionTypes.supportedGroups);
  if (groups === undefined || readSupportedGroups(groups.data).includes(code[key.curve])) return;
  throw illegal(
    'BAD_ECC_CERT',
    `the server's certificate has a key on ${key.curve}, which was not offered (RFC 8422 section 5.3)`,
  );
}

function requireEmptyBody({ body }: HandshakeMessage): void {
  if (body.length === 0) return;
  throw malformed(`ServerHelloDone has ${body.length} octets instead of none`);
}
