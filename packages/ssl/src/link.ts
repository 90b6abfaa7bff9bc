import type { ClientConnection } from '@halfclose/tls';
import { fromSystem, inOurWords, SSLEOFError, systemError } from './errors.ts';
import { letGo } from './letGo.ts';
import type { Platform } from './platform.ts';
import { type ChangeListener, Pump } from './pump.ts';
import { Reading, type ReadTarget } from './reading.ts';
import { requireNothingRejected } from './rejectedEarlyData.ts';
import type { Stop } from './stop.ts';
import type { Transport } from './transport.ts';

/** How long what was written may take to leave when the connection is closed, milliseconds. */
const flushTimeout = 3000;

/**
 * How long the other side may take to end its side after we have ended ours, milliseconds. Long enough to read
 * our last alert: a TCP socket that is closed with input unread sends a reset, and a reset destroys what was
 * sent before it and not read yet.
 */
const lingerTimeout = 500;

export interface LinkOptions {
  readonly engine: ClientConnection;
  readonly transport: Transport;
  readonly setTimer: Platform['setTimer'];
  readonly suppressRaggedEofs: boolean;
}

/** A TLS connection on a carrier: what can be done with it, and waits where it has to. */
export class Link implements ChangeListener {
  readonly engine: ClientConnection;
  readonly transport: Transport;
  /** There is early data on its way, or was. */
  wroteEarly = false;
  readonly pump: Pump;
  readonly #setTimer: Platform['setTimer'];
  #outputClosing = false;
  /** `closed` once the carrier was told that nothing more comes; `lost` if by then the connection had died. */
  #output: 'open' | 'closed' | 'lost' = 'open';
  /** `closeWrite` gave the handshake up: the connection's death is what was asked for. */
  #canceled = false;
  #isClosing = false;
  #left: Promise<void> | undefined;

  constructor({ engine, transport, setTimer, suppressRaggedEofs }: LinkOptions) {
    this.engine = engine;
    this.transport = transport;
    this.#setTimer = setTimer;
    this.pump = new Pump(engine, transport, { setTimer, suppressRaggedEofs, listener: this });
    // An engine can be dead from the start, if it finds nothing to offer.
    this.changed();
  }

  /** It was closed, or released, by its owner. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** The first cause of this connection's death. */
  get failure(): Error | undefined {
    return this.pump.failure;
  }

  /** @throws the cause of death */
  async handshake(stop?: Stop): Promise<void> {
    const { engine } = this;
    if (engine.facts !== undefined) return;
    await this.#until(() => engine.facts !== undefined || this.failure !== undefined, stop);
    if (engine.facts === undefined) throw this.#reason(stop);
  }

