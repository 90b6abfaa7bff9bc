import { illegal, malformed } from '../brokenRules.ts';
import { incompatible, misbehaved, type TLSError } from '../errors.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import { readSelectedVersion } from '../messages/extensionBodies.ts';
import { isHelloRetryRequest, type ServerHello } from '../messages/serverHello.ts';
import { extensionTypeName, extensionTypes, isKnownExtension } from '../protocol/extensionTypes.ts';
import { hex16, protocolVersions, versionName } from '../protocol/versions.ts';
import type { ClientOffer } from './clientOffer.ts';
import type { Parameters, SuiteAlgorithms } from './parameters.ts';

/**
 * Holds a ServerHello or HelloRetryRequest to what we offered, RFC 8446 sections 4.1.3 and 4.1.4, and says which
 * suite it chose.
 */
export function checkServerHello(
  parameters: Parameters,
  offer: ClientOffer,
  hello: ServerHello,
): SuiteAlgorithms {
  checkVersion(offer, hello);
  const what = isHelloRetryRequest(hello) ? 'HelloRetryRequest' : 'ServerHello';
  if (!sameBytes(hello.legacySessionIdEcho, offer.hello.legacySessionId)) {
    throw illegal(
      'SESSION_ID_MISMATCH',
      `the ${what}'s legacy_session_id_echo is not what we sent (RFC 8446 section 4.1.3)`,
    );
  }
  if (hello.legacyCompressionMethod !== 0) {
    throw malformed(
      `the ${what} chose compression method ${hello.legacyCompressionMethod}; TLS 1.3 has none`,
    );
  }
  checkExtensions(
    what,
    offer.hello.extensions,
    hello.extensions,
    isHelloRetryRequest(hello) ? permittedInRetry : permittedInServerHello,
  );
  return chosenSuite(parameters, offer, hello, what);
}

// RFC 8446 section 4.2, the table of extensions and messages.
const permittedInServerHello = [
  extensionTypes.keyShare,
  extensionTypes.supportedVersions,
  extensionTypes.preSharedKey,
];
const permittedInRetry = [
  extensionTypes.keyShare,
  extensionTypes.supportedVersions,
  extensionTypes.cookie,
  extensionTypes.encryptedClientHello,
];

/**
 * RFC 8446 section 4.2: an answer to what was not asked for is `unsupported_extension` (a cookie comes unasked),
 * one in the wrong message `illegal_parameter`.
 */
export function checkExtensions(
  what: string,
  offered: readonly Extension[],
  received: readonly Extension[],
  permitted: readonly number[],
): void {
  for (const { type } of received) {
    const unasked = type === extensionTypes.cookie && permitted.includes(type);
    if (!unasked && findExtension(offered, type) === undefined) {
      throw misbehaved(
        // RFC 9345 section 4.1.1 has an alert of its own.
        type === extensionTypes.delegatedCredential ? 'unexpected_message' : 'unsupported_extension',
        'UNEXPECTED_EXTENSION',
        `${what} answers ${extensionTypeName(type)}, which was not asked for`,
      );
    }
    if (!permitted.includes(type)) throw misplaced(what, type);
  }
}

/**
 * The same section, for messages whose extensions are no answers: what nobody knows is ignored (sections 4.3.2 and
 * 4.6.1), what is known and belongs in another message is not.
 */
export function checkUnaskedExtensions(
  what: string,
  received: readonly Extension[],
  permitted: readonly number[],
): void {
  for (const { type } of received) {
    if (isKnownExtension(type) && !permitted.includes(type)) throw misplaced(what, type);
  }
}

function misplaced(what: string, type: number): TLSError {
  return illegal(
    'UNEXPECTED_EXTENSION',
    `${what} has ${extensionTypeName(type)}, which belongs in another message (RFC 8446 section 4.2)`,
  );
}

