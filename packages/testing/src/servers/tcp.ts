import { createServer, type Socket } from 'node:net';
import { listen, type TestServer } from './listen.ts';

export interface TcpServerOptions {
  /** A connection's errors are its listener's to see; without a listener they are dropped. */
  readonly onConnection: (socket: Socket) => void;
  /** Left out: false, the server ends its side when the client has ended its own. */
  readonly allowHalfOpen?: boolean;
}

/** A server of plain TCP: one that speaks something else than TLS, or breaks off. */
export function startTcpServer({
  onConnection,
  allowHalfOpen = false,
}: TcpServerOptions): Promise<TestServer> {
  const server = createServer({ allowHalfOpen }, (socket) => {
    socket.on('error', () => {});
    onConnection(socket);
  });
  return listen(server);
}
