import type { OnReadOpts } from 'node:net';

/** Octets that are read at once, at most: as many as Node reads by itself. */
const landingLength = 65_536;

/**
 * Where a read of any socket may land. What did is copied from here in the callback for that read, before there can
 * be another, so that an idle socket has no buffer of its own.
 */
const shared = new Uint8Array(landingLength);

/**
 * Where the octets of one socket land. Node by itself makes an array of 64 KiB for each read, which takes as long as
 * what is read into it. A read that fills its array shows that there is more to come, which then lands in arrays that
 * go round.
 */
export interface Landing {
  /** For `net.connect`. */
  readonly onread: OnReadOpts;
  /** Gets what was read, in memory of its own. */
  onChunk: (chunk: Uint8Array) => void;
  /** Nobody looks at this chunk any more. */
  giveBack(chunk: Uint8Array): void;
}

export function createLanding(): Landing {
  const free: Uint8Array[] = [];
  let more = false;
  const landing: Landing = {
    onread: {
      buffer: () => (more ? (free.pop() ?? new Uint8Array(landingLength)) : shared),
      callback(length, buffer) {
        more = length === buffer.length;
        if (!more) free.length = 0;
        landing.onChunk(buffer === shared ? buffer.slice(0, length) : buffer.subarray(0, length));
        return true;
      },
    },
    onChunk() {},
    giveBack(chunk) {
      if (more && chunk.length === landingLength) free.push(chunk);
    },
  };
  return landing;
}
