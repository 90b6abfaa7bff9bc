import { type CryptoProvider, constantTimeEqual, type GroupName } from '@halfclose/crypto';
import {
  alpnExtension,
  type ClientHello,
  certificateStatusExtension,
  cookieExtension,
  createTranscript,
  decodeClientHello,
  deriveSecret,
  type Extension,
  earlyDataExtension,
  encodeCertificate,
  encodeCertificateRequest,
  encodeCertificateVerify,
  encodeEncryptedExtensions,
  encodeKeyUpdate,
  encodeNewSessionTicket,
  encodeServerHello,
  extensionTypes,
  findExtension,
  finishedVerifyData,
  type HandshakeMessage,
  handshakeMessage,
  handshakeTypes,
  helloRetryRequestRandom,
  type NewSessionTicket,
  namedGroups,
  protocolVersions,
  resumptionPsk,
  type ServerHello,
  selectedGroupExtension,
  selectedVersionExtension,
  serverKeyShareExtension,
  signatureAlgorithmsExtension,
  signatureSchemes,
  type Transcript,
} from '@halfclose/tls/codec';
import { keyShareOf, offeredSuite, sharedGroup } from './clientOffer.ts';
import { createEchReader, echConfirmation } from './ech.ts';
import type { FlightStep, MessageName, ServerOptions } from './options.ts';
import {
  applicationSecrets,
  earlyTrafficSecret,
  type HandshakeSecrets,
  handshakeSecrets,
  type Suite,
  suiteNamed,
  type TrafficSecrets,
} from './secrets.ts';
import { answerShare } from './serverShare.ts';
import { schemeFor, signatureOf } from './signing.ts';
import { type ChosenKey, chosenKey, defaultTicket, enterTicket } from './tickets.ts';

/** The messages of a right handshake, RFC 8446 section 2, and the secrets that follow from what was really sent. */
export interface ServerHandshake {
  /** As they came, or as they were hidden in what came. */
  readonly hellos: readonly ClientHello[];
  /** Takes a ClientHello and says what a server does then. */
  takeClientHello(message: HandshakeMessage): readonly FlightStep[];
  /** The message that is right at this point of the conversation. */
  make(name: MessageName): HandshakeMessage;
  /** What went out instead of the message `name`, or came from the client. */
  add(message: HandshakeMessage): void;
  /** Of all messages so far, or of all that the handshake had once it is done. */
  readonly transcript: Transcript | undefined;
  /** Derives the secrets that hang on a message which was sent just now. */
  afterSending(name: MessageName): void;
  /** Whether a Finished of the client is right; if so it is the end of the handshake. */
  takeFinished(message: HandshakeMessage): boolean;
  newSessionTicket(ticket: NewSessionTicket): {
    readonly message: HandshakeMessage;
    readonly psk: Uint8Array;
  };
  /** Defined from the first ClientHello on. */
  readonly suite: Suite | undefined;
  /** The secret of the client's early data, where that is accepted. */
  readonly earlyTraffic: Uint8Array | undefined;
  /** Defined from the ServerHello on. */
  readonly handshakeSecrets: HandshakeSecrets | undefined;
  /** Defined from the server's Finished on. */
  readonly applicationSecrets: TrafficSecrets | undefined;
}

