/** TCP of Bun. */
import type { Address } from './address.ts';
import { createInbox } from './inbox.ts';
import { systemError } from './systemError.ts';

export type { Address } from './address.ts';

/** Fits the `Transport` of `@halfclose/ssl`. */
export interface BunTransport {
  /** The next octets, the caller's to keep; null at the end. One call at a time. @throws what Bun says of a broken connection */
  read(): Promise<Uint8Array | null>;
  /** Resolves when the system has taken all of `chunk`. One call at a time. */
  write(chunk: Uint8Array): Promise<void>;
  /** TCP's FIN, after what was written. */
  closeWrite(): Promise<void>;
  /** A second call does nothing. */
  close(): void;
}

/** Fits the `WrappableSocket` of `@halfclose/ssl`. */
export interface BunSocket {
  /** @throws OSError `EBADF` the second time */
  detach(): { connect(address: Address): Promise<BunTransport>; close(): void };
}

/** What is used of a socket of Bun. */
interface SocketOfBun {
  /** Octets that the system took; -1 where the socket is closed. */
  write(data: Uint8Array): number;
  shutdown(): void;
  close(): void;
  pause(): void;
  resume(): void;
  setNoDelay(noDelay: boolean): boolean;
}

interface BunNamespace {
  connect(options: {
    readonly hostname: string;
    readonly port: number;
    readonly allowHalfOpen: boolean;
    readonly socket: {
      data(socket: SocketOfBun, chunk: Uint8Array): void;
      drain(socket: SocketOfBun): void;
      end(socket: SocketOfBun): void;
      close(socket: SocketOfBun): void;
      error(socket: SocketOfBun, error: Error): void;
    };
  }): Promise<SocketOfBun>;
}

/** Octets that may wait to be read before the socket is paused. */
const readAhead = 1 << 18;

/** A socket for `SSLContext.wrapSocket` that `Bun.connect` connects. */
export function createBunSocket(): BunSocket {
  let detached = false;
  return {
    detach() {
      if (detached) throw systemError('EBADF');
      detached = true;
      let givenUp = false;
      return {
        async connect(address) {
          const transport = await connectBun(address);
          if (!givenUp) return transport;
          transport.close();
          throw systemError('EBADF');
        },
        close() {
          givenUp = true;
        },
      };
    },
  };
}

/** Connects, with both halves of the connection their own. @throws what Bun says */
export async function connectBun([hostname, port]: Address): Promise<BunTransport> {
  const { Bun } = globalThis as { readonly Bun?: BunNamespace };
  if (Bun === undefined) throw systemError('ENOTCONN', 'this is not Bun');
  let failure: Error | undefined;
  let over = false;
  let paused = false;
  let wakeWriter = (): void => {};
  const inbox = createInbox(() => {
    if (!paused || inbox.waiting > readAhead) return;
    paused = false;
    socket.resume();
  });
  const end = (error: Error | undefined): void => {
    over = true;
    failure ??= error;
    if (failure === undefined) inbox.end();
    else inbox.fail(failure);
    wakeWriter();
  };

  const socket = await Bun.connect({
    hostname,
    port,
    allowHalfOpen: true,
    socket: {
      data(from, chunk) {
        inbox.put(chunk);
        if (paused || inbox.waiting <= readAhead) return;
        paused = true;
        from.pause();
      },
      drain: () => wakeWriter(),
      end: () => inbox.end(),
      close: () => end(undefined),
      error: (_socket, error) => end(error),
    },
  });
  // TLS writes whole flights; Nagle's algorithm would only delay them.
  socket.setNoDelay(true);

  return {
    read: () => inbox.read(),
    async write(chunk) {
      for (let written = 0; written < chunk.length; ) {
        if (over) throw failure ?? systemError('EPIPE');
        const taken = socket.write(chunk.subarray(written));
        if (taken < 0) throw failure ?? systemError('EPIPE');
        written += taken;
        if (written === chunk.length) return;
        await new Promise<void>((resolve) => {
          wakeWriter = resolve;
        });
      }
    },
    async closeWrite() {
      socket.shutdown();
    },
    close() {
      inbox.abandon();
      if (over) return;
      over = true;
      failure ??= systemError('EBADF');
      wakeWriter();
      // Not `terminate`, which takes back what the system was given and has not sent yet.
      socket.close();
    },
  };
}
