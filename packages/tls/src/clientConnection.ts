import { wipe } from '@halfclose/crypto';
import { checkAlertLevel, checkKnownLevel } from './alertLevels.ts';
import { checkExport, checkRange } from './callerChecks.ts';
import type { ClientConfig } from './config.ts';
import type { ClientConnection, ConnectionFacts } from './connection.ts';
import { createEarlyData } from './earlyData.ts';
import { alertReceived, earlyDataRejected, internalError, local, truncated } from './endings.ts';
import { misbehaved, TLSError } from './errors.ts';
import { clientHandshake, type Established } from './handshake/clientHandshake.ts';
import { createHandshakeDriver } from './handshake/driver.ts';
import { exportFrom } from './handshake/exporter.ts';
import { type Parameters, resolveParameters } from './handshake/parameters.ts';
import { postHandshake13 } from './handshake/postHandshake13.ts';
import type { Steps } from './handshake/steps.ts';
import { protectionFor, type Traffic, updateTraffic } from './handshake/traffic.ts';
import { type ConnectionWire, MessageObserver } from './messageObserver.ts';
import { handshakeMessage } from './messages/handshakeMessage.ts';
import { encodeKeyUpdate, keyUpdateRequests } from './messages/keyUpdate.ts';
import { type AlertName, alertDescriptions, alertLevels, alertName, isAlertName } from './protocol/alerts.ts';
import { contentTypes } from './protocol/contentTypes.ts';
import { handshakeTypes } from './protocol/handshakeTypes.ts';
import { createIncomingRecords } from './records/incoming.ts';
import { createOutgoingRecords } from './records/outgoing.ts';
import { createReassembly } from './records/reassembly.ts';
import { createSessionKeeper } from './sessionKeeper.ts';

/** Warnings that may come without application data between them before they become a nuisance. */
const maximumWarnings = 4;

/**
 * Begins a connection: the ClientHello waits in `output()`, or is being made if key generation is asynchronous.
 * @throws TLSError where the configuration leaves nothing to offer, or a name can't be sent
 */