export function createServerHandshake(options: ServerOptions, crypto: CryptoProvider): ServerHandshake {
  const hellos: ClientHello[] = [];
  let suite: Suite | undefined;
  let group: GroupName = 'x25519';
  let transcript: Transcript | undefined;
  let shared: Uint8Array = new Uint8Array(32);
  let handshake: HandshakeSecrets | undefined;
  let application: TrafficSecrets | undefined;
  let resumptionMasterSecret: Uint8Array | undefined;
  let chosen: ChosenKey | undefined;
  let earlyTraffic: Uint8Array | undefined;
  const ech = options.ech && createEchReader(options.ech);
  let isHidden = false;

  const digest = (): Uint8Array => begun(transcript).digest();
  const lastHello = (): ClientHello => begun(hellos.at(-1));

  const answerWithServerHello = (): HandshakeMessage => {
    const random = new Uint8Array(32);
    crypto.random(random);
    const index = chosen?.index ?? 0;
    const selected = { type: extensionTypes.preSharedKey, data: Uint8Array.of(index >>> 8, index) };
    if (chosen !== undefined && options.pskMode === 'psk_ke') {
      shared = new Uint8Array(begun(suite).hash.outputLength);
      return serverHello(random, [selectedVersionExtension(protocolVersions.tls13), selected]);
    }
    const clientShare = keyShareOf(lastHello(), group);
    if (clientShare === undefined) throw new Error(`the client sent no key share for ${group}`);
    const answer = answerShare(crypto, group, clientShare.keyExchange);
    shared = answer.secret;
    return serverHello(random, [
      selectedVersionExtension(protocolVersions.tls13),
      serverKeyShareExtension({ group: namedGroups[group], keyExchange: answer.share }),
      ...(chosen === undefined ? [] : [selected]),
    ]);
  };

  const answerWithRetry = (): HandshakeMessage => {
    const hasShare = keyShareOf(lastHello(), group) !== undefined;
    return serverHello(helloRetryRequestRandom, [
      selectedVersionExtension(protocolVersions.tls13),
      ...(hasShare ? [] : [selectedGroupExtension(namedGroups[group])]),
      ...(options.cookie === undefined ? [] : [cookieExtension(options.cookie)]),
      ...(isHidden ? [{ type: extensionTypes.encryptedClientHello, data: new Uint8Array(8) }] : []),
    ]);
  };

  const serverHello = (
    random: Uint8Array,
    extensions: readonly { readonly type: number; readonly data: Uint8Array }[],
  ): HandshakeMessage => {
    const hello = {
      legacyVersion: protocolVersions.tls12,
      random,
      legacySessionIdEcho: lastHello().legacySessionId,
      cipherSuite: begun(suite).code,
      legacyCompressionMethod: 0,
      extensions,
    };
    if (isHidden) confirmHidden(hello);
    return handshakeMessage(handshakeTypes.serverHello, encodeServerHello(hello));
  };

  /** Says in an answer that the hidden hello was read, RFC 9849 section 7.2. */
  const confirmHidden = (answer: ServerHello): void => {
    const place =
      answer.random === helloRetryRequestRandom
        ? findExtension(answer.extensions, extensionTypes.encryptedClientHello)?.data
        : answer.random.subarray(-8);
    const label =
      answer.random === helloRetryRequestRandom ? 'hrr ech accept confirmation' : 'ech accept confirmation';
    place?.fill(0);
    place?.set(echConfirmation(begun(suite), label, lastHello(), begun(transcript), answer));
  };

  const retryConfigs = (): Extension => ({
    type: extensionTypes.encryptedClientHello,
    data: options.ech?.list ?? new Uint8Array(0),
  });

  const certificateVerify = (): HandshakeMessage => {
    const key = options.signing?.key ?? options.credentials.key.privateKey;
    const scheme = schemeFor(key);
    const signing = { key, scheme, signer: 'server', transcriptHash: digest(), ...options.signing } as const;
    const body = encodeCertificateVerify({ algorithm: signing.scheme, signature: signatureOf(signing) });
    return handshakeMessage(handshakeTypes.certificateVerify, body);
  };

  const make: Record<MessageName, () => HandshakeMessage> = {
    serverHello: answerWithServerHello,
    helloRetryRequest: answerWithRetry,
    encryptedExtensions() {
      const extensions = [
        ...(options.alpn === undefined ? [] : [alpnExtension([options.alpn])]),
        ...(earlyTraffic === undefined ? [] : [earlyDataExtension()]),
        ...(ech === undefined || isHidden ? [] : [retryConfigs()]),
        ...(options.encryptedExtensions ?? []),
      ];
      return handshakeMessage(handshakeTypes.encryptedExtensions, encodeEncryptedExtensions(extensions));
    },
    certificateRequest() {
      const schemes = Object.values(signatureSchemes).map((scheme) => scheme.code);
      const extensions = [signatureAlgorithmsExtension(schemes)];
      const body = encodeCertificateRequest({ certificateRequestContext: new Uint8Array(0), extensions });
      return handshakeMessage(handshakeTypes.certificateRequest, body);
    },
    certificate() {
      const { credentials, ocspResponse } = options;
      const staple = ocspResponse === undefined ? [] : [certificateStatusExtension(ocspResponse)];
      const certificateList = credentials.chain.map((certData, index) => ({
        certData,
        extensions: index === 0 ? staple : [],
      }));
      const body = encodeCertificate({ certificateRequestContext: new Uint8Array(0), certificateList });
      return handshakeMessage(handshakeTypes.certificate, body);
    },
    certificateVerify,
    finished() {
      const secret = handshake?.server ?? new Uint8Array(32);
      return handshakeMessage(
        handshakeTypes.finished,
        finishedVerifyData(begun(suite).hash, secret, digest()),
      );
    },
    newSessionTicket: () =>
      handshakeMessage(handshakeTypes.newSessionTicket, encodeNewSessionTicket(defaultTicket(0))),
    keyUpdate: () => handshakeMessage(handshakeTypes.keyUpdate, encodeKeyUpdate(0)),
  };

  return {
    hellos,
    get suite() {
      return suite;
    },
    get earlyTraffic() {
      return earlyTraffic;
    },
    get handshakeSecrets() {
      return handshake;
    },
    get applicationSecrets() {
      return application;
    },

    takeClientHello(received) {
      const hidden =
        ech !== undefined && (transcript === undefined || isHidden) ? ech.read(received) : undefined;
      if (isHidden && hidden === undefined)
        throw new Error('the second hello hides nothing that can be read');
      isHidden = hidden !== undefined;
      const message = hidden ?? received;
      const hello = decodeClientHello(message.body);
      hellos.push(hello);
      suite ??= suiteNamed(crypto, options.suite ?? offeredSuite(hello));
      chosen = chosenKey(options, crypto, suite, hello, message, transcript);
      if (transcript !== undefined) {
        transcript.add(message);
        return mainFlight(options, false, chosen !== undefined);
      }
      group = options.group ?? sharedGroup(hello);
      transcript = createTranscript(suite.hash, [message]);
      const changeCipherSpec = options.changeCipherSpec ?? hello.legacySessionId.length > 0;
      const retry =
        options.helloRetryRequest === true ||
        options.cookie !== undefined ||
        keyShareOf(hello, group) === undefined;
      if (!retry) {
        if (chosen?.index === 0 && acceptsEarlyData(options, hello)) {
          earlyTraffic = earlyTrafficSecret(chosen.hash, chosen.psk, message);
        }
        return mainFlight(options, changeCipherSpec, chosen !== undefined);
      }
      transcript.replaceClientHello();
      return ['helloRetryRequest', ...(changeCipherSpec ? (['changeCipherSpec'] as const) : [])];
    },

    make: (name) => make[name](),

    add(message) {
      transcript?.add(message);
    },
    get transcript() {
      return transcript;
    },

    afterSending(name) {
      if (suite === undefined) return;
      if (name === 'serverHello') handshake ??= handshakeSecrets(suite, shared, digest(), chosen?.psk);
      if (name === 'finished' && handshake !== undefined) {
        application ??= applicationSecrets(suite, handshake.master, digest());
      }
    },

    takeFinished(message) {
      if (suite === undefined || handshake === undefined || application === undefined) return false;
      const expected = finishedVerifyData(suite.hash, handshake.client, digest());
      if (message.body.length !== expected.length || !constantTimeEqual(message.body, expected)) return false;
      transcript?.add(message);
      resumptionMasterSecret = deriveSecret(suite.hash, handshake.master, 'res master', digest());
      return true;
    },

    newSessionTicket(ticket) {
      const secret = resumptionMasterSecret ?? new Uint8Array(32);
      const issued = {
        suite: begun(suite),
        psk: resumptionPsk(begun(suite).hash, secret, ticket.ticketNonce),
      };
      enterTicket(options.tickets, ticket.ticket, issued);
      const body = encodeNewSessionTicket(ticket);
      return { message: handshakeMessage(handshakeTypes.newSessionTicket, body), psk: issued.psk };
    },
  };
}

function acceptsEarlyData({ maxEarlyData = 0, rejectEarlyData }: ServerOptions, hello: ClientHello): boolean {
  const offered = findExtension(hello.extensions, extensionTypes.earlyData) !== undefined;
  return offered && maxEarlyData > 0 && rejectEarlyData !== true;
}

function mainFlight(options: ServerOptions, changeCipherSpec: boolean, resumed: boolean): FlightStep[] {
  return [
    'serverHello',
    ...(changeCipherSpec ? (['changeCipherSpec'] as const) : []),
    'handshakeKeys',
    'encryptedExtensions',
    ...(options.requestClientCertificate === true && !resumed ? (['certificateRequest'] as const) : []),
    ...(resumed ? [] : (['certificate', 'certificateVerify'] as const)),
    'finished',
    'applicationKeys',
  ];
}

function begun<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there was no ClientHello yet');
  return value;
}
