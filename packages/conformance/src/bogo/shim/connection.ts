import type { ClientConnection } from '@halfclose/tls';
import type { Carrier } from './carrier.ts';

/** An engine and its carrier: moves octets between the two until what is waited for has come. */
export interface Driver {
  /** Reads from the carrier until `isDone`, the end of the carrier, or the connection's death. */
  until(isDone: () => boolean): Promise<void>;
  /** Everything that waits to be sent goes out. */
  flush(): Promise<void>;
  /** Only the first octet of what waits goes out; the rest is held until `release`. */
  holdAfterOne(): Promise<void>;
  release(): void;
  readonly carrierEnded: boolean;
}

/** @param octetByOctet whether the engine gets its input one octet at a time */
export function drive(connection: ClientConnection, carrier: Carrier, octetByOctet: boolean): Driver {
  let carrierEnded = false;
  let held = false;

  const flush = async (): Promise<void> => {
    while (!held) {
      const waiting = connection.output();
      if (waiting.length === 0) return;
      const { length } = waiting;
      await carrier.write(waiting);
      connection.outputTaken(length);
    }
  };

  const feed = async (chunk: Uint8Array, isDone: () => boolean): Promise<void> => {
    const size = octetByOctet ? 1 : chunk.length;
    let at = 0;
    while (at < chunk.length && connection.error === undefined) {
      const taken = connection.receive(chunk.subarray(0, Math.min(at + size, chunk.length)), at);
      at += taken;
      await flush();
      if (isDone() && at < chunk.length) {
        pendingChunk = chunk.subarray(at);
        return;
      }
      if (connection.waiting !== undefined) await connection.waiting;
      else if (taken === 0) {
        if (connection.readable === 0 || connection.peerClosed) return;
        // The engine takes nothing more before what it has is read.
        pendingChunk = chunk.subarray(at);
        if (isDone()) return;
        throw new Error('the engine takes nothing, and nobody reads');
      }
    }
    await flush();
  };

  let pendingChunk: Uint8Array | undefined;

  return {
    async until(isDone) {
      for (;;) {
        await flush();
        if (isDone() || connection.error !== undefined) return;
        if (connection.waiting !== undefined) {
          await connection.waiting;
          continue;
        }
        // What was waited for may have come while there was nothing to flush.
        if (!held && connection.output().length > 0) continue;
        const chunk = pendingChunk ?? (carrierEnded ? null : await carrier.read());
        pendingChunk = undefined;
        if (chunk !== null) await feed(chunk, isDone);
        else {
          if (!carrierEnded) connection.receiveEnd();
          carrierEnded = true;
          await flush();
          return;
        }
      }
    },
    flush,
    async holdAfterOne() {
      const waiting = connection.output();
      await carrier.write(waiting.subarray(0, 1));
      connection.outputTaken(1);
      held = true;
    },
    release() {
      held = false;
    },
    get carrierEnded() {
      return carrierEnded;
    },
  };
}
