/** The client's handshake of TLS 1.2 in the order of the wire after both hellos, RFC 5246 section 7.3. */
import { constantTimeEqual } from '@halfclose/crypto';
import type { ClientConfig } from '../../config.ts';
import type { HandshakeFacts } from '../../connection.ts';
import type { ClientAuthentication } from '../../credential.ts';
import { local } from '../../endings.ts';
import { misbehaved } from '../../errors.ts';
import { type HandshakeMessage, handshakeMessage } from '../../messages/handshakeMessage.ts';
import { decodeNewSessionTicket12, type NewSessionTicket12 } from '../../messages/tls12/newSessionTicket.ts';
import { handshakeTypes } from '../../protocol/handshakeTypes.ts';
import type { ServerSignatureSchemeName } from '../../protocol/signatureSchemes.ts';
import type { ServerCertificates } from '../../verifier.ts';
import type { HelloExchange12 } from '../helloExchange.ts';
import { logSecret } from '../keyLog.ts';
import type { HandshakeSecrets } from '../secrets.ts';
import type { NamedConfig } from '../serverAuthentication.ts';
import { expectChangeCipherSpec, expectMessage, type Steps } from '../steps.ts';
import { answerCertificateRequest12, certificateVerify12 } from './clientAuthentication12.ts';
import { exchangeKeys12 } from './clientKeyExchange12.ts';
import type { Established12 } from './established12.ts';
import {
  exportFrom12,
  extendedMasterSecret,
  type HelloRandoms,
  masterSecret12,
  verifyData12,
} from './keySchedule12.ts';
import type { Parameters12 } from './parameters12.ts';
import { type Protections, recordProtections } from './recordKeys12.ts';
import { mayResumeWithoutExtendedMasterSecret, newSession12, type OfferedSession12 } from './resumption12.ts';
import { receiveServerFlight } from './serverFlight12.ts';
import { readServerChoice, type ServerChoice } from './serverHello12.ts';
import { createTranscript12, type Transcript12 } from './transcript12.ts';
import type { HandshakeWire12 } from './wire12.ts';

/** What all parts of one handshake need. */
interface Handshake12 {
  readonly config: NamedConfig;
  readonly parameters: Parameters12;
  readonly hellos: HelloExchange12;
  readonly wire: HandshakeWire12;
  readonly secrets: HandshakeSecrets;
  readonly choice: ServerChoice;
  readonly randoms: HelloRandoms;
  readonly transcript: Transcript12;
}

export function* clientHandshake12(
  given: ClientConfig,
  parameters: Parameters12,
  hellos: HelloExchange12,
  wire: HandshakeWire12,
  secrets: HandshakeSecrets,
): Steps<Established12> {
  wire.speakTls12();
  const config: NamedConfig = hellos.rejectedEch?.configAfterRejection(given) ?? given;
  const { offer, serverHello, message } = hellos;
  // That it is one of ours is known by who made it.
  const offered = offer.resumption12 as OfferedSession12 | undefined;
  const choice = readServerChoice(given, parameters, offer, offered, serverHello);
  wire.limitOutgoing(choice.recordLimits?.outgoing);
  wire.limitIncoming(choice.recordLimits?.incoming);
  const handshake: Handshake12 = {
    config,
    parameters,
    hellos,
    wire,
    secrets,
    choice,
    randoms: { client: offer.hello.random, server: choice.random },
    transcript: createTranscript12(choice.suite.hashAlgorithm, [offer.message, message]),
  };
  return choice.resumed === undefined
    ? yield* fullHandshake(handshake)
    : yield* abbreviatedHandshake(handshake, choice.resumed);
}

