import type { ScriptedServer } from './server.ts';

/** The carrier as the server needs it. The `Transport` of `@halfclose/ssl` fits. */
export interface Carrier {
  read(): Promise<Uint8Array | null>;
  write(chunk: Uint8Array): Promise<void>;
  closeWrite?(): Promise<void>;
  close(): void | Promise<void>;
}

/** What a server has to have to be carried. */
export type CarriedServer = Pick<ScriptedServer, 'error' | 'onOutput' | 'output' | 'outputTaken' | 'receive'>;

/** A scripted server at work on one end of a carrier. */
export interface ServerOverTransport<S = ScriptedServer> {
  /** Resolves as soon as the condition holds; rejects if it never will: the client has ended, or broke the protocol. */
  until(condition: (server: S) => boolean): Promise<void>;
  /** Resolves when all output so far was taken by the carrier. */
  flushed(): Promise<void>;
  /** Everything goes out, then the carrier's own end. */
  closeWrite(): Promise<void>;
  /** Lets go of the carrier at once. */
  close(): Promise<void>;
  /** The client's side of the carrier has ended. */
  readonly clientEnded: boolean;
  /** Why the server stopped: the carrier broke, or the client broke the protocol. */
  readonly error: unknown;
}

/** Sends what the server has to say whenever it has it, and reads as long as the client writes. */
export function overTransport<S extends CarriedServer>(server: S, carrier: Carrier): ServerOverTransport<S> {
  const watchers = new Set<() => void>();
  let sending: Promise<void> | undefined;
  let clientEnded = false;
  let error: unknown;

  const stateChanged = (): void => {
    for (const watcher of [...watchers]) watcher();
  };

  const stop = (cause: unknown): void => {
    error ??= cause;
    stateChanged();
  };

  const sendAll = async (): Promise<void> => {
    // A turn later, so that what is said in one go is one write.
    await Promise.resolve();
    while (server.output().length > 0 && error === undefined) {
      const bytes = server.output().slice();
      server.outputTaken(bytes.length);
      await carrier.write(bytes);
    }
  };

  const flushed = async (): Promise<void> => {
    while (error === undefined && (sending !== undefined || server.output().length > 0)) {
      sending ??= sendAll()
        .catch(stop)
        .finally(() => {
          sending = undefined;
        });
      await sending;
    }
  };

  const readAll = async (): Promise<void> => {
    for (let bytes = await carrier.read(); bytes !== null; bytes = await carrier.read()) {
      server.receive(bytes);
      error ??= server.error;
      stateChanged();
    }
    clientEnded = true;
    stateChanged();
  };

  server.onOutput = () => void flushed();
  void readAll().catch(stop);

  return {
    until(condition) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const holds = condition(server);
          if (!holds && !clientEnded && error === undefined) return;
          watchers.delete(look);
          if (holds) resolve();
          else reject(error ?? new Error('the client has ended'));
        };
        watchers.add(look);
        look();
      });
    },
    flushed,
    async closeWrite() {
      await flushed();
      await carrier.closeWrite?.();
    },
    async close() {
      await carrier.close();
    },
    get clientEnded() {
      return clientEnded;
    },
    get error() {
      return error;
    },
  };
}
