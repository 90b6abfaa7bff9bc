import type { ClientConnection } from '@halfclose/tls';
import { fromEngine, fromSystem, type OSError } from './errors.ts';
import { IdleWatch } from './idleWatch.ts';
import { kindOf } from './kindOf.ts';
import type { Platform } from './platform.ts';
import type { Transport } from './transport.ts';

/** Who is told whenever something about the connection has changed, before those who wait for it go on. */
export interface ChangeListener {
  changed(): void;
}

/** Somebody who waits for something about the connection to change. */
export interface Waiter {
  /**
   * Looks whether what it waits for is there, and may take it then. Never throws.
   * @param isOver nothing changes any more
   * @returns whether it waits no longer
   */
  look(isOver: boolean): boolean;
  /** Goes on, when it is no longer among those who wait. Never throws. */
  goOn(): void;
}

export interface PumpOptions {
  readonly setTimer: Platform['setTimer'];
  /** The carrier's end without the peer's close_notify is an end of file, and no error. */
  readonly suppressRaggedEofs: boolean;
  readonly listener: ChangeListener;
}

/** Octets of input that are taken, and thrown away, once the connection is being left. */
const drainLimit = 1 << 20;

/** Nobody. As other lists of waiters it is never changed, but replaced: there is seldom more than one. */
const nobody: readonly Waiter[] = [];

/**
 * Moves ciphertext between an engine and a transport.
 *
 * Output goes out by itself, one write at a time. Input is pulled while somebody waits for anything, after
 * `closeRead`, and once something was written, so that alerts and KeyUpdate are seen; never beyond what the
 * engine takes. So a connection holds the engine's buffers and one chunk of the transport, however fast or slow
 * the peer is.
 */
export class Pump {
  /** The carrier takes nothing more. What it still gives may say why, so this alone ends only the writing. */
  writeFailure: OSError | undefined;
  /** The carrier gives nothing more. */
  inputEnded = false;
  /** Somebody has written: from now on input is pulled without being asked for. */
  hasWritten = false;
  /** The transport is closed, or given back. */
  over = false;

  readonly #engine: ClientConnection;
  readonly #transport: Transport;
  readonly #listener: ChangeListener;
  readonly #suppressRaggedEofs: boolean;
  readonly #idleWatch: IdleWatch;
  /** What the transport gave and the engine has not taken yet. */
  #chunk: Uint8Array | undefined;
  #chunkOffset = 0;
  #drained = 0;
  #leaving = false;
  #failure: OSError | undefined;
  #pushing = false;
  #pulling = false;
  #waiters = nobody;
  #isLooking = false;

  constructor(
    engine: ClientConnection,
    transport: Transport,
    { setTimer, suppressRaggedEofs, listener }: PumpOptions,
  ) {
    this.#engine = engine;
    this.#transport = transport;
    this.#listener = listener;
    this.#suppressRaggedEofs = suppressRaggedEofs;
    this.#idleWatch = new IdleWatch(setTimer, engine);
  }

  /** The first cause of the connection's death. */
  get failure(): OSError | undefined {
    if (this.#failure === undefined && this.#engine.error !== undefined) {
      this.#failure = fromEngine(this.#engine.error);
    }
    return this.#failure;
  }

  /** Nothing waits to be sent, and nothing is being sent. */
  get flushed(): boolean {
    return !this.#pushing && this.#engine.output().length === 0;
  }

  /** Nothing more will come that anybody could want. */
  get inputOver(): boolean {
    return this.inputEnded || this.#engine.peerClosed || this.#drained > drainLimit;
  }

  /** Pulls, pushes and waits until `condition` holds, or the transport is no longer ours; not at all if it does already. */
  until(condition: () => boolean): Promise<void> | undefined {
    if (condition() || this.over) return undefined;
    return new Promise((resolve, reject) => this.wait(new ConditionWaiter(condition, resolve, reject)));
  }

  /** Pulls, pushes, and has `waiter` look whenever something has changed, until it waits no longer. */
  wait(waiter: Waiter): void {
    // A literal of one has room for no more; what grows gets room for many.
    this.#waiters = this.#waiters.length === 0 ? [waiter] : [...this.#waiters, waiter];
    this.run();
  }

  /** Moves what can be moved, and goes on by itself as more can. */
  run(): void {
    this.#push();
    this.#pull();
  }

  /** What comes is of no interest any more; it is taken so that the carrier can be closed without a reset. */
  leave(): void {
    this.#leaving = true;
    this.#idleWatch.stop();
  }

