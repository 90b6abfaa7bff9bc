import { systemError, ValueError } from './errors.ts';
import type { Link } from './link.ts';
import type { Waiter } from './pump.ts';
import { requireNothingRejected } from './rejectedEarlyData.ts';
import type { Stop } from './stop.ts';

/** Where what is read goes. */
export interface ReadTarget<T> {
  /** Octets at most. */
  readonly length: number;
  /** Left out: one of its own, as long as what there is. */
  readonly array?: Uint8Array;
  /** What the reader gets of what was filled; nothing is at the end of file. */
  readonly give: (filled: Uint8Array) => T;
}

export const all = (filled: Uint8Array): Uint8Array => filled;
export const howMany = (filled: Uint8Array): number => filled.length;

/** @throws ValueError for a length that is none, or for which there is no room */
export function checkTarget({ length, array }: ReadTarget<unknown>): void {
  if (!Number.isInteger(length) || length < 0) throw new ValueError(`${length} is not a number of octets`);
  if (array !== undefined && length > array.length) {
    throw new ValueError(`${length} octets do not fit into an array of ${array.length}`);
  }
}

/**
 * A call that reads. It takes what there is in the same turn in which it sees it: a moment later `closeRead` may have dropped
 * it. While it waits, which is what most connections do most of the time, this is all that there is of it: a function that
 * awaits would be a chain of functions, promises and closures.
 */
export class Reading<T> implements Waiter {
  readonly #link: Link;
  readonly #target: ReadTarget<T>;
  readonly #stop: Stop | undefined;
  readonly #resolve: (given: T) => void;
  readonly #reject: (error: unknown) => void;
  #filled: Uint8Array | undefined;
  #failed: { readonly error: unknown } | undefined;

  constructor(
    link: Link,
    target: ReadTarget<T>,
    stop: Stop | undefined,
    resolve: (given: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#link = link;
    this.#target = target;
    this.#stop = stop;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Goes on at once where it can. */
  begin(): void {
    const { pump } = this.#link;
    // What was stopped does not even look, for it might take something.
    const isStopped = this.#stop?.isStopped === true;
    if (!isStopped) this.#stop?.onStop(() => pump.changed());
    if (isStopped || this.look(pump.over)) this.goOn();
    else pump.wait(this);
  }

  look(isOver: boolean): boolean {
    try {
      return this.#takes() || this.#stop?.isStopped === true || isOver;
    } catch (error) {
      this.#failed = { error };
      return true;
    }
  }

  #takes(): boolean {
    const { engine, pump, failure, isClosing } = this.#link;
    if (isClosing || engine.rejectedEarlyData > 0) return true;
    if (engine.readable === 0) return engine.readClosed || pump.inputOver || failure !== undefined;
    const { length, array } = this.#target;
    const most = Math.min(length, engine.readable + pump.held);
    const target = array === undefined ? new Uint8Array(most) : array.subarray(0, most);
    let filled = engine.read(target);
    // What the carrier gave already is worth more than a turn of its own.
    while (filled < target.length && pump.feed()) filled += engine.read(target, filled);
    this.#filled = filled === target.length ? target : target.subarray(0, filled);
    return true;
  }

  goOn(): void {
    try {
      // There is room now for more input, which may be wanted though nobody waits for it.
      if (this.#filled !== undefined) this.#link.pump.run();
      this.#resolve(this.#target.give(this.#filled ?? this.#end()));
    } catch (error) {
      this.#reject(error);
    }
  }

  /** @throws why there is nothing, unless it is the end of file */
  #end(): Uint8Array {
    if (this.#failed !== undefined) throw this.#failed.error;
    const { engine, failure, isClosing } = this.#link;
    if (isClosing) throw systemError('EBADF');
    if (failure !== undefined && !engine.readClosed) throw failure;
    if (!engine.readClosed) requireNothingRejected(engine);
    if (this.#stop?.isStopped) throw this.#stop.error;
    return new Uint8Array(0);
  }
}
