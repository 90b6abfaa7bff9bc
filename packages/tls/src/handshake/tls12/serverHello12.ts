/** Holds a ServerHello of TLS 1.2 to what we offered, RFC 5246 section 7.4.1.3. */

import { illegal } from '../../brokenRules.ts';
import type { ClientConfig } from '../../config.ts';
import { incompatible, misbehaved } from '../../errors.ts';
import { readSignedCertificateTimestamps } from '../../messages/authenticationBodies.ts';
import { findExtension } from '../../messages/extension.ts';
import { requireEmpty } from '../../messages/extensionBodies.ts';
import type { ServerHello } from '../../messages/serverHello.ts';
import {
  readEcPointFormats,
  readRenegotiationInfo,
  uncompressed,
} from '../../messages/tls12/extensionBodies.ts';
import { extensionTypes } from '../../protocol/extensionTypes.ts';
import { hex16 } from '../../protocol/versions.ts';
import type { SelectedCertificateTypes } from '../certificateTypes.ts';
import type { ClientOffer } from '../clientOffer.ts';
import type { RecordLimits } from '../recordLimits.ts';
import { checkExtensions, sameBytes } from '../serverHelloChecks.ts';
import { answersToParts, selectedProtocol } from '../serverParameters.ts';
import type { Parameters12, SuiteAlgorithms12 } from './parameters12.ts';
import type { OfferedSession12 } from './resumption12.ts';

/** What the server chose, and said about the rest. */
export interface ServerChoice {
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly suite: SuiteAlgorithms12;
  /** The session that goes on; undefined for a full handshake. */
  readonly resumed: OfferedSession12 | undefined;
  readonly extendedMasterSecret: boolean;
  /** The server knows RFC 5746. */
  readonly secureRenegotiation: boolean;
  readonly encryptThenMac: boolean;
  /** A CertificateStatus may follow the Certificate, RFC 6066 section 8. */
  readonly sendsStatus: boolean;
  /** A NewSessionTicket comes before the Finished, RFC 5077 section 3.2. */
  readonly sendsTicket: boolean;
  readonly alpnProtocol: string | undefined;
  readonly signedCertificateTimestamps: readonly Uint8Array[];
  readonly certificateTypes: SelectedCertificateTypes;
  readonly recordLimits: RecordLimits | undefined;
}

const permittedInServerHello12: readonly number[] = [
  extensionTypes.serverName,
  extensionTypes.statusRequest,
  // RFC 8422 section 5.2 has it in no ServerHello, and servers send it there.
  extensionTypes.supportedGroups,
  extensionTypes.ecPointFormats,
  extensionTypes.applicationLayerProtocolNegotiation,
  extensionTypes.signedCertificateTimestamp,
  extensionTypes.encryptThenMac,
  extensionTypes.extendedMasterSecret,
  extensionTypes.sessionTicket,
  extensionTypes.renegotiationInfo,
];

export function readServerChoice(
  config: ClientConfig,
  parameters: Parameters12,
  offer: ClientOffer,
  offered: OfferedSession12 | undefined,
  hello: ServerHello,
): ServerChoice {
  const suite = chosenSuite12(parameters, offer, hello);
  if (hello.legacyCompressionMethod !== 0) {
    throw illegal(
      'UNSUPPORTED_COMPRESSION_ALGORITHM',
      `the ServerHello chose compression method ${hello.legacyCompressionMethod}, which was not offered`,
    );
  }
  const { extensions } = hello;
  const permitted = [...permittedInServerHello12, ...answersToParts(config)];
  // What was offered for TLS 1.3 was not offered here.
  const asked = offer.hello.extensions.filter(({ type }) => permitted.includes(type));
  checkExtensions('ServerHello', asked, extensions, permitted);
  const data = (type: number): Uint8Array | undefined => findExtension(extensions, type)?.data;
  const isThere = (type: number, name: string): boolean => {
    const found = data(type);
    if (found !== undefined) requireEmpty(found, name);
    return found !== undefined;
  };
  isThere(extensionTypes.serverName, 'server_name');
  checkPointFormats(data(extensionTypes.ecPointFormats));
  checkRenegotiationInfo(parameters, data(extensionTypes.renegotiationInfo));
  const timestamps = data(extensionTypes.signedCertificateTimestamp);
  const choice = {
    random: hello.random,
    sessionId: hello.legacySessionIdEcho,
    suite,
    extendedMasterSecret: isThere(extensionTypes.extendedMasterSecret, 'extended_master_secret'),
    secureRenegotiation: data(extensionTypes.renegotiationInfo) !== undefined,
    encryptThenMac: isThere(extensionTypes.encryptThenMac, 'encrypt_then_mac'),
    sendsStatus: isThere(extensionTypes.statusRequest, 'status_request'),
    sendsTicket: isThere(extensionTypes.sessionTicket, 'session_ticket'),
    alpnProtocol: selectedProtocol(offer, extensions),
    signedCertificateTimestamps: timestamps ? readSignedCertificateTimestamps(timestamps) : [],
    certificateTypes: {
      server: config.serverCertificateTypes?.selected(offer, extensions),
      client: config.clientAuthentication?.selectedType(offer, extensions),
    },
    recordLimits: config.recordLimits?.agree(offer.hello.extensions, extensions, 0),
  };
  checkExtendedMasterSecret(parameters, choice.extendedMasterSecret);
  // RFC 7366 section 3: not with an AEAD.
  if (choice.encryptThenMac && !('cbcHmac' in suite.cipher)) {
    throw illegal(
      'UNEXPECTED_EXTENSION',
      `the server answers encrypt_then_mac and chose ${suite.name}, which has no MAC (RFC 7366 section 3)`,
    );
  }
  return { ...choice, resumed: resumedSession(offer, offered, choice) };
}