  /** Lets those who wait look again. */
  changed(): void {
    this.#listener.changed();
    if (this.#isLooking || this.#waiters.length === 0) return;
    this.#isLooking = true;
    // A turn later: whoever tells of a change may be in the middle of others.
    void Promise.resolve().then(() => this.#look());
  }

  #look(): void {
    this.#isLooking = false;
    for (const waiter of this.#waiters) {
      if (!waiter.look(this.over)) continue;
      this.#waiters = this.#waiters.length === 1 ? nobody : this.#waiters.filter((other) => other !== waiter);
      waiter.goOn();
    }
    if (this.#waiters.length > 0) this.run();
  }

  /** Octets that the transport gave and the engine has not taken yet. */
  get held(): number {
    return this.#chunk === undefined ? 0 : this.#chunk.length - this.#chunkOffset;
  }

  /** Gives the engine what is held, as far as it takes it. @returns whether there is something to read now */
  feed(): boolean {
    const { waiting, error } = this.#engine;
    if (this.#chunk !== undefined && waiting === undefined && error === undefined) {
      this.#feedChunk(this.#chunk);
      this.changed();
    }
    return this.#engine.readable > 0;
  }

  /** For the end of TLS on this transport. @returns what that gave beyond the peer's close_notify */
  release(): Uint8Array {
    this.over = true;
    this.#idleWatch.stop();
    // A copy: the transport may only have lent it.
    const rest = Uint8Array.from(this.#chunk?.subarray(this.#chunkOffset) ?? []);
    this.#chunk = undefined;
    return rest;
  }

  #push(): void {
    if (this.#pushing || this.over || this.writeFailure !== undefined) return;
    const output = this.#engine.output();
    if (output.length > 0) void this.#write(output);
  }

  async #write(first: Uint8Array): Promise<void> {
    this.#pushing = true;
    try {
      for (let output = first; output.length > 0; output = this.#engine.output()) {
        await this.#transport.write(output);
        if (this.over) break;
        this.#engine.outputTaken(output.length);
        this.changed();
      }
    } catch (error) {
      this.writeFailure = fromSystem(error);
    }
    this.#pushing = false;
    this.changed();
  }

  #pull(): void {
    if (!this.#pulling && this.#wantsInput()) void this.#read();
  }

  async #read(): Promise<void> {
    this.#pulling = true;
    try {
      while (this.#wantsInput()) {
        if (this.#engine.error !== undefined) this.#chunk = undefined;
        if (this.#engine.waiting !== undefined) await this.#engine.waiting;
        else if (this.#chunk === undefined) this.#takeChunk(await this.#nextChunk());
        else this.#feedChunk(this.#chunk);
        this.#push();
        this.changed();
      }
    } catch (error) {
      if (!this.over) this.#breakOff(fromSystem(error));
    }
    this.#pulling = false;
  }

  #wantsInput(): boolean {
    if (this.over || this.inputOver) return false;
    if (this.#leaving) return true;
    if (this.#engine.error !== undefined) return false;
    const full = this.#chunk !== undefined && this.#engine.readable > 0;
    const wanted = this.#waiters.length > 0 || this.hasWritten || this.#engine.readClosed;
    return wanted && !full;
  }

  #takeChunk(chunk: Uint8Array | null): void {
    this.#idleWatch.waitEnds();
    if (this.over) return;
    if (chunk === null) {
      this.inputEnded = true;
      const ragged = this.#suppressRaggedEofs && this.#engine.facts !== undefined;
      if (!ragged) this.#engine.receiveEnd();
      return;
    }
    checkChunk(chunk);
    if (this.#leaving) this.#drained += chunk.length;
    this.#chunk = chunk;
    this.#chunkOffset = 0;
  }

  /** Waits for the transport; if that takes long, the connection is idle and does without its buffers. */
  #nextChunk(): Promise<Uint8Array | null> {
    const transport = this.#transport;
    this.#idleWatch.waitBegins();
    return transport.lend === undefined ? transport.read() : transport.lend();
  }

  #feedChunk(chunk: Uint8Array): void {
    this.#chunkOffset += this.#engine.receive(chunk, this.#chunkOffset);
    if (this.#chunkOffset === chunk.length) this.#chunk = undefined;
  }

  #breakOff(error: OSError): void {
    this.inputEnded = true;
    if (this.failure === undefined) this.#failure = error;
    this.writeFailure ??= error;
    this.changed();
  }
}

/** Anything else, over and over, would have us read on for ever without any other code coming to its turn. */
function checkChunk(chunk: Uint8Array): void {
  if (!(chunk instanceof Uint8Array)) {
    throw new TypeError(`the transport's read gave ${kindOf(chunk)}, not a Uint8Array, or null for the end`);
  }
  if (chunk.length === 0) throw new TypeError("the transport's read gave no octets; null means the end");
}

class ConditionWaiter implements Waiter {
  readonly #condition: () => boolean;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  #failed: { readonly error: unknown } | undefined;

  constructor(condition: () => boolean, resolve: () => void, reject: (error: unknown) => void) {
    this.#condition = condition;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  look(isOver: boolean): boolean {
    try {
      return this.#condition() || isOver;
    } catch (error) {
      this.#failed = { error };
      return true;
    }
  }

  goOn(): void {
    if (this.#failed === undefined) this.#resolve();
    else this.#reject(this.#failed.error);
  }
}