function* fullHandshake(handshake: Handshake12): Steps<Established12> {
  const { config, parameters, hellos, wire, secrets, choice, randoms, transcript } = handshake;
  const { suite } = choice;
  const flight = yield* receiveServerFlight(config, parameters, hellos.offer, randoms, choice, transcript);
  // It is our turn: nothing of the server's can follow in the same record.
  wire.requireRecordEnd();

  const answer =
    flight.certificateRequest &&
    (yield* answerCertificateRequest12(
      config,
      choice.certificateTypes.client ?? 'X509',
      flight.certificateRequest,
    ));
  if (answer !== undefined) transcript.add(answer.certificate);
  const { publicKey } = flight;
  const context = { config, parameters, offer: hellos.offer, publicKey, secrets };
  const agreed = yield* exchangeKeys12(context, suite, flight.keys);
  const clientKeyExchange = handshakeMessage(handshakeTypes.clientKeyExchange, agreed.body);
  transcript.add(clientKeyExchange);
  const hash = suite.hashAlgorithm;
  const master = secrets.keep(
    choice.extendedMasterSecret
      ? extendedMasterSecret(hash, agreed.premaster, transcript.digest())
      : masterSecret12(hash, agreed.premaster, randoms),
  );
  const certificateVerify = answer && (yield* certificateVerify12(config, answer, transcript));
  if (certificateVerify !== undefined) transcript.add(certificateVerify);
  wire.send(
    ...[answer?.certificate, clientKeyExchange, certificateVerify].filter((message) => message !== undefined),
  );
  const protections = protect(handshake, master);
  const clientVerifyData = sendFinished(handshake, master, protections);

  const { established, outlive } = establish(handshake, master, {
    certificates: flight.certificates,
    signatureScheme: flight.signatureScheme,
    group: agreed.group,
    clientAuthentication: answer?.authentication,
    externalPsk: agreed.pskIdentity,
    tlsUnique: clientVerifyData,
  });
  if (mayFalseStart(handshake)) wire.falseStart(established);

  const ticket = choice.sendsTicket ? yield* receiveTicket(transcript) : undefined;
  yield* receiveFinished(handshake, master, protections);
  // RFC 9849 section 6.1.6: TLS 1.2 has no place for other keys.
  if (hellos.rejectedEch !== undefined) throw hellos.rejectedEch.rejection(undefined);
  keepSession(handshake, master, established.facts, flight.certificates.validUntil, ticket);
  outlive();
  return established;
}

/** RFC 5246 section 7.3, figure 2; the server is the first to finish. */
function* abbreviatedHandshake(
  handshake: Handshake12,
  { session, server }: OfferedSession12,
): Steps<Established12> {
  const { choice, transcript, wire, secrets } = handshake;
  const master = secrets.keep(new Uint8Array(session.masterSecret));
  const protections = protect(handshake, master);
  const ticket = choice.sendsTicket ? yield* receiveTicket(transcript) : undefined;
  const serverVerifyData = yield* receiveFinished(handshake, master, protections);
  wire.requireRecordEnd();
  sendFinished(handshake, master, protections);

  const { established, outlive } = establish(handshake, master, {
    certificates: server,
    signatureScheme: session.signatureScheme,
    group: session.group,
    clientAuthentication: undefined,
    externalPsk: session.externalPsk,
    // RFC 7627 section 5.4.
    tlsUnique: choice.extendedMasterSecret ? serverVerifyData : undefined,
  });
  if (ticket !== undefined && ticket.ticket.length > 0) {
    keepSession(handshake, master, established.facts, server.validUntil, ticket);
  } else {
    // Good for more than once, as long as it was to begin with.
    wire.keepSession(session);
  }
  outlive();
  return established;
}

function protect({ config, hellos, choice, randoms, secrets }: Handshake12, master: Uint8Array): Protections {
  logSecret(config, 'CLIENT_RANDOM', hellos.offer.hello.random, master);
  const { suite, encryptThenMac } = choice;
  return recordProtections(suite, master, randoms, encryptThenMac, config.crypto.random, secrets);
}

/** ChangeCipherSpec and Finished, sections 7.1 and 7.4.9. @returns verify_data */
function sendFinished(
  { wire, choice, transcript }: Handshake12,
  master: Uint8Array,
  protections: Protections,
): Uint8Array {
  const verifyData = verifyData12(choice.suite.hashAlgorithm, master, 'client', transcript.digest());
  const finished = handshakeMessage(handshakeTypes.finished, verifyData);
  transcript.add(finished);
  wire.sendChangeCipherSpec();
  wire.protectWriting(protections.takeClient());
  wire.send(finished);
  return verifyData;
}

/** @returns verify_data */
function* receiveFinished(
  { wire, choice, transcript }: Handshake12,
  master: Uint8Array,
  protections: Protections,
): Steps<Uint8Array> {
  yield* expectChangeCipherSpec();
  wire.protectReading(protections.takeServer());
  const finished = yield* expectMessage(handshakeTypes.finished);
  const expected = verifyData12(choice.suite.hashAlgorithm, master, 'server', transcript.digest());
  checkFinished12(finished, expected);
  transcript.add(finished);
  // RFC 5246 section 7.4.9: what follows is application data, or another handshake.
  wire.requireRecordEnd();
  return expected;
}