function chosenSuite12(
  { suites }: Parameters12,
  offer: ClientOffer,
  { cipherSuite }: ServerHello,
): SuiteAlgorithms12 {
  const suite = suites.find(({ code }) => code === cipherSuite);
  if (suite !== undefined && offer.hello.cipherSuites.includes(cipherSuite)) return suite;
  throw illegal(
    'WRONG_CIPHER_RETURNED',
    `the ServerHello chose cipher suite ${hex16(cipherSuite)}, which was not offered for TLS 1.2`,
  );
}

/** RFC 8422 section 5.2: "MUST contain the value 0". */
function checkPointFormats(data: Uint8Array | undefined): void {
  if (data === undefined || readEcPointFormats(data).includes(uncompressed)) return;
  throw illegal(
    'BAD_EXTENSION',
    "the server's ec_point_formats don't have the uncompressed one (RFC 8422 section 5.2)",
  );
}

/** RFC 5746 sections 3.4 and 4.1. */
function checkRenegotiationInfo({ options }: Parameters12, data: Uint8Array | undefined): void {
  if (data === undefined) {
    if (options.allowLegacyServers === true) return;
    throw incompatible(
      'handshake_failure',
      'UNSAFE_LEGACY_RENEGOTIATION_DISABLED',
      'the server does not know secure renegotiation (RFC 5746)',
    );
  }
  if (readRenegotiationInfo(data).length > 0) {
    throw misbehaved(
      'handshake_failure',
      'RENEGOTIATION_MISMATCH',
      'the server takes our first handshake for a renegotiation (RFC 5746 section 3.4)',
    );
  }
}

function checkExtendedMasterSecret({ options }: Parameters12, agreed: boolean): void {
  if (agreed || options.requireExtendedMasterSecret !== true) return;
  throw incompatible(
    'handshake_failure',
    'EXTENDED_MASTER_SECRET_REQUIRED',
    'the server does not know the extended master secret (RFC 7627)',
  );
}

/** RFC 5246 section 7.4.1.3: who resumes says so by the id that we sent. */
function resumedSession(
  offer: ClientOffer,
  offered: OfferedSession12 | undefined,
  choice: Pick<ServerChoice, 'sessionId' | 'suite' | 'extendedMasterSecret'>,
): OfferedSession12 | undefined {
  const { legacySessionId } = offer.hello;
  if (choice.sessionId.length === 0 || !sameBytes(choice.sessionId, legacySessionId)) return undefined;
  if (offered === undefined) {
    throw illegal(
      'SERVER_ECHOED_INVALID_SESSION_ID',
      'the server resumes a session of TLS 1.2, and none was offered',
    );
  }
  if (choice.suite.name !== offered.session.cipherSuite) {
    throw illegal(
      'OLD_SESSION_CIPHER_NOT_RETURNED',
      `the server resumes a session of ${offered.session.cipherSuite} and chose ${choice.suite.name}`,
    );
  }
  checkSameMasterSecret(offered, choice);
  return offered;
}

/** RFC 7627 section 5.3: an abbreviated handshake has it where the session has, and nowhere else. */
function checkSameMasterSecret(
  { session }: OfferedSession12,
  { extendedMasterSecret }: Pick<ServerChoice, 'extendedMasterSecret'>,
): void {
  if (session.extendedMasterSecret === extendedMasterSecret) return;
  throw extendedMasterSecret
    ? misbehaved(
        'handshake_failure',
        'RESUMED_NON_EMS_SESSION_WITH_EMS_EXTENSION',
        'the server resumes a session without extended master secret and says that it has one (RFC 7627 section 5.3)',
      )
    : misbehaved(
        'handshake_failure',
        'RESUMED_EMS_SESSION_WITHOUT_EMS_EXTENSION',
        'the server resumes a session and does not know its extended master secret (RFC 7627 section 5.3)',
      );
}
