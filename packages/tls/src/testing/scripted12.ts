/** A server of TLS 1.2 in memory that plays its part as it is told to, and lies where it is told to. */
import {
  constants,
  createDiffieHellman,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  randomBytes,
  sign,
} from 'node:crypto';
import type { Credentials } from '@halfclose/testing/peer';
import { type CipherSuiteName12, cipherSuite12, cipherSuiteCodes12 } from '@halfclose/tls';
import { type ClientHello, decodeClientHello } from '../messages/clientHello.ts';
import { findExtension } from '../messages/extension.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import { encodeServerHello, type ServerHello } from '../messages/serverHello.ts';
import { encodeCertificate12, encodeCertificateStatus } from '../messages/tls12/certificate.ts';
import {
  type CertificateRequest12,
  encodeCertificateRequest12,
} from '../messages/tls12/certificateRequest.ts';
import { encodeNewSessionTicket12 } from '../messages/tls12/newSessionTicket.ts';
import { contentTypes } from '../protocol/contentTypes.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import { type CbcFlaws, digest12, hash12, prf12, type Records12, records12 } from './keys12.ts';

export type MessageName12 =
  | 'serverHello'
  | 'certificate'
  | 'certificateStatus'
  | 'serverKeyExchange'
  | 'certificateRequest'
  | 'serverHelloDone'
  | 'newSessionTicket'
  | 'finished';

/** `changeCipherSpec` also begins to write with the new keys. */
export type Step12 = MessageName12 | 'changeCipherSpec' | ((server: Scripted12) => void);

/** All but the credentials may be left out, and is then right. */
export interface Options12 {
  readonly credentials: Credentials;
  readonly suite?: CipherSuiteName12;
  /** The last word on the ServerHello. */
  readonly hello?: (hello: ServerHello, client: ClientHello) => Partial<ServerHello>;
  readonly extendedMasterSecret?: boolean;
  readonly encryptThenMac?: boolean;
  /** Sent in a NewSessionTicket, which is announced. */
  readonly ticket?: { readonly lifetimeHint: number; readonly ticket: Uint8Array };
  /** Of a full handshake. Left out: none. */
  readonly sessionId?: Uint8Array;
  /** The session that goes on: its master secret. */
  readonly resume?: Uint8Array;
  /** Numbers, big-endian; `y` instead of a public key of one's own, `x` instead of a private key that is drawn. */
  readonly dh?: {
    readonly p: Uint8Array;
    readonly g: Uint8Array;
    readonly y?: Uint8Array;
    readonly x?: Uint8Array;
  };
  /** The last word on ServerECDHParams or ServerDHParams before they are signed. */
  readonly parameters?: (parameters: Buffer) => Buffer;
  /** Left out: with SHA-256, as the key has it. */
  readonly signature?: {
    readonly scheme: number;
    readonly sign: (content: Buffer, key: KeyObject) => Uint8Array;
  };
  readonly psk?: { readonly key: Uint8Array; readonly hint?: Uint8Array };
  readonly certificateRequest?: CertificateRequest12;
  readonly ocspResponse?: Uint8Array;
  /** The last word on a message: what is sent instead, and goes into the transcript. */
  readonly tamper?: Partial<
    Record<MessageName12, (message: HandshakeMessage) => readonly HandshakeMessage[]>
  >;
  /** The last word on what the answer to the ClientHello (1), and to the client's Finished (2), does in what order. */
  readonly flight?: (steps: readonly Step12[], flight: 1 | 2) => readonly Step12[];
  readonly flaws?: () => CbcFlaws;
  readonly onDone?: (server: Scripted12) => void;
}

