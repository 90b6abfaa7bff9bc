import type { CryptoProvider } from '@halfclose/crypto';
import { wipe } from '@halfclose/crypto';
import { takeAlert } from './alertsReceived.ts';
import type { ClientConfig, ConnectionEvent } from './config.ts';
import type { ConnectionFacts } from './connection.ts';
import type { EarlyData } from './earlyData.ts';
import { internalError, local } from './endings.ts';
import { TLSError } from './errors.ts';
import type { Established } from './handshake/clientHandshake.ts';
import { HandshakeDriver } from './handshake/driver.ts';
import type { Established12 } from './handshake/tls12/established12.ts';
import type { Traffic } from './handshake/traffic.ts';
import { LastingSecrets } from './lastingSecrets.ts';
import type { MessageObserver } from './messageObserver.ts';
import { type AlertName, alertDescriptions, alertLevels } from './protocol/alerts.ts';
import { contentTypes } from './protocol/contentTypes.ts';
import { createIncomingRecords, type IncomingHandlers, type IncomingRecords } from './records/incoming.ts';
import { createOutgoingRecords, type OutgoingRecords } from './records/outgoing.ts';
import { createReassembly, type Reassembly } from './records/reassembly.ts';
import { createSessionKeeper, type SessionKeeper } from './sessionKeeper.ts';
import { withSharedChains } from './sharedCertificates.ts';

/**
 * What a connection is made of, how it lives and how it ends. `clientConnection.ts` shows it to the program,
 * `connectionWire.ts` to the handshake, and the records tell it what came. It keeps nothing that only the handshake needs,
 * the configuration first of all: most connections are idle most of the time, and then this is what they cost.
 *
 * A class for the reason given in records/protection.ts.
 */
export class ConnectionState implements IncomingHandlers {
  readonly clock: ClientConfig['clock'];
  readonly #onEvent: ((event: ConnectionEvent) => void) | undefined;
  readonly crypto: CryptoProvider;
  readonly sessions: SessionKeeper;
  readonly observer: MessageObserver | undefined;
  readonly messages: Reassembly;
  readonly outgoing: OutgoingRecords;
  readonly incoming: IncomingRecords;
  readonly driver: HandshakeDriver;

  /** The secrets of the epochs, as long as the handshake goes on; then they are among the `secrets`. */
  readTraffic: Traffic | undefined;
  writeTraffic: Traffic | undefined;
  /** Those of TLS 1.3, once the handshake is done. */
  secrets: LastingSecrets | undefined;
  /** The same of TLS 1.2. */
  established12: Established12 | undefined;
  earlyData: EarlyData | undefined;
  earlyExporter: Traffic | undefined;

  facts: ConnectionFacts | undefined;
  begun: number | undefined;
  answered: number | undefined;

  error: TLSError | undefined;
  destroyed = false;
  peerClosed = false;
  writeClosed = false;
  readClosed = false;
  /** The handshake is over, and not only so far that data may be written. */
  isDone = false;
  readonly offersTls12: boolean;
  speaksTls12 = false;
  speaksTls13 = false;
  owesKeyUpdate = false;
  changeCipherSpecSent = false;

  // What may not come again and again: since the last application data, and for the last two since answers were taken.
  keyUpdates = 0;
  tickets = 0;
  warnings = 0;
  certificateRequests = 0;
  helloRequests = 0;

  constructor(config: ClientConfig, offersTls12: boolean) {
    this.clock = config.clock;
    this.#onEvent = config.onEvent;
    this.crypto = config.crypto;
    this.offersTls12 = offersTls12;
    this.sessions = createSessionKeeper(config.sessions);
    this.messages = createReassembly(config.maxCertificateLength);
    this.observer = config.onMessage?.();
    this.outgoing = createOutgoingRecords(this.observer);
    this.incoming = createIncomingRecords(this);
    this.driver = new HandshakeDriver(this.observer?.watchMessages(this.messages) ?? this.messages, this);
  }

  get hasFailed(): boolean {
    return this.error !== undefined || this.destroyed;
  }

  get isOver(): boolean {
    return this.hasFailed || this.peerClosed;
  }

  /** To make an error costs more than to destroy a connection, and few look at that of one that is destroyed. */
  get failure(): TLSError | undefined {
    if (this.destroyed) this.error ??= local('CONNECTION_DESTROYED', 'the connection was destroyed');
    return this.error;
  }

  throwIfFailed(): void {
    if (this.hasFailed) throw this.failure;
  }

