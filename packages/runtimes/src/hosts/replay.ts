import { connect } from 'node:net';
import { fromSocket, type NodeTransport } from '@halfclose/transports/node';

/** What a program asked its host for. */
export type Request =
  | { readonly kind: 'connect'; readonly port: number }
  | { readonly kind: 'read' | 'closeWrite' | 'close'; readonly connection: number }
  | { readonly kind: 'write'; readonly connection: number; readonly hex: string };

/** What a read gave: hexadecimal, null for an end, or an error's message. */
export type Answer = string | null | { readonly failure: string };

/**
 * A host for an engine that has no input and no output but printing. The program is run from its beginning again and again, with
 * the same entropy and clock, so that it asks for the same; what it asked for and got before it is given, and what it asks
 * for first is done in the real world and given to it the next time.
 *
 * It asks for the same of each kind and connection. Between those the order may be another: what was waited for in one run is
 * there at once in the next.
 */
export interface Replay {
  /** What reads gave so far, for each connection in their order. */
  readonly answers: readonly (readonly Answer[])[];
  /**
   * Does what is new among the requests of a run.
   * @returns whether there is more to tell the program than before
   * @throws Error where it asked for something else than before
   */
  follow(requests: readonly Request[]): Promise<boolean>;
  close(): void;
}

export function startReplay(): Replay {
  const connections: NodeTransport[] = [];
  const done = new Map<string, string[]>();
  const answers: Answer[][] = [];
  const connectionOf = (index: number): NodeTransport => {
    const connection = connections[index];
    if (connection === undefined) throw new Error(`there is no connection ${index}`);
    return connection;
  };
  const perform = async (request: Request): Promise<void> => {
    if (request.kind === 'connect') {
      connections.push(fromSocket(connect(request.port, '127.0.0.1')));
      answers.push([]);
    } else if (request.kind === 'write')
      await connectionOf(request.connection).write(Buffer.from(request.hex, 'hex'));
    else if (request.kind === 'closeWrite') await connectionOf(request.connection).closeWrite();
    else if (request.kind === 'close') void connectionOf(request.connection).close();
    else answers[request.connection]?.push(await answerOf(connectionOf(request.connection)));
  };
  return {
    answers,
    async follow(requests) {
      const seen = new Map<string, number>();
      let isNew = false;
      // A read that waits must not keep what comes after it from being sent.
      const reads: Promise<void>[] = [];
      for (const request of requests) {
        const key = 'connection' in request ? `${request.kind} ${request.connection}` : request.kind;
        const index = seen.get(key) ?? 0;
        seen.set(key, index + 1);
        const before = done.get(key) ?? [];
        const text = JSON.stringify(request);
        if (index < before.length) {
          if (before[index] !== text)
            throw new Error(`the program asked for ${text}, and before for ${before[index]}`);
          continue;
        }
        isNew = true;
        done.set(key, [...before, text]);
        if (request.kind === 'read') reads.push(perform(request));
        else await perform(request);
      }
      await Promise.all(reads);
      return isNew;
    },
    close() {
      for (const connection of connections) void connection.close();
    },
  };
}

/** Milliseconds for an answer; a program that waits for one that never comes would be waited for without an end. */
const patience = 20_000;

/** @throws Error where there is none */
async function answerOf(connection: NodeTransport): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`a read had no answer in ${patience} ms`)), patience);
  });
  const answer = connection.read().then(
    (chunk) => chunk && Buffer.from(chunk).toString('hex'),
    (error: unknown) => ({ failure: String(error) }),
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