export interface Scripted12 {
  receive(bytes: Uint8Array): void;
  output(): Uint8Array;
  outputTaken(length: number): void;
  /** With what protects at the moment. */
  sendRecord(type: number, content: Uint8Array): void;
  /** As it is. */
  sendRaw(bytes: Uint8Array): void;
  /** Leaves the transcript as it is. */
  sendMessage(type: number, body?: Uint8Array): void;
  /** ChangeCipherSpec and Finished, where the flight did not have them. */
  finish(): void;
  readonly hello: ClientHello | undefined;
  /** Types of the client's handshake messages, and `ccs`. */
  readonly received: readonly (number | 'ccs')[];
  readonly messages: readonly HandshakeMessage[];
  /** The client's records: what they hold. */
  readonly records: readonly { readonly type: number; readonly length: number }[];
  /** All messages of both sides before the client's first of that type. */
  transcriptBefore(type: number): readonly Uint8Array[];
  /** `warning close_notify` and the like, by their numbers. */
  readonly alerts: readonly { readonly level: number; readonly description: number }[];
  readonly data: Buffer;
  readonly master: Buffer;
  readonly premaster: Buffer;
  /** The client's Finished was right. */
  readonly done: boolean;
  readonly sessionIdSeen: Uint8Array | undefined;
}

const nothing = Buffer.alloc(0);
const uint16 = (value: number): Buffer => Buffer.of(value >> 8, value & 255);
const vector16 = (bytes: Uint8Array): Buffer => Buffer.concat([uint16(bytes.length), bytes]);
const withoutZeros = (bytes: Buffer): Buffer => bytes.subarray(bytes.findIndex((octet) => octet !== 0));
const x25519Header = Buffer.from('302a300506032b656e032100', 'hex');

