import { once } from 'node:events';
import { connect } from 'node:net';

/** The TCP connection to the runner. */
export interface Carrier {
  /** What has come next; null at the end. */
  read(): Promise<Uint8Array | null>;
  write(octets: Uint8Array): Promise<void>;
  /** Ends what we send, and waits until the other side has ended too: an alert in a reset connection is lost. */
  finish(): Promise<void>;
}

/** Connects, and says for which test: the runner has one port for all. */
export async function connectToRunner(
  port: number,
  ipv6: boolean,
  shimId: bigint,
  signal: AbortSignal,
): Promise<Carrier> {
  const socket = connect({
    port,
    host: ipv6 ? '::1' : '127.0.0.1',
    noDelay: true,
    allowHalfOpen: true,
    signal,
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  const greeting = new Uint8Array(8);
  new DataView(greeting.buffer).setBigUint64(0, shimId, true);
  socket.write(greeting);
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const read = async (): Promise<Uint8Array | null> => {
    try {
      const next = await chunks.next();
      return next.done === true ? null : next.value;
    } catch {
      return null;
    }
  };
  return {
    read,
    async write(octets) {
      // Copied: Node may keep it after the engine has its memory back.
      if (octets.length > 0)
        await new Promise<void>((resolve) => socket.write(octets.slice(), () => resolve()));
    },
    async finish() {
      socket.end();
      while ((await read()) !== null) {
        // What still comes is of no interest.
      }
      socket.destroy();
    },
  };
}
