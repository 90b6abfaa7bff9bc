import { wipe } from '@halfclose/crypto';
import type { ConnectionFacts } from './connection.ts';
import type { ConnectionState } from './connectionState.ts';
import type { ClientAuthentication } from './credential.ts';
import type { EarlyData } from './earlyData.ts';
import { misbehaved } from './errors.ts';
import type { PostHandshakeWire } from './handshake/postHandshake13.ts';
import type { Established12 } from './handshake/tls12/established12.ts';
import type { HandshakeWire12 } from './handshake/tls12/wire12.ts';
import { protectionFor, type Traffic } from './handshake/traffic.ts';
import type { LastingSecrets } from './lastingSecrets.ts';
import { type HandshakeMessage, handshakeMessage } from './messages/handshakeMessage.ts';
import { encodeKeyUpdate, keyUpdateRequests } from './messages/keyUpdate.ts';
import { contentTypes } from './protocol/contentTypes.ts';
import { handshakeTypes } from './protocol/handshakeTypes.ts';
import type { OutgoingRecords } from './records/outgoing.ts';
import type { Direction, RecordProtection } from './records/protection.ts';
import type { Session } from './session.ts';
import { withSharedChains } from './sharedCertificates.ts';

/** What the handshake, and the messages after it, do to the connection. A class for the reason given in records/protection.ts. */
export class ConnectionWire implements HandshakeWire12, PostHandshakeWire {
  readonly #state: ConnectionState;

  constructor(state: ConnectionState) {
    this.#state = state;
  }

  send(...flight: readonly HandshakeMessage[]): void {
    const state = this.#state;
    if (state.facts === undefined) state.begun ??= state.clock();
    const encoded = new Uint8Array(flight.reduce((length, message) => length + message.encoded.length, 0));
    let at = 0;
    for (const message of flight) {
      encoded.set(message.encoded, at);
      at += message.encoded.length;
    }
    state.outgoing.append(contentTypes.handshake, encoded);
  }

  /** For those who look on. */
  reportHidden(_hello: HandshakeMessage): void {}

  sendChangeCipherSpec(): void {
    if (this.#state.changeCipherSpecSent) return;
    this.#state.changeCipherSpecSent = true;
    this.#state.outgoing.appendChangeCipherSpec();
  }

  requireRecordEnd(): void {
    if (!this.#state.insideMessage()) return;
    throw misbehaved(
      'unexpected_message',
      'EXCESS_HANDSHAKE_DATA',
      'a record goes on where the keys change, or it is our turn (RFC 8446 section 5.1)',
    );
  }

  readWith(traffic: Traffic): void {
    this.requireRecordEnd();
    this.#state.incoming.protect(protectionFor(traffic));
    if (this.#state.readTraffic !== undefined) wipe(this.#state.readTraffic.secret);
    this.#state.readTraffic = traffic;
    this.#state.speaksTls13 = true;
  }

  writeWith(traffic: Traffic): void {
    this.#state.earlyData?.end();
    this.#state.outgoing.protect(protectionFor(traffic));
    this.#replaceWriteTraffic(traffic);
  }

  #replaceWriteTraffic(traffic: Traffic | undefined): void {
    if (this.#state.writeTraffic !== undefined) wipe(this.#state.writeTraffic.secret);
    this.#state.writeTraffic = traffic;
  }

  offerEarlyData(
    traffic: Traffic,
    exporterSecret: Uint8Array,
    create: (outgoing: OutgoingRecords) => EarlyData,
  ): void {
    this.writeWith(traffic);
    this.#state.earlyExporter = { suite: traffic.suite, secret: exporterSecret };
    this.#state.earlyData = create(this.#state.outgoing);
  }

  acceptEarlyData(): void {
    this.#state.earlyData?.accept();
  }

  rejectEarlyData(): void {
    this.#state.earlyData?.reject();
    this.#state.outgoing.unprotect();
    this.#replaceWriteTraffic(undefined);
  }

  limitOutgoing(octets: number | undefined): void {
    if (octets !== undefined) this.#state.outgoing.limitPlaintext(octets);
  }

  limitIncoming(octets: number | undefined): void {
    if (octets !== undefined) this.#state.incoming.limitPlaintext(octets);
  }

  speakTls12(): void {
    this.#state.speaksTls12 = true;
    this.#state.incoming.speakTls12();
  }

  protectReading(protection: RecordProtection): void {
    this.requireRecordEnd();
    this.#state.incoming.protect(protection);
  }

  protectWriting(protection: RecordProtection): void {
    this.#state.outgoing.protect(protection);
  }

  falseStart(nearly: Established12): void {
    this.#state.begin(nearly);
  }

  refuseRenegotiation(): void {
    if (!this.#state.writeClosed) this.#state.sendAlert('warning', 'no_renegotiation');
    this.#state.tell({ type: 'renegotiationRefused' });
  }

  // After the handshake of TLS 1.3.

  agreed(): ConnectionFacts {
    if (this.#state.facts === undefined) throw new Error('nothing is agreed on yet');
    return this.#state.facts;
  }

  resumptionMasterSecret(): Uint8Array {
    return this.#secrets().get('resumption');
  }

  updateReadKeys(): void {
    this.requireRecordEnd();
    this.#state.incoming.protect(this.#update('read'));
    this.#state.tell({ type: 'keyUpdated', direction: 'read' });
  }

  answerKeyUpdate(): void {
    // Section 4.6.3: "prior to sending its next Application Data record", and one answer for all requests that come
    // while we are silent. A peer that asks and asks costs no memory.
    this.#state.owesKeyUpdate = true;
  }

  updateWriteKeys(requestPeer: boolean): void {
    const request = requestPeer ? keyUpdateRequests.updateRequested : keyUpdateRequests.updateNotRequested;
    this.send(handshakeMessage(handshakeTypes.keyUpdate, encodeKeyUpdate(request)));
    this.#state.outgoing.protect(this.#update('write'));
    this.#state.owesKeyUpdate = false;
    this.#state.tell({ type: 'keyUpdated', direction: 'write' });
  }

  #update(direction: Direction): RecordProtection {
    const secrets = this.#secrets();
    secrets.update(direction);
    return protectionFor(secrets.traffic(direction));
  }

  writeTraffic(): Traffic | undefined {
    return this.#state.writeClosed ? undefined : this.#secrets().traffic('write');
  }

  keepAuthentication(clientAuthentication: ClientAuthentication): void {
    this.#state.keepFacts({ ...this.agreed(), clientAuthentication });
    this.#state.tell({ type: 'clientAuthenticated' });
  }

  keepSession(received: Session): void {
    const session = withSharedChains(this.#state.crypto, received);
    this.#state.sessions.keep(session);
    this.#state.tell({ type: 'session', session });
  }

  #secrets(): LastingSecrets {
    if (this.#state.secrets === undefined) throw new Error('no keys were agreed on');
    return this.#state.secrets;
  }
}
