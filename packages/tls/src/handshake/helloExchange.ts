import { CryptoError, type GroupName } from '@halfclose/crypto';
import { illegal } from '../brokenRules.ts';
import type { ClientConfig } from '../config.ts';
import type { EchAttempt, EchOffer, EchOutcome } from '../ech/contract.ts';
import { misbehaved } from '../errors.ts';
import { findExtension } from '../messages/extension.ts';
import { readSelectedVersion, readServerKeyShare } from '../messages/extensionBodies.ts';
import type { HandshakeMessage } from '../messages/handshakeMessage.ts';
import { decodeServerHello, isHelloRetryRequest, type ServerHello } from '../messages/serverHello.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import { groupDisplayName } from '../protocol/namedGroups.ts';
import type { Tls12Client } from '../tls12.ts';
import { type ClientOffer, firstOffer, secondOffer } from './clientOffer.ts';
import { earlyDataOffered } from './earlyDataOffered.ts';
import type { Parameters, SuiteAlgorithms } from './parameters.ts';
import type { OfferedPsk } from './preSharedKeys.ts';
import type { HandshakeSecrets } from './secrets.ts';
import { checkServerHello, choosesTls12 } from './serverHelloChecks.ts';
import { expectMessage, type Steps, settle } from './steps.ts';
import { createTranscript, type Transcript } from './transcript.ts';
import type { HandshakeWire } from './wire.ts';

/** What both hellos agreed on. */
export interface HelloExchange {
  readonly version: 'TLSv1.3';
  /** The last ClientHello, to which the server is held. */
  readonly offer: ClientOffer;
  readonly serverHello: ServerHello;
  readonly suite: SuiteAlgorithms;
  readonly transcript: Transcript;
  readonly helloRetryRequest: boolean;
  readonly ech: EchAttempt | undefined;
  readonly echOutcome: EchOutcome;
  /** Of a hello that was hidden, and not read. */
  readonly rejectedEch: EchOffer | undefined;
}

/** What they agreed on where that is TLS 1.2, of which the ServerHello is yet to be checked. */
export interface HelloExchange12 {
  readonly version: 'TLSv1.2';
  readonly tls12: Tls12Client;
  readonly offer: ClientOffer;
  readonly serverHello: ServerHello;
  /** The ServerHello as it came. */
  readonly message: HandshakeMessage;
  readonly ech: EchAttempt | undefined;
  readonly echOutcome: EchOutcome;
  /** Of a hello that was hidden, and not read. */
  readonly rejectedEch: EchOffer | undefined;
}

/** ClientHello and ServerHello, with a HelloRetryRequest between them where there was one. RFC 8446 section 4.1. */
export function* exchangeHellos(
  config: ClientConfig,
  parameters: Parameters,
  wire: HandshakeWire,
  secrets: HandshakeSecrets,
): Steps<HelloExchange | HelloExchange12> {
  const sent = yield* firstOffer(config, parameters, secrets);
  wire.send(sent.message);
  if (sent.hidden !== undefined) wire.reportHidden(sent.hidden.message);
  config.earlyData?.begin(config, wire, sent.hidden ?? sent);

  const answer = yield* expectMessage(handshakeTypes.serverHello);
  const firstAnswer = decodeServerHello(answer.body);
  const { tls12 } = parameters;
  if (tls12 !== undefined && choosesTls12(parameters, sent, firstAnswer)) {
    const hellos = { offer: sent, serverHello: firstAnswer, message: answer };
    return { version: 'TLSv1.2', tls12, ...hellos, ...echResult(wire, sent, sent) };
  }
  const first = sent.hidden?.ech.offerThatWasRead(parameters, sent, firstAnswer) ?? sent;
  const suite = checkServerHello(parameters, first, firstAnswer);
  const ech = echResult(wire, sent, first);
  ech.ech?.checkConfirmation(firstAnswer);
  const transcript = createTranscript(suite.hashAlgorithm, [first.message]);
  const agreed = { version: 'TLSv1.3', suite, transcript, ...ech } as const;
  if (!isHelloRetryRequest(firstAnswer)) {
    ech.rejectedEch?.checkRejection(firstAnswer);
    transcript.add(answer);
    return { ...agreed, offer: first, serverHello: firstAnswer, helloRetryRequest: false };
  }

  // Nothing can follow before our second hello, which the server does not know yet.
  wire.requireRecordEnd();
  transcript.replaceClientHello();
  transcript.add(answer);
  const retry = { hello: firstAnswer, suite, transcript };
  // Section 4.2.10: the second hello offers no early data.
  if (earlyDataOffered(first) !== undefined) wire.rejectEarlyData();
  const secondSent = yield* secondOffer(config, parameters, first, retry, secrets);
  const second = secondSent.hidden ?? secondSent;
  if (first.hello.legacySessionId.length > 0) wire.sendChangeCipherSpec();
  wire.send(secondSent.message);
  if (secondSent.hidden !== undefined) wire.reportHidden(second.message);
  transcript.add(second.message);

  const finalAnswer = yield* expectMessage(handshakeTypes.serverHello);
  const serverHello = decodeServerHello(finalAnswer.body);
  checkVersionAfterRetry(serverHello, firstAnswer);
  checkAfterRetry(serverHello, suite, checkServerHello(parameters, second, serverHello));
  const { hidden } = secondSent;
  hidden?.ech.requireAcceptance(hidden, suite, transcript, serverHello);
  ech.rejectedEch?.checkRejection(serverHello);
  transcript.add(finalAnswer);
  return { ...agreed, offer: second, serverHello, helloRetryRequest: true };
}