  tell(event: ConnectionEvent): void {
    // Called as it is: as a method of ours it would be given what we are, secrets and all.
    const onEvent = this.#onEvent;
    if (!this.hasFailed) onEvent?.(event);
  }

  // What the records bring.

  handshake(fragment: Uint8Array): void {
    if (this.facts === undefined) this.answered ??= this.clock();
    this.messages.add(fragment);
    this.driver.advance();
  }

  alert(level: number, description: number): void {
    takeAlert(this, level, description);
  }

  changeCipherSpec(): void {
    this.driver.takeChangeCipherSpec();
  }

  applicationData(): void {
    this.keyUpdates = 0;
    this.tickets = 0;
    this.warnings = 0;
    // Answers that nobody takes would pile up.
    if (this.outgoing.pending().length > 0) return;
    this.certificateRequests = 0;
    this.helloRequests = 0;
  }

  insideMessage(): boolean {
    return this.messages.pending > 0;
  }

  mayContinue(): boolean {
    return !this.isOver && this.driver.waiting === undefined;
  }

  // How the handshake ends.

  /** Application data may be written from here on. With False Start that is before the handshake is done. */
  begin(established: Established): void {
    if (established.version === 'TLSv1.2') this.established12 = established;
    else this.#keepSecrets(established);
    if (this.facts !== undefined || this.hasFailed) return;
    const { facts } = established;
    const done = this.clock();
    const timing = Object.freeze({ begun: this.begun ?? done, answered: this.answered ?? done, done });
    this.begun = undefined;
    this.answered = undefined;
    // A copy: the message that it came with, and all else in it, would stay for its sake.
    const ocspResponse = facts.ocspResponse && new Uint8Array(facts.ocspResponse);
    const signedCertificateTimestamps = facts.signedCertificateTimestamps.map((sct) => new Uint8Array(sct));
    this.keepFacts({ ...facts, ocspResponse, signedCertificateTimestamps, timing });
    this.tell({ type: 'handshakeDone' });
  }

  keepFacts(facts: ConnectionFacts): void {
    this.facts = Object.freeze(withSharedChains(this.crypto, facts));
  }

  #keepSecrets(established: Exclude<Established, Established12>): void {
    const { readTraffic, writeTraffic } = this;
    if (readTraffic === undefined || writeTraffic === undefined) throw new Error('no keys were agreed on');
    this.secrets = new LastingSecrets(established, readTraffic, writeTraffic);
    this.readTraffic = undefined;
    this.writeTraffic = undefined;
  }

  /** The handshake is over. */
  done(established: Established): void {
    this.isDone = true;
    this.incoming.establish();
    this.begin(established);
  }

  // How the connection ends.

  sendAlert(level: 'warning' | 'fatal', name: AlertName): void {
    const content = Uint8Array.of(alertLevels[level], alertDescriptions[name]);
    this.outgoing.append(contentTypes.alert, content);
    this.observer?.report('sent', 'alert', content);
  }

  fail(cause: unknown): void {
    if (this.hasFailed) return;
    const error = cause instanceof TLSError ? cause : internalError(cause);
    this.error = error;
    if (error.alert !== undefined && error.fault !== 'alert' && !this.writeClosed) {
      this.sendAlert('fatal', error.alert);
    }
    this.end();
  }

  /** No step, no record and no key outlives the connection; what is readable and what is to be sent does. */
  end(): void {
    this.endReading();
    this.endWriting();
    this.messages.destroy();
    this.established12?.destroy();
    this.secrets?.wipe('exporter');
    if (this.earlyExporter !== undefined) wipe(this.earlyExporter.secret);
  }

  endReading(): void {
    this.driver.stop();
    this.incoming.close();
    if (this.readTraffic !== undefined) wipe(this.readTraffic.secret);
    // No ticket comes any more either.
    this.secrets?.wipe('read', 'resumption');
  }

  endWriting(): void {
    this.outgoing.close();
    if (this.writeTraffic !== undefined) wipe(this.writeTraffic.secret);
    this.secrets?.wipe('write');
  }

  /** Gives back what can be had again: buffers that hold nothing, and in TLS 1.3 the keys. */
  rest(): void {
    this.incoming.releaseBuffers();
    this.outgoing.releaseBuffer();
    if (this.secrets === undefined || this.isOver) return;
    this.incoming.rest(this.secrets);
    if (!this.writeClosed) this.outgoing.rest(this.secrets);
  }
}
