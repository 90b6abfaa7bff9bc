import { checkExport, checkRange } from './callerChecks.ts';
import type { ClientConfig } from './config.ts';
import type { ClientConnection, ConnectionFacts } from './connection.ts';
import { ConnectionState } from './connectionState.ts';
import { ConnectionWire } from './connectionWire.ts';
import type { EarlyDataStatus } from './earlyData.ts';
import { earlyDataRejected, local, truncated } from './endings.ts';
import { TLSError } from './errors.ts';
import { clientHandshake } from './handshake/clientHandshake.ts';
import { exportFrom } from './handshake/exporter.ts';
import { type Parameters, resolveParameters } from './handshake/parameters.ts';
import { postHandshake13 } from './handshake/postHandshake13.ts';
import type { AfterHandshake, Steps } from './handshake/steps.ts';
import { type AlertName, isAlertName } from './protocol/alerts.ts';

/**
 * Begins a connection: the ClientHello waits in `output()`, or is being made if key generation is asynchronous.
 * @throws TLSError where the configuration leaves nothing to offer, or a name can't be sent
 */
export function createClientConnection(config: ClientConfig): ClientConnection {
  const parameters = resolveParameters(config);
  const state = new ConnectionState(config, parameters.tls12 !== undefined);
  const wire = state.observer?.watchWire(state) ?? new ConnectionWire(state);
  try {
    state.driver.begin(life(config, parameters, state, wire));
  } catch (cause) {
    state.fail(cause);
  }
  return new Connection(state, wire);
}

function* life(
  config: ClientConfig,
  parameters: Parameters,
  state: ConnectionState,
  wire: ConnectionWire,
): Steps<AfterHandshake> {
  const agreed = yield* clientHandshake(config, parameters, wire);
  state.done(agreed);
  if (agreed.version === 'TLSv1.3') return postHandshake13(config, agreed, wire, state);
  if (parameters.tls12 === undefined) throw new Error('TLS 1.2 was agreed on, and not offered');
  return parameters.tls12.afterHandshake(wire, state);
}

/** A class for the reason given in records/protection.ts. */
class Connection implements ClientConnection {
  readonly #state: ConnectionState;
  readonly #wire: ConnectionWire;

  constructor(state: ConnectionState, wire: ConnectionWire) {
    this.#state = state;
    this.#wire = wire;
  }

  get error(): TLSError | undefined {
    return this.#state.failure;
  }
  get facts(): ConnectionFacts | undefined {
    return this.#state.facts;
  }
  get waiting(): Promise<void> | undefined {
    return this.#state.hasFailed ? undefined : this.#state.driver.waiting;
  }

  receive(chunk: Uint8Array, offset = 0): number {
    const state = this.#state;
    const rest = chunk.length - offset;
    checkRange(chunk, offset, rest);
    if (state.hasFailed) return rest;
    if (state.peerClosed) return 0;
    try {
      const taken = state.incoming.receive(chunk, offset);
      if (state.isOver) state.endReading();
      return taken;
    } catch (cause) {
      state.fail(cause);
      return rest;
    }
  }

  receiveEnd(): void {
    const state = this.#state;
    if (state.isOver || (state.readClosed && state.isDone)) return;
    state.fail(truncated(!state.isDone));
  }

  output(): Uint8Array {
    return this.#state.outgoing.pending();
  }
  outputTaken(length: number): void {
    this.#state.outgoing.taken(length);
  }

