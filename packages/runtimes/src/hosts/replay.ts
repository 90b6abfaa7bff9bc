import { connect } from 'node:net';
import { fromSocket, type NodeTransport } from '@halfclose/transports/node';

/** What a program asked its host for, in its order. */
export type Request =
  | { readonly kind: 'connect'; readonly port: number }
  | { readonly kind: 'read' | 'closeWrite' | 'close'; readonly connection: number }
  | { readonly kind: 'write'; readonly connection: number; readonly hex: string };

/**
 * A host for an engine that has no input and no output but printing. The program is run from its beginning again and again, with
 * the same entropy and clock, so that it asks for the same; what it asked for and got before it is given, and what it asks
 * for first is done in the real world and given to it the next time.
 */
export interface Replay {
  /** What reads gave so far, in their order: hexadecimal, and null for an end. */
  readonly answers: readonly (string | null)[];
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
  const done: string[] = [];
  const answers: (string | null)[] = [];
  const connectionOf = (index: number): NodeTransport => {
    const connection = connections[index];
    if (connection === undefined) throw new Error(`there is no connection ${index}`);
    return connection;
  };
  const perform = async (request: Request): Promise<void> => {
    if (request.kind === 'connect') connections.push(fromSocket(connect(request.port, '127.0.0.1')));
    else if (request.kind === 'write')
      await connectionOf(request.connection).write(Buffer.from(request.hex, 'hex'));
    else if (request.kind === 'closeWrite') await connectionOf(request.connection).closeWrite();
    else if (request.kind === 'close') void connectionOf(request.connection).close();
    else {
      const chunk = await connectionOf(request.connection).read();
      answers.push(chunk && Buffer.from(chunk).toString('hex'));
    }
  };
  return {
    answers,
    async follow(requests) {
      const before = done.length;
      // A read that waits must not keep what comes after it from being sent.
      const reads: Promise<void>[] = [];
      for (const [index, request] of requests.entries()) {
        const text = JSON.stringify(request);
        if (index < done.length) {
          if (done[index] !== text)
            throw new Error(`the program asked for ${text}, and before for ${done[index]}`);
          continue;
        }
        done.push(text);
        if (request.kind === 'read') reads.push(perform(request));
        else await perform(request);
      }
      await Promise.all(reads);
      return done.length > before;
    },
    close() {
      for (const connection of connections) void connection.close();
    },
  };
}