export function createClientConnection(config: ClientConfig): ClientConnection {
  /** For the handshake only: after it an idle connection would keep it for nothing. */
  let parameters: Parameters | undefined = resolveParameters(config);
  const offersTls12 = parameters.tls12 !== undefined;
  const messages = createReassembly(config.maxCertificateLength);
  const observer = config.onMessage && new MessageObserver(config.onMessage);
  const outgoing = createOutgoingRecords(observer);
  const earlyData = createEarlyData(outgoing);
  const storeSession = createSessionKeeper(config.sessions);
  const counts = { keyUpdates: 0, tickets: 0, certificateRequests: 0, helloRequests: 0, warnings: 0 };
  let readTraffic: Traffic | undefined;
  let writeTraffic: Traffic | undefined;
  let established: Established | undefined;
  let facts: ConnectionFacts | undefined;
  let error: TLSError | undefined;
  let peerClosed = false;
  let writeClosed = false;
  let readClosed = false;
  let destroyed = false;
  let isDone = false;
  let speaksTls12 = false;
  let owesKeyUpdate = false;
  let changeCipherSpecSent = false;
  let earlyExporter: Traffic | undefined;
  let begun: number | undefined;
  let answered: number | undefined;

  const incoming = createIncomingRecords({
    handshake(fragment) {
      answered ??= config.clock();
      messages.add(fragment);
      driver.advance();
    },
    alert: takeAlert,
    changeCipherSpec: () => driver.takeChangeCipherSpec(),
    applicationData() {
      counts.keyUpdates = 0;
      counts.tickets = 0;
      counts.warnings = 0;
      // Answers that nobody takes would pile up.
      if (outgoing.pending().length > 0) return;
      counts.certificateRequests = 0;
      counts.helloRequests = 0;
    },
    insideMessage: () => messages.pending > 0,
    mayContinue: () => !isOver() && driver.waiting === undefined,
    observer,
  });

  /** To make an error costs more than to destroy a connection, and few look at that of one that is destroyed. */
  const failure = (): TLSError | undefined => {
    if (destroyed) error ??= local('CONNECTION_DESTROYED', 'the connection was destroyed');
    return error;
  };
  const hasFailed = (): boolean => error !== undefined || destroyed;
  const throwIfFailed = (): void => {
    if (hasFailed()) throw failure();
  };
  const isOver = (): boolean => hasFailed() || peerClosed;

  // What the handshake does to the connection.

  const ownWire: ConnectionWire = {
    send(...flight) {
      begun ??= config.clock();
      const encoded = new Uint8Array(flight.reduce((length, message) => length + message.encoded.length, 0));
      let at = 0;
      for (const message of flight) {
        encoded.set(message.encoded, at);
        at += message.encoded.length;
      }
      outgoing.append(contentTypes.handshake, encoded);
    },
    reportHidden() {
      // `watchWire` does, where somebody looks on.
    },
    sendChangeCipherSpec() {
      if (changeCipherSpecSent) return;
      changeCipherSpecSent = true;
      outgoing.appendChangeCipherSpec();
    },
    requireRecordEnd() {
      if (messages.pending === 0) return;
      throw misbehaved(
        'unexpected_message',
        'EXCESS_HANDSHAKE_DATA',
        'a record goes on where the keys change, or it is our turn (RFC 8446 section 5.1)',
      );
    },
    readWith(traffic) {
      wire.requireRecordEnd();
      incoming.protect(protectionFor(traffic));
      if (readTraffic !== undefined) wipe(readTraffic.secret);
      readTraffic = traffic;
    },
    writeWith(traffic) {
      earlyData.end();
      outgoing.protect(protectionFor(traffic));
      if (writeTraffic !== undefined) wipe(writeTraffic.secret);
      writeTraffic = traffic;
    },
    offerEarlyData(traffic, exporterSecret, limit) {
      wire.writeWith(traffic);
      earlyExporter = { suite: traffic.suite, secret: exporterSecret };
      earlyData.offer(limit);
    },
    acceptEarlyData() {
      earlyData.accept();
    },
    rejectEarlyData() {
      earlyData.reject();
      outgoing.unprotect();
      if (writeTraffic !== undefined) wipe(writeTraffic.secret);
      writeTraffic = undefined;
    },
    limitOutgoing(octets) {
      if (octets !== undefined) outgoing.limitPlaintext(octets);
    },
    limitIncoming(octets) {
      if (octets !== undefined) incoming.limitPlaintext(octets);
    },
    speakTls12() {
      speaksTls12 = true;
      incoming.speakTls12();
    },
    protectReading(protection) {
      wire.requireRecordEnd();
      incoming.protect(protection);
    },
    protectWriting(protection) {
      outgoing.protect(protection);
    },
    falseStart(nearly) {
      begin(nearly);
    },
    refuseRenegotiation() {
      if (!writeClosed) sendAlert('warning', 'no_renegotiation');
      config.onEvent?.({ type: 'renegotiationRefused' });
    },
    updateReadKeys() {
      if (readTraffic === undefined) return;
      wire.readWith(updateTraffic(readTraffic));
      config.onEvent?.({ type: 'keyUpdated', direction: 'read' });
    },
    answerKeyUpdate() {
      // Section 4.6.3: "prior to sending its next Application Data record", and one answer for all requests that come
      // while we are silent. A peer that asks and asks costs no memory.
      owesKeyUpdate = true;
    },
    writeTraffic: () => (writeClosed ? undefined : writeTraffic),
    keepAuthentication(clientAuthentication) {
      if (facts !== undefined) facts = Object.freeze({ ...facts, clientAuthentication });
      config.onEvent?.({ type: 'clientAuthenticated' });
    },
    keepSession(session) {
      storeSession(session);
      config.onEvent?.({ type: 'session', session });
    },
  };
  const wire = observer?.watchWire(ownWire) ?? ownWire;

  /** Records of application data that the key may still protect; a KeyUpdate and an alert then find it good. */
  const recordsLeft = ({ suite }: Traffic): number =>
    suite.recordLimit - (outgoing.protection?.sequenceNumber ?? 0) - 2;

  const updateWriteKeys = (request: number = keyUpdateRequests.updateNotRequested): void => {
    if (writeTraffic === undefined) return;
    wire.send(handshakeMessage(handshakeTypes.keyUpdate, encodeKeyUpdate(request)));
    wire.writeWith(updateTraffic(writeTraffic));
    owesKeyUpdate = false;
    config.onEvent?.({ type: 'keyUpdated', direction: 'write' });
  };

  function* life(): Steps<never> {
    if (parameters === undefined) throw new Error('a handshake is done once');
    const agreed = yield* clientHandshake(config, parameters, wire);
    const tls12 = agreed.version === 'TLSv1.2' ? parameters.tls12 : undefined;
    parameters = undefined;
    isDone = true;
    incoming.establish();
    begin(agreed);
    if (agreed.version === 'TLSv1.2') {
      if (tls12 === undefined) throw new Error('TLS 1.2 was agreed on, and not offered');
      return yield* tls12.afterHandshake(wire, counts);
    }
    try {
      return yield* postHandshake13(config, agreed, wire, counts);
    } finally {
      wipe(agreed.resumptionMasterSecret);
    }
  }

  /** Application data may be written from here on. With False Start that is before the handshake is done. */
  const begin = (agreed: Established): void => {
    established = agreed;
    if (facts === undefined) {
      const done = config.clock();
      const timing = Object.freeze({ begun: begun ?? done, answered: answered ?? done, done });
      facts = Object.freeze({ ...agreed.facts, timing });
      config.onEvent?.({ type: 'handshakeDone' });
    }
  };

  // Alerts and endings.

  function takeAlert(level: number, description: number): void {
    const name = alertName(description);
    // Before there are keys the version is not known, and older ones have warnings.
    if (readTraffic !== undefined) checkAlertLevel(level, name, description);
    else if (speaksTls12) checkKnownLevel(level, name, description);
    // Section 5.1: no other record inside a message. An alert that ends the connection anyway says more than that.
    if (messages.pending > 0 && (name === 'close_notify' || name === 'user_canceled')) {
      throw misbehaved('unexpected_message', 'UNEXPECTED_RECORD', `${name} came inside a handshake message`);
    }
    if (name === 'close_notify' && isDone) {
      peerClosed = true;
      config.onEvent?.({ type: 'peerClosed' });
      return;
    }
    // Section 6.1: the peer gives up for a reason that is no error; close_notify comes next.
    if (name === 'user_canceled' || isMereWarning(level, name)) {
      if (++counts.warnings > maximumWarnings) {
        throw misbehaved(
          'unexpected_message',
          'TOO_MANY_WARNING_ALERTS',
          `warnings came again and again, the last of them ${name ?? description}`,
        );
      }
      return;
    }
    throw alertReceived(name, description, !isDone, facts?.clientAuthentication?.misfit);
  }

  /** RFC 5246 section 7.2.2 leaves it to the receiver what to do about a warning. */
  const isMereWarning = (level: number, name: AlertName | undefined): boolean => {
    const mayBeTls12 = speaksTls12 || (readTraffic === undefined && offersTls12);
    return mayBeTls12 && level === alertLevels.warning && name !== 'close_notify';
  };

  const sendAlert = (level: 'warning' | 'fatal', name: AlertName): void => {
    const content = Uint8Array.of(alertLevels[level], alertDescriptions[name]);
    outgoing.append(contentTypes.alert, content);
    observer?.report('sent', 'alert', content);
  };

  const fail = (cause: unknown): void => {
    if (hasFailed()) return;
    error = cause instanceof TLSError ? cause : internalError(cause);
    if (error.alert !== undefined && error.fault !== 'alert' && !writeClosed) sendAlert('fatal', error.alert);
    end();
  };

  /** No step, no record and no key outlives the connection; what is readable and what is to be sent does. */
  const end = (): void => {
    endReading();
    endWriting();
    messages.destroy();
    if (established?.version === 'TLSv1.3') wipe(established.exporterMasterSecret);
    else established?.destroy();
    if (earlyExporter !== undefined) wipe(earlyExporter.secret);
  };

  const endWriting = (): void => {
    outgoing.close();
    if (writeTraffic !== undefined) wipe(writeTraffic.secret);
  };

  const requireEstablished = (): Established => {
    throwIfFailed();
    if (established !== undefined) return established;
    throw local('INVALID_STATE', 'the handshake is not done yet');
  };

  const endReading = (): void => {
    driver.stop();
    incoming.close();
    if (readTraffic !== undefined) wipe(readTraffic.secret);
  };

  const driver = createHandshakeDriver(life(), observer?.watchMessages(messages) ?? messages, fail);
  try {
    driver.advance();
  } catch (cause) {
    fail(cause);
  }

  return {
    get error() {
      return failure();
    },
    get facts() {
      return facts;
    },
    get waiting() {
      return hasFailed() ? undefined : driver.waiting;
    },

    receive(chunk, offset = 0) {
      checkRange(chunk, offset, chunk.length - offset);
      const rest = chunk.length - offset;
      if (hasFailed()) return rest;
      if (peerClosed) return 0;
      try {
        const taken = incoming.receive(chunk, offset);
        if (isOver()) endReading();
        return taken;
      } catch (cause) {
        fail(cause);
        return rest;
      }
    },

    receiveEnd() {
      if (isOver() || (readClosed && isDone)) return;
      fail(truncated(!isDone));
    },

    output() {
      return outgoing.pending();
    },
    outputTaken(length) {
      outgoing.taken(length);
    },

    write(data, offset = 0) {
      checkRange(data, offset, data.length - offset);
      throwIfFailed();
      if (writeClosed) throw local('PROTOCOL_IS_SHUTDOWN', 'the write side is closed');
      if (facts === undefined) return 0;
      if (earlyData.rejectedLength > 0) throw earlyDataRejected(earlyData.rejectedLength);
      // TLS 1.2 has no other keys to go on with, and a nonce that never repeats.
      if (writeTraffic === undefined) {
        return outgoing.appendApplicationData(data, offset, Number.POSITIVE_INFINITY);
      }
      if (owesKeyUpdate || recordsLeft(writeTraffic) < 1) updateWriteKeys();
      return outgoing.appendApplicationData(data, offset, recordsLeft(writeTraffic));
    },

    writeEarlyData(data, offset = 0) {
      checkRange(data, offset, data.length - offset);
      throwIfFailed();
      if (writeClosed) throw local('PROTOCOL_IS_SHUTDOWN', 'the write side is closed');
      return earlyData.write(data, offset);
    },
    get earlyDataStatus() {
      return earlyData.status;
    },
    get rejectedEarlyData() {
      return earlyData.rejectedLength;
    },
    takeRejectedEarlyData() {
      return earlyData.takeRejected();
    },

    read(target, offset = 0, length = target.length - offset) {
      checkRange(target, offset, length);
      const count = incoming.read(target, offset, length);
      const isUsedUp = count === 0 && incoming.readable === 0;
      // A half that was closed here ends for its reader, whatever has become of the rest.
      if (isUsedUp && (!readClosed || destroyed)) throwIfFailed();
      return count;
    },
    get readable() {
      return incoming.readable;
    },
    get peerClosed() {
      return peerClosed;
    },

    exportKeyingMaterial(label, context, length) {
      const agreed = requireEstablished();
      if (agreed.version === 'TLSv1.2') {
        checkExport(label, length, maximumExport12);
        return agreed.exportKeyingMaterial(label, context, length);
      }
      const { suite, exporterMasterSecret } = agreed;
      checkExport(label, length, 255 * suite.hashAlgorithm.outputLength);
      return exportFrom(suite.hashAlgorithm, exporterMasterSecret, label, context ?? nothing, length);
    },
    exportEarlyKeyingMaterial(label, context, length) {
      throwIfFailed();
      if (earlyExporter === undefined) throw local('INVALID_STATE', 'no early data was offered');
      const { suite, secret } = earlyExporter;
      checkExport(label, length, 255 * suite.hashAlgorithm.outputLength);
      return exportFrom(suite.hashAlgorithm, secret, label, context, length);
    },
    updateKeys(requestPeer = false) {
      if (requireEstablished().version !== 'TLSv1.3') {
        throw local('INVALID_STATE', 'only TLS 1.3 has a KeyUpdate');
      }
      if (writeClosed) throw local('PROTOCOL_IS_SHUTDOWN', 'the write side is closed');
      updateWriteKeys(requestPeer ? keyUpdateRequests.updateRequested : keyUpdateRequests.updateNotRequested);
    },

    closeWrite() {
      if (hasFailed() || writeClosed) return;
      if (facts === undefined) sendAlert('warning', 'user_canceled');
      sendAlert('warning', 'close_notify');
      writeClosed = true;
      if (facts === undefined) {
        fail(local('CONNECTION_CANCELED', 'the handshake was given up by shutting down the write side'));
      } else {
        endWriting();
      }
    },
    abort(alert) {
      // close_notify would say that all is well, and so would what has no number.
      if (!isAlertName(alert) || alert === 'close_notify' || alert === 'user_canceled') {
        throw new TypeError(`"${String(alert).slice(0, 64)}" is not an alert that gives a connection up`);
      }
      fail(
        new TLSError(`the connection was given up with the alert ${alert}`, {
          fault: 'local',
          reason: 'CONNECTION_ABORTED',
          alert,
        }),
      );
    },
    closeRead() {
      readClosed = true;
      incoming.discard();
    },
    get writeClosed() {
      return writeClosed;
    },
    get readClosed() {
      return readClosed;
    },
    get discarded() {
      return incoming.discarded;
    },

    releaseBuffers() {
      incoming.releaseBuffers();
      outgoing.releaseBuffer();
    },
    destroy() {
      destroyed = true;
      end();
      incoming.destroy();
      outgoing.destroy();
      earlyData.close();
    },
  };
}

const nothing = new Uint8Array(0);

/** Octets that TLS 1.2 exports at once. Its PRF has no limit; nobody needs as much. */
const maximumExport12 = 2 ** 14;
