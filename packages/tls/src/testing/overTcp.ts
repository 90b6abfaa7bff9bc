/** A client on a socket, for tests against servers that others made. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ClientConfig, type ClientConnection, createClientConnection } from '@halfclose/tls';

export interface TcpClient {
  readonly connection: ClientConnection;
  /** Waits until a condition holds. Rejects with the connection's error if it never will. */
  until(condition: (connection: ClientConnection) => boolean): Promise<void>;
  /** Writes all of it, whatever the server's pace; what comes meanwhile is kept. */
  write(data: Uint8Array): Promise<void>;
  /** What the server has said so far, as text. */
  received(): string;
  /** Everything that the server says until its close_notify. */
  readToEnd(): Promise<Uint8Array>;
  /** Sends what waits. */
  flush(): void;
  close(): void;
}

export async function connectTcp(port: number, config: ClientConfig): Promise<TcpClient> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return overSocket(socket, createClientConnection(config));
}

function overSocket(socket: Socket, connection: ClientConnection): TcpClient {
  const pieces: Uint8Array[] = [];
  const watchers = new Set<() => void>();
  let input: Uint8Array = new Uint8Array(0);

  const wake = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  const flush = (): void => {
    const output = connection.output().slice();
    connection.outputTaken(output.length);
    if (output.length > 0) socket.write(output);
  };
  const step = (): void => {
    for (let taken = -1; taken !== 0 && input.length > 0; ) {
      taken = connection.receive(input);
      input = input.subarray(taken);
      if (connection.readable > 0) {
        const piece = new Uint8Array(connection.readable);
        connection.read(piece);
        pieces.push(piece);
        taken ||= 1;
      }
      if (connection.peerClosed) break;
    }
    flush();
    wake();
    if (connection.waiting !== undefined) void connection.waiting.then(step);
  };
  socket.on('data', (chunk) => {
    input = Uint8Array.from(Buffer.concat([input, chunk]));
    step();
  });
  socket.on('drain', wake);
  socket.on('error', wake);
  socket.on('end', () => {
    connection.receiveEnd();
    wake();
  });
  step();

  const until = (condition: (connection: ClientConnection) => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const holds = condition(connection);
        if (!holds && connection.error === undefined) return;
        watchers.delete(look);
        if (holds) resolve();
        else reject(connection.error);
      };
      watchers.add(look);
      look();
    });

  return {
    connection,
    until,
    flush,
    async write(data) {
      for (let at = 0; at < data.length; ) {
        at += connection.write(data, at);
        flush();
        if (socket.writableNeedDrain) await until(() => !socket.writableNeedDrain);
      }
    },
    received: () => Buffer.concat(pieces).toString('latin1'),
    async readToEnd() {
      await until(({ peerClosed }) => peerClosed);
      return Uint8Array.from(Buffer.concat(pieces));
    },
    close() {
      connection.destroy();
      socket.destroy();
    },
  };
}
