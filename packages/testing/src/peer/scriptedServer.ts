import { randomFillSync } from 'node:crypto';
import { createPortableProvider } from '@halfclose/crypto';
import {
  type AlertName,
  alertDescriptions,
  alertName,
  contentTypes,
  decodeKeyUpdate,
  type Extension,
  encodeCertificateRequest,
  encodeKeyUpdate,
  extensionTypes,
  type HandshakeMessage,
  handshakeMessage,
  handshakeTypeName,
  handshakeTypes,
  maxEarlyDataSizeExtension,
  maximumPlaintext,
  type NewSessionTicket,
  signatureAlgorithmsExtension,
  signatureSchemes,
  type Transcript,
} from '@halfclose/tls/codec';
import {
  type AuthenticationWatch,
  isFinishedRight,
  type SeenAuthentication,
  watchAuthentication,
} from './clientAuthentication.ts';
import type { FlightStep, MessageName, ReceivedAlert, ServerOptions } from './options.ts';
import { createMessageReader, createRecordReader, type ReceivedRecord } from './recordReader.ts';
import { concat, createRecordWriter, type RecordOptions } from './recordWriter.ts';
import { protectionOf, type Suite, updatedSecret } from './secrets.ts';
import type { ScriptedServer } from './server.ts';
import { createServerHandshake } from './serverHandshake.ts';
import { defaultTicket } from './tickets.ts';

