import {
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import {
  alertDescriptions,
  alertName,
  type ClientHello,
  contentTypes,
  decodeClientHello,
  extensionTypes,
  type HandshakeMessage,
  handshakeMessage,
  handshakeTypes,
  Writer,
} from '@halfclose/tls/codec';
import type { Credentials, ReceivedAlert } from '../options.ts';
import { createMessageReader, type ReceivedRecord } from '../recordReader.ts';
import { concat } from '../recordWriter.ts';
import type { ScriptedServer } from '../server.ts';
import { createRecordReader12, createRecordWriter12 } from './records12.ts';
import { prf12, recordKeys12, sha256 } from './secrets12.ts';

/** A TLS 1.2 server without I/O: what it has of the scripted server of TLS 1.3. */
export type ScriptedServer12 = Pick<
  ScriptedServer,
  | 'alerts'
  | 'clientClosed'
  | 'closeNotify'
  | 'done'
  | 'error'
  | 'hellos'
  | 'onOutput'
  | 'output'
  | 'outputTaken'
  | 'receive'
  | 'receivedLength'
  | 'records'
  | 'send'
  | 'sendAlert'
  | 'sendRaw'
> & {
  /** Whether it took up an earlier session. */
  readonly resumed: boolean;
};

export interface ServerOptions12 {
  /** With a key on P-256. */
  readonly credentials: Credentials;
  /** Where this server's sessions are entered, by their ids in hexadecimal; those in it are resumed. Left out: none is. */
  readonly sessions?: Map<string, Uint8Array>;
  /** Whether it answers the hello. Left out: true. */
  readonly answers?: boolean;
}

const suite = 0xc02b; // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, RFC 5289.
const x25519 = 0x001d;
const ecdsaSecp256r1Sha256 = 0x0403;
/** SubjectPublicKeyInfo of an X25519 key but for its 32 octets, RFC 8410. */
const x25519Prefix = Buffer.from('302a300506032b656e032100', 'hex');

/** A server of one suite and group, with extended master secret and sessions by id. It plays its part right. */
export function createScriptedServer12({
  credentials,
  sessions,
  answers = true,
}: ServerOptions12): ScriptedServer12 {
  const reader = createRecordReader12();
  const writer = createRecordWriter12();
  const messageReader = createMessageReader();
  const records: ReceivedRecord[] = [];
  const alerts: ReceivedAlert[] = [];
  const hellos: ClientHello[] = [];
  const transcript: Uint8Array[] = [];
  const serverRandom = Uint8Array.from(randomBytes(32));
  let sessionId: Uint8Array = new Uint8Array(0);
  let ephemeral: KeyObject | undefined;
  let masterSecret: Uint8Array | undefined;
  let resumed = false;
  let done = false;
  let clientClosed = false;
  let receivedLength = 0;
  let error: Error | undefined;

  const clientRandom = (): Uint8Array => hellos[0]?.random ?? new Uint8Array(0);

  const send = (type: number, body: Uint8Array): void => {
    const { encoded } = handshakeMessage(type, body);
    transcript.push(encoded);
    writer.record(contentTypes.handshake, encoded);
  };

  const sendServerHello = (): void => {
    const body = new Writer();
    body
      .uint16(0x0303)
      .bytes(serverRandom)
      .vector8(() => body.bytes(sessionId))
      .uint16(suite)
      .uint8(0)
      .vector16(() => {
        body.uint16(extensionTypes.extendedMasterSecret).uint16(0);
        body.uint16(extensionTypes.renegotiationInfo).vector16(() => body.uint8(0));
      });
    send(handshakeTypes.serverHello, body.finish());
  };

  const sendCertificate = (): void => {
    const body = new Writer();
    body.vector24(() => {
      for (const certificate of credentials.chain) body.vector24(() => body.bytes(certificate));
    });
    send(handshakeTypes.certificate, body.finish());
  };

  const sendServerKeyExchange = (): void => {
    const pair = generateKeyPairSync('x25519');
    ephemeral = pair.privateKey;
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(x25519Prefix.length);
    const parameters = new Writer();
    parameters
      .uint8(3)
      .uint16(x25519)
      .vector8(() => parameters.bytes(publicKey));
    const signed = concat([clientRandom(), serverRandom, parameters.finish()]);
    const signature = sign('sha256', signed, credentials.key.privateKey);
    const body = new Writer().bytes(parameters.finish()).uint16(ecdsaSecp256r1Sha256);
    body.vector16(() => body.bytes(signature));
    send(handshakeTypes.serverKeyExchange, body.finish());
  };

  const verifyData = (whose: 'client' | 'server'): Uint8Array =>
    prf12(masterSecret ?? new Uint8Array(0), `${whose} finished`, sha256(concat(transcript)), 12);

  const sendFinished = (): void => {
    writer.record(contentTypes.changeCipherSpec, Uint8Array.of(1));
    if (masterSecret !== undefined) {
      writer.protect(recordKeys12(masterSecret, clientRandom(), serverRandom).server);
    }
    send(handshakeTypes.finished, verifyData('server'));
  };

  const answerHello = (hello: ClientHello): void => {
    const known = sessions?.get(idOf(hello.legacySessionId));
    resumed = known !== undefined;
    masterSecret = known;
    sessionId = resumed
      ? hello.legacySessionId
      : Uint8Array.from(randomBytes(sessions === undefined ? 0 : 32));
    sendServerHello();
    if (resumed) {
      sendFinished();
      return;
    }
    sendCertificate();
    sendServerKeyExchange();
    send(handshakeTypes.serverHelloDone, new Uint8Array(0));
  };

  const takeClientKeyExchange = (body: Uint8Array): void => {
    if (ephemeral === undefined) throw new Error('the client sent a ClientKeyExchange out of turn');
    const spki = Buffer.concat([x25519Prefix, body.subarray(1)]);
    const publicKey = createPublicKey({ key: spki, type: 'spki', format: 'der' });
    const premaster = diffieHellman({ privateKey: ephemeral, publicKey });
    masterSecret = prf12(premaster, 'extended master secret', sha256(concat(transcript)), 48);
    sessions?.set(idOf(sessionId), masterSecret);
  };

  const takeFinished = (message: HandshakeMessage, expected: Uint8Array): void => {
    if (Buffer.compare(message.body, expected) !== 0) throw new Error("the client's Finished is wrong");
    if (!resumed) sendFinished();
    done = true;
  };

  const takeMessage = (message: HandshakeMessage): void => {
    const expected = verifyData('client');
    transcript.push(message.encoded);
    if (message.type === handshakeTypes.clientHello) {
      const hello = decodeClientHello(message.body);
      hellos.push(hello);
      if (answers) answerHello(hello);
    } else if (message.type === handshakeTypes.clientKeyExchange) takeClientKeyExchange(message.body);
    else if (message.type === handshakeTypes.finished) takeFinished(message, expected);
    else throw new Error(`the client sent a handshake message of type ${message.type}`);
  };

  const takeAlert = (content: Uint8Array, encrypted: boolean): void => {
    const [level = 0, code = 0] = content;
    const name = alertName(code);
    alerts.push({ name, code, level: level === 1 ? 'warning' : level === 2 ? 'fatal' : level, encrypted });
    if (name === 'close_notify') clientClosed = true;
  };

  const takeRecord = (record: ReceivedRecord): void => {
    records.push(record);
    const { content, contentType, encrypted } = record;
    if (content === undefined) throw new Error("a record of the client's can't be opened");
    if (contentType === contentTypes.alert) takeAlert(content, encrypted);
    else if (contentType === contentTypes.applicationData) receivedLength += content.length;
    else if (contentType === contentTypes.changeCipherSpec && masterSecret !== undefined) {
      reader.protect(recordKeys12(masterSecret, clientRandom(), serverRandom).client);
    } else if (contentType === contentTypes.handshake) {
      messageReader.add(content);
      for (let next = messageReader.next(); next !== undefined; next = messageReader.next())
        takeMessage(next);
    }
  };

  const server: ScriptedServer12 = {
    onOutput: undefined,
    receive(bytes) {
      reader.add(bytes);
      try {
        for (let record = reader.next(); record !== undefined; record = reader.next()) takeRecord(record);
      } catch (cause) {
        error ??= cause instanceof Error ? cause : new Error(String(cause));
      }
      server.onOutput?.();
    },
    output: () => writer.pending(),
    outputTaken: (length) => writer.taken(length),
    alerts,
    hellos,
    records,
    get receivedLength() {
      return receivedLength;
    },
    get resumed() {
      return resumed;
    },
    get done() {
      return done;
    },
    get clientClosed() {
      return clientClosed;
    },
    get error() {
      return error;
    },
    send(data) {
      writer.record(contentTypes.applicationData, data);
      server.onOutput?.();
    },
    sendAlert(alert, level) {
      const code = typeof alert === 'number' ? alert : alertDescriptions[alert];
      const isWarning = level === 'warning' || (level === undefined && alert === 'close_notify');
      const levelCode = typeof level === 'number' ? level : isWarning ? 1 : 2;
      writer.record(contentTypes.alert, Uint8Array.of(levelCode, code));
      server.onOutput?.();
    },
    closeNotify: () => server.sendAlert('close_notify'),
    sendRaw(bytes) {
      writer.raw(bytes);
      server.onOutput?.();
    },
  };
  return server;
}

function idOf(sessionId: Uint8Array): string {
  return Buffer.from(sessionId).toString('hex');
}