  write(data: Uint8Array, offset = 0): number {
    checkRange(data, offset, data.length - offset);
    const { outgoing, facts, secrets } = this.#writable();
    if (facts === undefined) return 0;
    const rejected = this.rejectedEarlyData;
    if (rejected > 0) throw earlyDataRejected(rejected);
    // TLS 1.2 has no other keys to go on with, and a nonce that never repeats.
    if (secrets === undefined) return outgoing.appendApplicationData(data, offset, Number.POSITIVE_INFINITY);
    const { recordLimit } = secrets.suite;
    if (this.#state.owesKeyUpdate || this.#recordsLeft(recordLimit) < 1) this.#wire.updateWriteKeys(false);
    return outgoing.appendApplicationData(data, offset, this.#recordsLeft(recordLimit));
  }

  /** Records of application data that the key may still protect; a KeyUpdate and an alert then find it good. */
  #recordsLeft(recordLimit: number): number {
    return recordLimit - (this.#state.outgoing.protection?.sequenceNumber ?? 0) - 2;
  }

  writeEarlyData(data: Uint8Array, offset = 0): number {
    checkRange(data, offset, data.length - offset);
    return this.#writable().earlyData?.write(data, offset) ?? 0;
  }
  get earlyDataStatus(): EarlyDataStatus {
    return this.#state.earlyData?.status ?? 'notOffered';
  }
  get rejectedEarlyData(): number {
    return this.#state.earlyData?.rejectedLength ?? 0;
  }
  takeRejectedEarlyData(): Uint8Array {
    return this.#state.earlyData?.takeRejected() ?? new Uint8Array(0);
  }

  read(target: Uint8Array, offset = 0, length: number = target.length - offset): number {
    const state = this.#state;
    checkRange(target, offset, length);
    const count = state.incoming.read(target, offset, length);
    const isUsedUp = count === 0 && state.incoming.readable === 0;
    // A half that was closed here ends for its reader, whatever has become of the rest.
    if (isUsedUp && (!state.readClosed || state.destroyed)) state.throwIfFailed();
    return count;
  }
  get readable(): number {
    return this.#state.incoming.readable;
  }
  get peerClosed(): boolean {
    return this.#state.peerClosed;
  }

  exportKeyingMaterial(label: string, context: Uint8Array | undefined, length: number): Uint8Array {
    const { secrets, established12 } = this.#established();
    if (secrets !== undefined) {
      const { hashAlgorithm } = secrets.suite;
      checkExport(label, length, 255 * hashAlgorithm.outputLength);
      return exportFrom(hashAlgorithm, secrets.get('exporter'), label, context ?? nothing, length);
    }
    if (established12 === undefined) throw new Error('a handshake that is done has left no secret');
    checkExport(label, length, maximumExport12);
    return established12.exportKeyingMaterial(label, context, length);
  }
  exportEarlyKeyingMaterial(label: string, context: Uint8Array, length: number): Uint8Array {
    this.#state.throwIfFailed();
    if (this.#state.earlyExporter === undefined) throw local('INVALID_STATE', 'no early data was offered');
    const { suite, secret } = this.#state.earlyExporter;
    checkExport(label, length, 255 * suite.hashAlgorithm.outputLength);
    return exportFrom(suite.hashAlgorithm, secret, label, context, length);
  }
  updateKeys(requestPeer = false): void {
    if (this.#established().secrets === undefined) {
      throw local('INVALID_STATE', 'only TLS 1.3 has a KeyUpdate');
    }
    this.#writable();
    this.#wire.updateWriteKeys(requestPeer);
  }

  closeWrite(): void {
    const state = this.#state;
    if (state.hasFailed || state.writeClosed) return;
    if (state.facts === undefined) state.sendAlert('warning', 'user_canceled');
    state.sendAlert('warning', 'close_notify');
    state.writeClosed = true;
    if (state.facts === undefined) {
      state.fail(local('CONNECTION_CANCELED', 'the handshake was given up by shutting down the write side'));
    } else {
      state.endWriting();
    }
  }
  abort(alert: AlertName): void {
    // close_notify would say that all is well, and so would what has no number.
    if (!isAlertName(alert) || alert === 'close_notify' || alert === 'user_canceled') {
      throw new TypeError(`"${String(alert).slice(0, 64)}" is not an alert that gives a connection up`);
    }
    this.#state.fail(
      new TLSError(`the connection was given up with the alert ${alert}`, {
        fault: 'local',
        reason: 'CONNECTION_ABORTED',
        alert,
      }),
    );
  }
  closeRead(): void {
    this.#state.readClosed = true;
    this.#state.incoming.discard();
  }
  get writeClosed(): boolean {
    return this.#state.writeClosed;
  }
  get readClosed(): boolean {
    return this.#state.readClosed;
  }
  get discarded(): number {
    return this.#state.incoming.discarded;
  }

  releaseBuffers(): void {
    this.#state.rest();
  }
  destroy(): void {
    const state = this.#state;
    state.destroyed = true;
    state.end();
    state.incoming.destroy();
    state.outgoing.destroy();
    state.earlyData?.close();
  }

  /** @throws TLSError the cause of death, and after `closeWrite` */
  #writable(): ConnectionState {
    this.#state.throwIfFailed();
    if (this.#state.writeClosed) throw local('PROTOCOL_IS_SHUTDOWN', 'the write side is closed');
    return this.#state;
  }

  /** @throws TLSError the cause of death, and before the handshake is done */
  #established(): ConnectionState {
    this.#state.throwIfFailed();
    const { secrets, established12 } = this.#state;
    if (secrets !== undefined || established12 !== undefined) return this.#state;
    throw local('INVALID_STATE', 'the handshake is not done yet');
  }
}

const nothing = new Uint8Array(0);

/** Octets that TLS 1.2 exports at once. Its PRF has no limit; nobody needs as much. */
const maximumExport12 = 2 ** 14;