  /** Waits until there is room, and seals octets of `data` from `offset` on. @returns how many, at least one */
  async write(data: Uint8Array, offset: number, stop?: Stop): Promise<number> {
    requireNothingRejected(this.engine);
    let taken = 0;
    this.pump.hasWritten = true;
    await this.#until(() => {
      if (this.#canNotWrite()) return true;
      taken = this.engine.write(data, offset);
      return taken > 0;
    }, stop);
    if (taken === 0) throw this.#reason(stop);
    this.pump.run();
    return taken;
  }

  /**
   * Seals octets of `data` from `offset` on as early data, as long as some may be sent.
   * @returns how many; none where the time for it is over, or never was
   */
  async writeEarly(data: Uint8Array, offset: number): Promise<number> {
    const { engine } = this;
    let taken = 0;
    await this.pump.until(() => {
      if (this.#canNotWrite()) return true;
      if (engine.waiting !== undefined && engine.earlyDataStatus === 'notOffered') return false;
      taken = engine.writeEarlyData(data, offset);
      // Nothing taken with nothing in the way: there is no more that may be.
      return taken > 0 || this.pump.flushed;
    });
    if (this.#canNotWrite()) throw this.#reason();
    this.wroteEarly ||= taken > 0;
    this.pump.hasWritten = true;
    this.pump.run();
    return taken;
  }

  /** Queues a KeyUpdate. @throws the cause of death; SSLError in a version that has none */
  updateKeys(requestPeer: boolean): void {
    if (this.#canNotWrite()) throw this.#reason();
    inOurWords(() => this.engine.updateKeys(requestPeer));
    this.pump.run();
  }

  /** Waits for something to read. @returns what `target` gives of it */
  read<T>(target: ReadTarget<T>, stop?: Stop): Promise<T> {
    return new Promise((resolve, reject) => new Reading(this, target, stop, resolve, reject).begin());
  }

  /** What `promise` gives, unless the connection ends before. @throws what it rejects with; the cause of death */
  async whileWritable<T>(promise: Promise<T>, stop?: Stop): Promise<T> {
    let outcome: (() => T) | undefined;
    const settle = (become: () => T): void => {
      outcome = become;
      this.pump.changed();
    };
    promise.then(
      (value) => settle(() => value),
      (error: unknown) =>
        settle(() => {
          throw error;
        }),
    );
    await this.#until(() => outcome !== undefined || this.#canNotWrite(), stop);
    if (outcome === undefined) throw this.#reason(stop);
    return outcome();
  }

  /** Drops what came and what will come, which is taken from the carrier all the same. */
  closeRead(): void {
    this.engine.closeRead();
    this.pump.changed();
    this.pump.run();
  }

  /** Queues close_notify. Before the handshake is done this gives the connection up. */
  closeWrite(): void {
    this.#canceled = this.engine.facts === undefined && this.failure === undefined;
    this.engine.closeWrite();
    this.pump.changed();
    this.pump.run();
  }

  /** Waits until everything queued went into the carrier. @throws the cause of death */
  async flush(stop?: Stop): Promise<void> {
    await this.#until(() => this.pump.flushed || this.#canNotWrite(), stop);
    if (!this.pump.flushed || this.#canNotWrite()) throw this.#reason(stop);
  }

  /** Waits until everything queued went into the carrier, and half-closes that if it can be. @throws the cause of death */
  async closeOutput(stop?: Stop): Promise<void> {
    void this.#closeOutput();
    await this.#until(() => this.#output !== 'open' || (this.#canNotWrite() && !this.#canceled), stop);
    if (this.#output !== 'closed') throw this.#reason(stop);
  }

  /**
   * Waits for the peer's close_notify, or for data that comes before it.
   * @returns octets that wait to be read: none if it was close_notify
   * @throws the cause of death; SSLEOFError where the carrier ended instead
   */
  async peerClosed(stop?: Stop): Promise<number> {
    const { engine } = this;
    await this.#until(
      () => this.#isClosing || engine.readable > 0 || this.pump.inputOver || this.failure !== undefined,
      stop,
    );
    if (this.#isClosing || this.#left !== undefined) throw this.#reason();
    if (stop?.isStopped) throw this.#reason(stop);
    if (engine.readable > 0 || engine.peerClosed) return engine.readable;
    throw this.failure ?? new SSLEOFError("the carrier ended without the server's close_notify");
  }

  /** Ends TLS on the carrier and gives that back, with what it gave already that came after TLS. */
  release(): Transport {
    this.#isClosing = true;
    const rest = this.pump.release();
    this.pump.changed();
    this.engine.destroy();
    return rest.length === 0 ? this.transport : startingWith(rest, this.transport);
  }

  /** Ends everything within a bounded time: `lastWrites`, what is queued, then the carrier. Never rejects. */
  async close(lastWrites: Promise<unknown>): Promise<void> {
    this.#isClosing = true;
    this.closeRead();
    await this.#leave(lastWrites);
    this.engine.destroy();
  }

  /** An error, or the end of both directions, closes the carrier without being told. */
  changed(): void {
    const bothEnded = this.#output === 'closed' && this.engine.readClosed && this.pump.inputOver;
    if (this.failure !== undefined || bothEnded) void this.#leave(Promise.resolve());
  }

  async #leave(lastWrites: Promise<unknown>): Promise<void> {
    if (this.#left === undefined && !this.pump.over) {
      this.pump.leave();
      // Not at once: whoever noticed the end is in the middle of telling others.
      this.#left = Promise.resolve().then(() => this.#sayGoodbye(lastWrites));
    }
    await this.#left;
  }

  async #sayGoodbye(lastWrites: Promise<unknown>): Promise<void> {
    const closeOutput = (): Promise<void> => this.#closeOutput();
    void lastWrites.then(closeOutput, closeOutput);
    await this.#untilOrTimeout(() => this.#output !== 'open', flushTimeout);
    await this.#untilOrTimeout(() => this.pump.inputOver, lingerTimeout);
    this.pump.over = true;
    this.pump.changed();
    await letGo(this.transport, this.#setTimer);
  }

  async #closeOutput(): Promise<void> {
    if (this.#outputClosing) return;
    this.#outputClosing = true;
    const settled = (): boolean => this.pump.flushed || this.pump.writeFailure !== undefined;
    // Again if more came out meanwhile: a carrier is never half-closed while it is being written to.
    do await this.pump.until(settled);
    while (!settled() && !this.pump.over);
    if (this.pump.over) return;
    try {
      if (this.pump.writeFailure === undefined) await this.transport.closeWrite?.();
    } catch (error) {
      this.pump.writeFailure ??= fromSystem(error);
    }
    const lost = this.pump.writeFailure !== undefined || (this.failure !== undefined && !this.#canceled);
    this.#output = lost ? 'lost' : 'closed';
    this.pump.changed();
  }

  async #untilOrTimeout(condition: () => boolean, milliseconds: number): Promise<void> {
    if (condition()) return;
    let expired = false;
    const cancel = this.#setTimer(() => {
      expired = true;
      this.pump.changed();
    }, milliseconds);
    await this.pump.until(() => condition() || expired);
    cancel();
  }

  #canNotWrite(): boolean {
    return this.failure !== undefined || this.pump.writeFailure !== undefined;
  }

  /** Waits until `condition` holds, or the call is stopped: then that is not even looked at, for it may take something. */
  #until(condition: () => boolean, stop: Stop | undefined): Promise<void> | undefined {
    if (stop === undefined) return this.pump.until(condition);
    if (stop.isStopped) return undefined;
    stop.onStop(() => this.pump.changed());
    return this.pump.until(() => condition() || stop.isStopped);
  }

  /** Why what was waited for did not happen. */
  #reason(stop?: Stop): unknown {
    const failure = this.failure ?? this.pump.writeFailure;
    if (stop?.isStopped && failure === undefined && !this.#isClosing) return stop.error;
    return this.#isClosing || failure === undefined ? systemError('EBADF') : failure;
  }
}

function startingWith(first: Uint8Array, transport: Transport): Transport {
  const closeWrite = transport.closeWrite?.bind(transport);
  const lend = transport.lend?.bind(transport);
  let unread: Uint8Array | undefined = first;
  const firstOr = async (next: () => Promise<Uint8Array | null>): Promise<Uint8Array | null> => {
    const chunk = unread ?? (await next());
    unread = undefined;
    return chunk;
  };
  return {
    remoteAddress: transport.remoteAddress,
    localAddress: transport.localAddress,
    read: () => firstOr(() => transport.read()),
    write: (chunk) => transport.write(chunk),
    ...(lend && { lend: () => firstOr(lend) }),
    ...(closeWrite && { closeWrite }),
    close: () => transport.close(),
  };
}