/** A server that plays its part of a TLS 1.3 connection as the options have it. */
export function createScriptedServer(options: ServerOptions): ScriptedServer {
  const crypto = options.crypto ?? createPortableProvider((output) => void randomFillSync(output));
  const handshake = createServerHandshake(options, crypto);
  const reader = createRecordReader();
  const messageReader = createMessageReader();
  const writer = createRecordWriter({
    framing: options.framing ?? 'separate',
    padding: options.padding ?? 0,
    alter: options.alterRecord ?? ((record) => record),
  });
  const messages: HandshakeMessage[] = [];
  const records: ReceivedRecord[] = [];
  const alerts: ReceivedAlert[] = [];
  const early: Uint8Array[] = [];
  const authentications: SeenAuthentication[] = [];
  const inHandshake = watchAuthentication();
  /** Requests after the handshake that were not answered yet. */
  const requests: { readonly transcript: Transcript; readonly watch: AuthenticationWatch }[] = [];
  let received: Uint8Array[] = [];
  let receivedLength = 0;
  let readSecret: Uint8Array | undefined;
  let writeSecret: Uint8Array | undefined;
  let done = false;
  let clientClosed = false;
  let error: Error | undefined;
  let tickets = 0;

  const suite = (): Suite => {
    if (handshake.suite === undefined) throw new Error('no cipher suite has been agreed on yet');
    return handshake.suite;
  };

  const readWith = (secret: Uint8Array): void => {
    readSecret = secret;
    reader.protect(protectionOf(suite(), secret));
  };

  const writeWith = (secret: Uint8Array | undefined): void => {
    if (secret === undefined) throw new Error('there are no keys to write with yet');
    writeSecret = secret;
    writer.protect(protectionOf(suite(), secret));
  };

  // Sending.

  const sendTampered = (name: MessageName, message: HandshakeMessage): void => {
    const sent = options.tamper?.[name]?.(message, server) ?? message;
    for (const each of Array.isArray(sent) ? sent : [sent]) {
      if (!done) handshake.add(each);
      writer.handshake(each.encoded);
      handshake.afterSending(name);
    }
    handshake.afterSending(name);
    const mayRead = readSecret === undefined && handshake.earlyTraffic === undefined;
    if (name === 'serverHello' && mayRead && handshake.handshakeSecrets !== undefined) {
      readWith(handshake.handshakeSecrets.client);
    }
  };

  const takeStep = (step: FlightStep): void => {
    if (typeof step === 'function') step(server);
    else if (step === 'changeCipherSpec') server.sendChangeCipherSpec();
    else if (step === 'handshakeKeys') writeWith(handshake.handshakeSecrets?.server);
    else if (step === 'applicationKeys') writeWith(handshake.applicationSecrets?.server);
    else sendTampered(step, handshake.make(step));
  };

  // Receiving.

  const takeRecord = (record: ReceivedRecord): void => {
    records.push(record);
    const { content, contentType } = record;
    if (content === undefined) {
      skipEarlyData();
      return;
    }
    if (contentType === contentTypes.handshake) takeHandshake(content);
    else if (contentType === contentTypes.alert) takeAlert(content, record.encrypted);
    else if (contentType === contentTypes.applicationData) takeData(content);
    else if (contentType !== contentTypes.changeCipherSpec) {
      wrong(`the client sent a record of type ${contentType}`);
    }
  };

  /** RFC 8446 section 4.2.10: what can't be opened was early data that was rejected; the first record is still to come. */
  const skipEarlyData = (): void => {
    const offered = handshake.hellos[0]?.extensions.some(({ type }) => type === extensionTypes.earlyData);
    const rejected = offered === true && handshake.earlyTraffic === undefined && !done;
    if (rejected && readSecret !== undefined) readWith(readSecret);
  };

  const wrong = (problem: string): void => {
    error ??= new Error(problem);
  };

  const takeHandshake = (fragment: Uint8Array): void => {
    messageReader.add(fragment);
    for (let message = messageReader.next(); message !== undefined; message = messageReader.next()) {
      messages.push(message);
      if (done) takePostHandshake(message);
      else if (message.type === handshakeTypes.clientHello) answerHello(message);
      else if (message.type === handshakeTypes.endOfEarlyData) takeEndOfEarlyData(message);
      else if (message.type === handshakeTypes.finished) takeFinished(message);
      else if (handshake.transcript !== undefined) inHandshake.take(message, handshake.transcript);
    }
  };

  const takenHello = (message: HandshakeMessage): readonly FlightStep[] => {
    try {
      return handshake.takeClientHello(message);
    } catch (cause) {
      wrong(cause instanceof Error ? cause.message : String(cause));
      return [];
    }
  };

  const answerHello = (message: HandshakeMessage): void => {
    const steps = takenHello(message);
    if (handshake.earlyTraffic !== undefined) readWith(handshake.earlyTraffic);
    for (const step of options.flight?.(steps, handshake.hellos.length) ?? steps) takeStep(step);
  };

  const takeEndOfEarlyData = (message: HandshakeMessage): void => {
    const inTime = handshake.earlyTraffic !== undefined && readSecret === handshake.earlyTraffic;
    if (!inTime || message.body.length > 0) wrong('the client sent an EndOfEarlyData that is wrong');
    handshake.add(message);
    if (handshake.handshakeSecrets !== undefined) readWith(handshake.handshakeSecrets.client);
  };

  const takeFinished = (message: HandshakeMessage): void => {
    done = handshake.takeFinished(message);
    if (handshake.applicationSecrets !== undefined) readWith(handshake.applicationSecrets.client);
    if (!done) {
      wrong("the client's Finished is wrong");
      return;
    }
    if (inHandshake.seen !== undefined) authentications.push(inHandshake.seen);
    for (let count = options.sessionTickets ?? 0; count > 0; count--) server.sendTicket();
    options.onDone?.(server);
  };

  const takePostHandshake = (message: HandshakeMessage): void => {
    const [request] = requests;
    if (request !== undefined && message.type !== handshakeTypes.keyUpdate) {
      takeAuthentication(message, request);
      return;
    }
    if (message.type !== handshakeTypes.keyUpdate || readSecret === undefined) {
      wrong(`the client sent ${handshakeTypeName(message.type)} after the handshake`);
      return;
    }
    readWith(updatedSecret(suite(), readSecret));
    if (decodeKeyUpdate(message.body)) server.sendKeyUpdate(false);
  };

  /** RFC 8446 section 4.6.2: Certificate, CertificateVerify and Finished, an answer to the oldest request. */
  const takeAuthentication = (
    message: HandshakeMessage,
    { transcript, watch }: { readonly transcript: Transcript; readonly watch: AuthenticationWatch },
  ): void => {
    if (message.type !== handshakeTypes.finished) {
      watch.take(message, transcript);
      return;
    }
    requests.shift();
    const { seen } = watch;
    const secret = readSecret ?? new Uint8Array(0);
    if (seen === undefined || !isFinishedRight(suite().hash, secret, transcript, message)) {
      wrong("the client's Finished after the handshake is wrong");
    } else authentications.push(seen);
  };

  const takeAlert = (content: Uint8Array, encrypted: boolean): void => {
    const [level = 0, code = 0] = content;
    if (content.length !== 2) wrong(`the client sent an alert of ${content.length} octets`);
    const alert: ReceivedAlert = {
      name: alertName(code),
      code,
      level: level === 1 ? 'warning' : level === 2 ? 'fatal' : level,
      encrypted,
    };
    alerts.push(alert);
    if (alert.name === 'close_notify') clientClosed = true;
    options.onAlert?.(alert, server);
  };

  const takeData = (data: Uint8Array): void => {
    if (!done) early.push(data);
    else received.push(data);
    if (done) receivedLength += data.length;
    options.onData?.(data, server);
  };

  const sends = <A extends readonly unknown[], R>(act: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      const result = act(...args);
      server.onOutput?.();
      return result;
    };
  };

  const server: ScriptedServer = {
    onOutput: undefined,
    receive: sends((bytes: Uint8Array) => {
      reader.add(bytes);
      for (let record = reader.next(); record !== undefined; record = reader.next()) takeRecord(record);
    }),
    output: () => writer.pending(),
    outputTaken: (length) => writer.taken(length),

    hellos: handshake.hellos,
    messages,
    authentications,
    records,
    alerts,
    get received() {
      received = [concat(received)];
      return received[0] ?? new Uint8Array(0);
    },
    get earlyData() {
      return concat(early);
    },
    get receivedLength() {
      return receivedLength;
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

    send: sends((data: Uint8Array) => {
      const size = options.recordSize ?? maximumPlaintext;
      for (let at = 0; at < data.length; at += size) {
        writer.record(contentTypes.applicationData, data.subarray(at, at + size));
      }
    }),
    sendAlert: sends((alert: AlertName | number, level?: 'warning' | 'fatal' | number) => {
      const code = typeof alert === 'number' ? alert : alertDescriptions[alert];
      const closing = alert === 'close_notify' || alert === 'user_canceled';
      const levelCode = levels[String(level ?? (closing ? 'warning' : 'fatal'))] ?? Number(level);
      writer.record(contentTypes.alert, Uint8Array.of(levelCode, code));
    }),
    closeNotify: () => server.sendAlert('close_notify'),
    requestAuthentication: sends((context: Uint8Array, extensions?: readonly Extension[]) => {
      const schemes = Object.values(signatureSchemes).map(({ code }) => code);
      const body = encodeCertificateRequest({
        certificateRequestContext: context,
        extensions: extensions ?? [signatureAlgorithmsExtension(schemes)],
      });
      const request = handshakeMessage(handshakeTypes.certificateRequest, body);
      if (handshake.transcript === undefined) throw new Error('there was no handshake yet');
      const transcript = handshake.transcript.clone();
      transcript.add(request);
      requests.push({ transcript, watch: watchAuthentication() });
      writer.handshake(request.encoded);
    }),
    sendKeyUpdate: sends((updateRequested: boolean = false) => {
      const body = encodeKeyUpdate(updateRequested ? 1 : 0);
      sendTampered('keyUpdate', handshakeMessage(handshakeTypes.keyUpdate, body));
      server.updateWriteKeys();
    }),
    sendTicket: sends((ticket: Partial<NewSessionTicket> = {}) => {
      const { maxEarlyData = 0 } = options;
      const extensions = maxEarlyData > 0 ? [maxEarlyDataSizeExtension(maxEarlyData)] : [];
      const right = { ...defaultTicket(tickets++), extensions };
      const { message, psk } = handshake.newSessionTicket({ ...right, ...ticket });
      sendTampered('newSessionTicket', message);
      return psk;
    }),
    play: sends((...steps: readonly FlightStep[]) => {
      for (const step of steps) takeStep(step);
    }),
    sendHandshake: sends((type: number, body: Uint8Array) => {
      const message = handshakeMessage(type, body);
      if (!done) handshake.add(message);
      writer.handshake(message.encoded);
    }),
    sendHandshakeBytes: sends((bytes: Uint8Array) => writer.handshake(bytes)),
    sendRecord: sends((type: number, content: Uint8Array, record?: RecordOptions) =>
      writer.record(type, content, record),
    ),
    sendChangeCipherSpec: sends(() =>
      writer.record(contentTypes.changeCipherSpec, Uint8Array.of(1), { protected: false }),
    ),
    sendRaw: sends((bytes: Uint8Array) => writer.raw(bytes)),
    updateWriteKeys() {
      if (writeSecret === undefined) throw new Error('there are no keys to update yet');
      writeWith(updatedSecret(suite(), writeSecret));
    },
  };
  return server;
}

const levels: Readonly<Record<string, number>> = { warning: 1, fatal: 2 };