export function createScripted12(options: Options12): Scripted12 {
  const { credentials, psk, resume } = options;
  const privateKey = credentials.key.privateKey;
  const isRsa = privateKey.asymmetricKeyType === 'rsa';
  const suiteName =
    options.suite ??
    (isRsa ? 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' : 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
  const suite = cipherSuite12(suiteName);
  const usesCbc = 'cbcHmac' in suite.cipher;
  const transcript: Uint8Array[] = [];
  const received: (number | 'ccs')[] = [];
  const messages: HandshakeMessage[] = [];
  const records: { type: number; length: number }[] = [];
  const alerts: { level: number; description: number }[] = [];
  const random = randomBytes(32);
  const ecdh = generateKeyPairSync('x25519');
  let hello: ClientHello | undefined;
  let extended = false;
  let etm = false;
  let out = nothing;
  let input = nothing;
  let handshakeInput = nothing;
  let data = nothing;
  let dh: ReturnType<typeof createDiffieHellman> | undefined;
  let premaster: Buffer = nothing;
  let master: Buffer = Buffer.from(resume ?? nothing);
  let keys: { client: Records12; server: Records12 } | undefined;
  let reading: Records12 | undefined;
  let writing: Records12 | undefined;
  let done = false;

  const randoms = () => ({ client: hello?.random ?? nothing, server: random });
  const offers = (type: number): boolean =>
    hello !== undefined && findExtension(hello.extensions, type) !== undefined;
  const digest = (): Buffer => digest12(suiteName, transcript);

  const deriveKeys = (): void => {
    keys = records12(suiteName, master, randoms(), etm, options.flaws);
  };

  const makeHello = (): Uint8Array => {
    if (hello === undefined) throw new Error('there was no ClientHello');
    const { ticket, ocspResponse } = options;
    extended = (options.extendedMasterSecret ?? true) && offers(extensionTypes.extendedMasterSecret);
    etm = usesCbc && (options.encryptThenMac ?? offers(extensionTypes.encryptThenMac));
    const right: ServerHello = {
      legacyVersion: 0x0303,
      random,
      legacySessionIdEcho: resume ? hello.legacySessionId : (options.sessionId ?? nothing),
      cipherSuite: cipherSuiteCodes12[suiteName],
      legacyCompressionMethod: 0,
      extensions: [
        { type: extensionTypes.renegotiationInfo, data: Buffer.of(0) },
        ...(extended ? [{ type: extensionTypes.extendedMasterSecret, data: nothing }] : []),
        ...(etm ? [{ type: extensionTypes.encryptThenMac, data: nothing }] : []),
        ...(ticket ? [{ type: extensionTypes.sessionTicket, data: nothing }] : []),
        ...(ocspResponse ? [{ type: extensionTypes.statusRequest, data: nothing }] : []),
      ],
    };
    const sent = { ...right, ...options.hello?.(right, hello) };
    random.set(sent.random);
    return encodeServerHello(sent);
  };

  const makeParameters = (): Buffer => {
    if (suite.keyExchange === 'ECDHE') {
      const point = ecdh.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
      return Buffer.concat([Buffer.of(3, 0, 29, 32), point]);
    }
    if (suite.keyExchange !== 'DHE') return nothing;
    if (options.dh === undefined) throw new Error('DHE needs a prime');
    const { p, g, y, x } = options.dh;
    if (y !== undefined) return Buffer.concat([p, g, y].map(vector16));
    dh = createDiffieHellman(Buffer.from(p), Buffer.from(g));
    if (x !== undefined) dh.setPrivateKey(Buffer.from(x));
    return Buffer.concat([p, g, dh.generateKeys()].map(vector16));
  };

  const makeServerKeyExchange = (): Uint8Array => {
    const hint = psk && suite.authentication === 'PSK' ? vector16(psk.hint ?? nothing) : nothing;
    const right = Buffer.concat([hint, makeParameters()]);
    const parameters = options.parameters?.(right) ?? right;
    if (suite.authentication === 'PSK') return parameters;
    const content = Buffer.concat([randoms().client, random, parameters]);
    const byDefault = {
      scheme: isRsa ? 0x0401 : 0x0403,
      sign: (what: Buffer) => sign('sha256', what, privateKey),
    };
    const signature = options.signature ?? byDefault;
    const signed = vector16(signature.sign(content, privateKey));
    return Buffer.concat([parameters, uint16(signature.scheme), signed]);
  };

  const make: Record<MessageName12, () => Uint8Array> = {
    serverHello: makeHello,
    certificate: () => encodeCertificate12(credentials.chain),
    certificateStatus: () => encodeCertificateStatus(options.ocspResponse ?? Buffer.of(1)),
    serverKeyExchange: makeServerKeyExchange,
    certificateRequest: () =>
      encodeCertificateRequest12(
        options.certificateRequest ?? {
          certificateTypes: [1, 64],
          signatureSchemes: [0x0403, 0x0401, 0x0804],
          certificateAuthorities: [],
        },
      ),
    serverHelloDone: () => nothing,
    newSessionTicket: () =>
      encodeNewSessionTicket12(options.ticket ?? { lifetimeHint: 0, ticket: Buffer.of(1) }),
    finished: () => prf12(hash12(suiteName), master, 'server finished', digest(), 12),
  };

  const takeStep = (step: Step12): void => {
    if (typeof step === 'function') step(server);
    else if (step === 'changeCipherSpec') {
      server.sendRecord(contentTypes.changeCipherSpec, Buffer.of(1));
      writing = keys?.server;
    } else {
      const right = handshakeMessage(handshakeTypes[step], make[step]());
      for (const message of options.tamper?.[step]?.(right) ?? [right]) {
        transcript.push(message.encoded);
        server.sendRecord(contentTypes.handshake, message.encoded);
      }
      if (step === 'serverHello' && resume) deriveKeys();
    }
  };

  const run = (steps: readonly Step12[], flight: 1 | 2): void => {
    for (const step of options.flight?.(steps, flight) ?? steps) takeStep(step);
  };

  const ending: readonly Step12[] = [
    ...(options.ticket ? (['newSessionTicket'] as const) : []),
    'changeCipherSpec',
    'finished',
  ];

  const firstFlight = (): readonly Step12[] => {
    if (resume) return ['serverHello', ...ending];
    const hasKeys = suite.keyExchange === 'ECDHE' || suite.keyExchange === 'DHE' || psk?.hint !== undefined;
    return [
      'serverHello',
      ...(suite.authentication === 'PSK' ? [] : (['certificate'] as const)),
      ...(options.ocspResponse ? (['certificateStatus'] as const) : []),
      ...(hasKeys ? (['serverKeyExchange'] as const) : []),
      ...(options.certificateRequest ? (['certificateRequest'] as const) : []),
      'serverHelloDone',
    ];
  };

  const agree = (body: Buffer): Buffer => {
    if (suite.keyExchange === 'ECDHE') {
      const spki = Buffer.concat([x25519Header, body.subarray(1)]);
      const publicKey = createPublicKey({ key: spki, type: 'spki', format: 'der' });
      return diffieHellman({ privateKey: ecdh.privateKey, publicKey });
    }
    if (suite.keyExchange === 'DHE') return withoutZeros(dh?.computeSecret(body.subarray(2)) ?? nothing);
    if (suite.keyExchange === 'PSK') return Buffer.alloc(psk?.key.length ?? 0);
    // 00 02, padding without zeros, 00; Node itself would rather not.
    const encoded = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, body.subarray(2));
    return encoded.subarray(encoded.indexOf(0, 2) + 1);
  };

  const takeKeyExchange = (body: Buffer): void => {
    if (suite.authentication === 'PSK') {
      const rest = body.subarray(2 + body.readUInt16BE());
      premaster = Buffer.concat([agree(rest), psk?.key ?? nothing].map(vector16));
    } else premaster = agree(body);
    const { client, server: own } = randoms();
    master = extended
      ? prf12(hash12(suiteName), premaster, 'extended master secret', digest(), 48)
      : prf12(hash12(suiteName), premaster, 'master secret', Buffer.concat([client, own]), 48);
    deriveKeys();
  };

  const takeMessage = (message: HandshakeMessage): void => {
    received.push(message.type);
    messages.push(message);
    if (message.type === handshakeTypes.finished) {
      const expected = prf12(hash12(suiteName), master, 'client finished', digest(), 12);
      if (!expected.equals(message.body)) throw new Error("the client's Finished is wrong");
      transcript.push(message.encoded);
      done = true;
      if (!resume) run(ending, 2);
      options.onDone?.(server);
      return;
    }
    transcript.push(message.encoded);
    if (message.type === handshakeTypes.clientHello) {
      hello = decodeClientHello(message.body);
      run(firstFlight(), 1);
    } else if (message.type === handshakeTypes.clientKeyExchange) takeKeyExchange(Buffer.from(message.body));
  };

  const takeHandshake = (fragment: Buffer): void => {
    handshakeInput = Buffer.concat([handshakeInput, fragment]);
    while (handshakeInput.length >= 4 && handshakeInput.length >= 4 + handshakeInput.readUIntBE(1, 3)) {
      const end = 4 + handshakeInput.readUIntBE(1, 3);
      const message = handshakeMessage(handshakeInput[0] ?? 0, handshakeInput.subarray(4, end));
      handshakeInput = handshakeInput.subarray(end);
      takeMessage(message);
    }
  };

  const takeRecord = (type: number, fragment: Buffer): void => {
    const content = reading?.open(type, fragment) ?? fragment;
    records.push({ type, length: content.length });
    if (type === contentTypes.changeCipherSpec) {
      received.push('ccs');
      reading = keys?.client;
    } else if (type === contentTypes.handshake) takeHandshake(content);
    else if (type === contentTypes.alert)
      alerts.push({ level: content[0] ?? 0, description: content[1] ?? 0 });
    else data = Buffer.concat([data, content]);
  };

  const server: Scripted12 = {
    receive(bytes) {
      input = Buffer.concat([input, bytes]);
      while (input.length >= 5 && input.length >= 5 + input.readUInt16BE(3)) {
        const end = 5 + input.readUInt16BE(3);
        const [type = 0, fragment] = [input[0], input.subarray(5, end)];
        input = input.subarray(end);
        takeRecord(type, fragment);
      }
    },
    output: () => out,
    outputTaken(length) {
      out = out.subarray(length);
    },
    sendRaw(bytes) {
      out = Buffer.concat([out, bytes]);
    },
    sendRecord(type, content) {
      const fragment = writing?.seal(type, content) ?? content;
      server.sendRaw(Buffer.concat([Buffer.of(type, 3, 3), vector16(fragment)]));
    },
    sendMessage(type, body = nothing) {
      server.sendRecord(contentTypes.handshake, handshakeMessage(type, body).encoded);
    },
    finish() {
      for (const step of ['changeCipherSpec', 'finished'] as const) takeStep(step);
    },
    get hello() {
      return hello;
    },
    transcriptBefore(type) {
      const own = messages.find((message) => message.type === type);
      return transcript.slice(0, own && transcript.indexOf(own.encoded));
    },
    get sessionIdSeen() {
      return hello?.legacySessionId;
    },
    received,
    messages,
    records,
    alerts,
    get data() {
      return data;
    },
    get master() {
      return master;
    },
    get premaster() {
      return premaster;
    },
    get done() {
      return done;
    },
  };
  return server;
}
