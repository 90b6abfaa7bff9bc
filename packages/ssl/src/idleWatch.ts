import type { Platform } from './platform.ts';

/**
 * Milliseconds without input after which a connection counts as idle; it is noticed after twice that at the latest. To have
 * keys again costs less than a thousandth of it. After much longer, what is given back would have become old to the garbage
 * collector, and have left holes among what stays.
 */
const idleTime = 100;

/** What can do without something while nothing comes. */
export interface Releasable {
  releaseBuffers(): void;
}

/**
 * Notices that a wait takes long. One timer goes on for all the waits of a connection: to set and cancel one for each
 * chunk that comes costs more than a look now and then.
 */
export class IdleWatch {
  readonly #setTimer: Platform['setTimer'];
  readonly #connection: Releasable;
  #waiting = false;
  #recent = false;
  #stopped = false;
  #cancel: (() => void) | undefined;

  /** @param connection whose buffers are given back when it is idle */
  constructor(setTimer: Platform['setTimer'], connection: Releasable) {
    this.#setTimer = setTimer;
    this.#connection = connection;
  }

  waitBegins(): void {
    this.#waiting = true;
    if (this.#cancel === undefined && !this.#stopped) this.#watch();
    else this.#recent = true;
  }

  waitEnds(): void {
    this.#waiting = false;
  }

  /** For good. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #watch(): void {
    this.#recent = false;
    const setTimer = this.#setTimer;
    this.#cancel = setTimer(() => this.#look(), idleTime);
  }

  #look(): void {
    this.#cancel = undefined;
    if (!this.#waiting) return;
    if (this.#recent) this.#watch();
    else this.#connection.releaseBuffers();
  }
}
