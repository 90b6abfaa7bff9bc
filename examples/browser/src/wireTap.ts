import type { Transport } from 'halfclose';
import type { Counters, Traffic } from './model.ts';

/** Told what goes over a carrier. */
export interface TapListener {
  /** The counters have changed. */
  counted(): void;
  /** The server's side of the byte stream has ended. */
  ended(): void;
  /** This side has let go of it. */
  closed(): void;
}

/** The same carrier, with the records in both directions counted as they pass. */
export function tapWire(carrier: Transport, counters: Counters, listener: TapListener): Transport {
  const sent = createRecordCounter(counters.sent);
  const received = createRecordCounter(counters.received);
  let isClosed = false;
  return {
    async read() {
      const chunk = await carrier.read();
      if (chunk === null) listener.ended();
      else {
        received(chunk);
        listener.counted();
      }
      return chunk;
    },
    write(chunk) {
      sent(chunk);
      listener.counted();
      return carrier.write(chunk);
    },
    close() {
      if (!isClosed) listener.closed();
      isClosed = true;
      return carrier.close();
    },
  };
}

const headerLength = 5;

/** Finds where records begin, in whatever pieces they come: type, version, and two octets of length. */
function createRecordCounter(traffic: Traffic): (chunk: Uint8Array) => void {
  const header: number[] = [];
  let rest = 0;
  return (chunk) => {
    traffic.octets += chunk.length;
    for (let at = 0; at < chunk.length; ) {
      if (rest > 0) {
        const step = Math.min(rest, chunk.length - at);
        rest -= step;
        at += step;
        continue;
      }
      header.push(chunk[at++] ?? 0);
      if (header.length < headerLength) continue;
      const [, , , high = 0, low = 0] = header.splice(0);
      rest = high * 256 + low;
      traffic.records += 1;
    }
  };
}