/** What became of Encrypted Client Hello, by the offer that was read. What only the hidden one had is off where it wasn't. */
function echResult(
  wire: HandshakeWire,
  { hidden, ech }: ClientOffer,
  read: ClientOffer,
): Pick<HelloExchange, 'ech' | 'echOutcome' | 'rejectedEch'> {
  if (hidden === undefined) return { ech, echOutcome: ech ? 'grease' : 'none', rejectedEch: undefined };
  if (read.ech === hidden.ech) return { ech: hidden.ech, echOutcome: 'accepted', rejectedEch: undefined };
  if (earlyDataOffered(hidden) !== undefined) wire.rejectEarlyData();
  return { ech: hidden.ech, echOutcome: 'none', rejectedEch: hidden.ech };
}

/** RFC 8446 section 4.1.4: "MUST NOT change" the version that the HelloRetryRequest selected. */
function checkVersionAfterRetry(hello: ServerHello, retry: ServerHello): void {
  const [before, after] = [retry, hello].map(({ extensions }) => {
    const selected = findExtension(extensions, extensionTypes.supportedVersions);
    return selected && readSelectedVersion(selected.data);
  });
  if (before === after) return;
  throw illegal(
    'SECOND_SERVERHELLO_VERSION_MISMATCH',
    'the ServerHello chose another version than the HelloRetryRequest before it',
  );
}

/** RFC 8446 section 4.1.4: one retry at most, and the suite stays. */
function checkAfterRetry(hello: ServerHello, retrySuite: SuiteAlgorithms, suite: SuiteAlgorithms): void {
  if (isHelloRetryRequest(hello)) {
    throw misbehaved(
      'unexpected_message',
      'UNEXPECTED_MESSAGE',
      'the server sent a second HelloRetryRequest',
    );
  }
  if (suite.code !== retrySuite.code) {
    throw illegal(
      'WRONG_CIPHER_RETURNED',
      `the ServerHello chose ${suite.name} after a HelloRetryRequest with ${retrySuite.name}`,
    );
  }
}

export interface KeyAgreement {
  /** Undefined where there was no exchange. */
  readonly group: GroupName | undefined;
  /** Secret. */
  readonly shared: Uint8Array;
}

/** The key exchange that the server's key_share completes, RFC 8446 section 4.2.8, unless a pre-shared key does without. */
export function* agreeOnKey(
  { offer, serverHello, suite }: HelloExchange,
  psk: OfferedPsk | undefined,
  secrets: HandshakeSecrets,
): Steps<KeyAgreement> {
  const extension = findExtension(serverHello.extensions, extensionTypes.keyShare);
  if (extension === undefined && psk !== undefined) {
    // Section 7.1: zeros take its place.
    return { group: undefined, shared: new Uint8Array(suite.hashAlgorithm.outputLength) };
  }
  if (extension === undefined) {
    throw misbehaved('missing_extension', 'MISSING_KEY_SHARE', 'the ServerHello has no key_share');
  }
  const share = readServerKeyShare(extension.data);
  const offered = offer.keyExchanges.get(share.group);
  if (offered === undefined) {
    throw illegal(
      'WRONG_CURVE',
      `the ServerHello's key_share is of ${groupDisplayName(share.group)}, for which we sent none`,
    );
  }
  try {
    const shared = yield* settle(secrets.keep(offered.keyExchange.agree(share.keyExchange)));
    return { group: offered.group.name, shared };
  } catch (cause) {
    if (!(cause instanceof CryptoError) || cause.code !== 'invalid_public_key') throw cause;
    // Sections 4.2.8.2 and 7.4.2.
    throw illegal(
      'BAD_ECPOINT',
      `the server's key share for ${offered.group.name} is not valid: ${cause.message}`,
    );
  }
}