function checkFinished12({ body }: HandshakeMessage, expected: Uint8Array): void {
  if (constantTimeEqual(body, expected)) return;
  throw misbehaved(
    'decrypt_error',
    'DIGEST_CHECK_FAILED',
    body.length === expected.length
      ? "the server's Finished does not match the handshake"
      : `the server's Finished has ${body.length} octets instead of ${expected.length}`,
  );
}

/** RFC 5077 section 3.3. */
function* receiveTicket(transcript: Transcript12): Steps<NewSessionTicket12> {
  const message = yield* expectMessage(handshakeTypes.newSessionTicket);
  transcript.add(message);
  return decodeNewSessionTicket12(message.body);
}

/** RFC 7918 section 4: only where who meddles with the hellos can't choose something weak. */
function mayFalseStart({ parameters, choice, hellos }: Handshake12): boolean {
  const { falseStart, falseStartWithoutAlpn } = parameters.options;
  const { keyExchange, cipher } = choice.suite;
  const isStrong = (keyExchange === 'ECDHE' || keyExchange === 'DHE') && 'aead' in cipher;
  const hasProtocol = choice.alpnProtocol !== undefined || falseStartWithoutAlpn === true;
  return falseStart === true && isStrong && hasProtocol && hellos.rejectedEch === undefined;
}

interface Agreed12 {
  readonly certificates: ServerCertificates;
  readonly signatureScheme: ServerSignatureSchemeName | undefined;
  readonly group: HandshakeFacts['group'];
  readonly clientAuthentication: ClientAuthentication | undefined;
  readonly externalPsk: Uint8Array | undefined;
  readonly tlsUnique: Uint8Array | undefined;
}

/** @returns what remains, and what makes it remain: to be called once the server's Finished was right */
function establish(
  { hellos, choice, randoms }: Handshake12,
  master: Uint8Array,
  agreed: Agreed12,
): { established: Established12; outlive(): void } {
  const { suite, alpnProtocol } = choice;
  const { certificates, signatureScheme, group, clientAuthentication, externalPsk, tlsUnique } = agreed;
  const facts: HandshakeFacts = Object.freeze({
    version: 'TLSv1.2',
    cipherSuite: suite.name,
    group,
    serverGroups: Object.freeze(group === undefined ? [] : [group]),
    signatureScheme,
    resumed: choice.resumed !== undefined,
    externalPsk,
    earlyDataAccepted: false,
    alpnProtocol,
    helloRetryRequest: false,
    echOutcome: hellos.echOutcome,
    peerCertificateType: certificates.certificateType,
    peerCertificates: certificates.peerCertificates,
    ocspResponse: certificates.ocspResponse,
    signedCertificateTimestamps: certificates.signedCertificateTimestamps,
    clientAuthentication,
    verifiedChain: certificates.verifiedChain,
    extendedMasterSecret: choice.extendedMasterSecret,
    secureRenegotiation: choice.secureRenegotiation,
    tlsUnique,
    delegatedCredential: false,
  });
  // Wiped with the handshake's other secrets, unless that is done.
  let own = master;
  const established: Established12 = {
    version: 'TLSv1.2',
    facts,
    exportKeyingMaterial(label, context, length) {
      // RFC 7627 section 5.4: two connections of somebody in between could have the same.
      if (!choice.extendedMasterSecret) {
        throw local('INVALID_STATE', 'nothing can be exported without the extended master secret (RFC 7627)');
      }
      return exportFrom12(suite.hashAlgorithm, own, randoms, label, context, length);
    },
    destroy() {
      own.fill(0);
    },
  };
  const outlive = (): void => {
    own = master.slice();
  };
  return { established, outlive };
}

function keepSession(
  { config, parameters, wire, choice }: Handshake12,
  masterSecret: Uint8Array,
  facts: HandshakeFacts,
  validUntil: number | undefined,
  given: NewSessionTicket12 | undefined,
): void {
  const ticket = given?.ticket.slice() ?? new Uint8Array(0);
  const sessionId = ticket.length > 0 ? new Uint8Array(0) : choice.sessionId.slice();
  if (ticket.length + sessionId.length === 0) return;
  if (!choice.extendedMasterSecret && !mayResumeWithoutExtendedMasterSecret(parameters)) return;
  const session = newSession12(config, facts, {
    cipherSuite: choice.suite.name,
    masterSecret,
    sessionId,
    ticket,
    lifetimeHint: given?.lifetimeHint ?? 0,
    validUntil,
    authenticatedUntil: choice.resumed?.session.authenticatedUntil,
  });
  if (session !== undefined) wire.keepSession(session);
}
