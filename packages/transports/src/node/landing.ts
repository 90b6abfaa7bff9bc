import type { OnReadOpts } from 'node:net';

/** Octets that are read at once, at most: as many as Node reads by itself. */
const landingLength = 65_536;

/**
 * Where a read of any socket may land. What did is copied from here in the callback for that read, before there can
 * be another, so that an idle socket has no buffer of its own.
 */
const shared = new Uint8Array(landingLength);

/** Who is told what was read. */
export interface ChunkTaker {
  /** @param chunk in memory of its own */
  take(chunk: Uint8Array): void;
}

/**
 * Where the octets of one socket land. Node by itself makes an array of 64 KiB for each read, which takes as long as
 * what is read into it. A read that fills its array shows that there is more to come, which then lands in arrays that
 * go round.
 */
export class Landing {
  taker: ChunkTaker | undefined;
  #free: Uint8Array[] | undefined;
  #more = false;

  /** Where the next read may land. */
  buffer(): Uint8Array {
    return this.#more ? (this.#free?.pop() ?? new Uint8Array(landingLength)) : shared;
  }

  /** What was read is in the first `length` octets of `buffer`. */
  land(length: number, buffer: Uint8Array): void {
    this.#more = length === buffer.length;
    if (!this.#more) this.#free = undefined;
    this.taker?.take(buffer === shared ? buffer.slice(0, length) : buffer.subarray(0, length));
  }

  /** Nobody looks at this chunk any more. */
  giveBack(chunk: Uint8Array): void {
    if (!this.#more || chunk.length !== landingLength) return;
    this.#free ??= [];
    this.#free.push(chunk);
  }
}

/** The same for `net.connect`. */
export function onreadOf(landing: Landing): OnReadOpts {
  return {
    buffer: () => landing.buffer(),
    callback(length, buffer) {
      landing.land(length, buffer);
      return true;
    },
  };
}