/**
 * Whether a server chose TLS 1.2, which was offered to it: by legacy_version alone, section 4.2.1.
 * @throws TLSError where it knows TLS 1.3, or was sent what only that has
 */
export function choosesTls12({ suites }: Parameters, offer: ClientOffer, hello: ServerHello): boolean {
  const supportedVersions = findExtension(hello.extensions, extensionTypes.supportedVersions);
  if (supportedVersions !== undefined || hello.legacyVersion !== protocolVersions.tls12) return false;
  if (suites.length > 0) checkDowngradeSentinel(hello);
  refuseAfterEarlyData(offer, hello);
  return true;
}

/** Appendix D.3. */
function refuseAfterEarlyData(offer: ClientOffer, { legacyVersion }: ServerHello): void {
  if (findExtension((offer.hidden ?? offer).hello.extensions, extensionTypes.earlyData) === undefined) return;
  throw incompatible(
    'protocol_version',
    'WRONG_VERSION_ON_EARLY_DATA',
    `the server chose ${versionName(legacyVersion)}, and was sent early data, which only TLS 1.3 has`,
  );
}

function checkVersion(offer: ClientOffer, hello: ServerHello): void {
  const supportedVersions = findExtension(hello.extensions, extensionTypes.supportedVersions);
  if (supportedVersions === undefined) {
    checkDowngradeSentinel(hello);
    refuseAfterEarlyData(offer, hello);
    throw incompatible(
      'protocol_version',
      'UNSUPPORTED_PROTOCOL',
      `the server chose ${versionName(hello.legacyVersion)} by its legacy_version, which was not offered`,
    );
  }
  const selected = readSelectedVersion(supportedVersions.data);
  // Section 4.2.1: never a version that was not offered, nor by this extension one before TLS 1.3.
  if (selected !== protocolVersions.tls13) {
    throw illegal(
      selected < protocolVersions.tls13 ? 'UNEXPECTED_EXTENSION' : 'UNSUPPORTED_PROTOCOL',
      `the server's supported_versions chose ${versionName(selected)}, which was not offered`,
    );
  }
  if (hello.legacyVersion !== protocolVersions.tls12) {
    throw illegal(
      'UNSUPPORTED_PROTOCOL',
      `the ServerHello's legacy_version is ${hex16(hello.legacyVersion)} and not 0x0303`,
    );
  }
}

/** How a server's random ends that knows TLS 1.3 and answers with less, RFC 8446 section 4.1.3. */
const downgradeSentinels: readonly (readonly number[])[] = [
  [0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0],
  [0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 1],
  // In no RFC: how BoringSSL's servers say it to what looks like a client of JDK 11, whose TLS 1.3 they avoid. A hello can
  // be made to look so on the way.
  [0xed, 0xbf, 0xb4, 0xa8, 0xc2, 0x47, 0x10, 0xff],
];

/** RFC 8446 section 4.1.3: a server that knows TLS 1.3 and answers with less says so, and then somebody meddled. */
function checkDowngradeSentinel({ random }: ServerHello): void {
  if (downgradeSentinels.some((sentinel) => sentinel.every((octet, i) => random[24 + i] === octet))) {
    throw illegal(
      'TLS13_DOWNGRADE',
      'the server speaks TLS 1.3, and something on the way made it choose less (RFC 8446 section 4.1.3)',
    );
  }
}

function chosenSuite(
  parameters: Parameters,
  offer: ClientOffer,
  hello: ServerHello,
  what: string,
): SuiteAlgorithms {
  const suite = parameters.suites.find((candidate) => candidate.code === hello.cipherSuite);
  if (suite === undefined || !offer.hello.cipherSuites.includes(hello.cipherSuite)) {
    throw illegal(
      'WRONG_CIPHER_RETURNED',
      `the ${what} chose cipher suite ${hex16(hello.cipherSuite)}, which was not offered`,
    );
  }
  return suite;
}

/** For what is public: not in constant time. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
