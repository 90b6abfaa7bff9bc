import { systemError } from '../systemError.ts';
import { type SocketInfo, type StreamSocket, viewAsStreams } from './socketView.ts';

/** What is used of an `SSLSocket`. */
export interface TLSSocketLike {
  doHandshake(): Promise<void>;
  recv(length: number): Promise<Uint8Array>;
  sendall(data: Uint8Array): Promise<void>;
  shutdown(how: number): Promise<void>;
  close(): Promise<void>;
  selectedAlpnProtocol(): string | null;
}

/** A TLS socket as the sockets API of WinterTC has it. */
export interface TLSStreamSocket extends StreamSocket {
  readonly secureTransport: 'on' | 'starttls';
  /** Whether it began without TLS. */
  readonly upgraded: boolean;
}

/** What is used of a `Transport`. */
export interface PlainTransport {
  read(): Promise<Uint8Array | null>;
  write(chunk: Uint8Array): Promise<void>;
  closeWrite?(): Promise<void>;
  close(): void | Promise<void>;
}

/** A socket that may go over to TLS. */
export interface PlainStreamSocket extends StreamSocket {
  readonly secureTransport: 'starttls';
  readonly upgraded: false;
  /**
   * Goes over to TLS: both streams of this socket end, and the other socket's begin.
   * @throws OSError `EBUSY` while somebody reads, who would take octets that are TLS's; `EBADF` the second time
   */
  startTls(): TLSStreamSocket;
}

const SHUT_RD = 0;
const SHUT_WR = 1;

/** Octets that are asked for at once. */
const chunkLength = 65_536;

/** An `SSLSocket` as the sockets API of WinterTC has it, half-close included. The handshake begins at once. */
export function toWebStreams(socket: TLSSocketLike): TLSStreamSocket {
  return { ...view(socket), secureTransport: 'on', upgraded: false };
}

/**
 * A transport as the sockets API of WinterTC has it, without TLS until `startTls`.
 * @param wrap makes a TLS socket of the transport: `(transport) => context.wrapSocket(transport, { serverHostname })`
 */
export function startTlsSocket<T extends PlainTransport>(
  transport: T,
  wrap: (transport: T) => TLSSocketLike,
): PlainStreamSocket {
  let gone = false;
  const plain = viewAsStreams({
    opened: Promise.resolve({}),
    read: () => transport.read(),
    write: (chunk) => transport.write(chunk),
    closeRead: async () => {},
    closeWrite: async () => transport.closeWrite?.(),
    close: async () => (gone ? undefined : transport.close()),
  });
  return {
    ...plain.socket,
    secureTransport: 'starttls',
    upgraded: false,
    startTls() {
      if (gone) throw systemError('EBADF');
      if (plain.reading) throw systemError('EBUSY');
      gone = true;
      plain.letGo();
      return { ...view(wrap(transport)), secureTransport: 'starttls', upgraded: true };
    },
  };
}

function view(socket: TLSSocketLike): StreamSocket {
  const info = async (): Promise<SocketInfo> => {
    await socket.doHandshake();
    const alpn = socket.selectedAlpnProtocol();
    return alpn === null ? {} : { alpn };
  };
  const opened = info();
  // Whoever reads or writes learns of it, too.
  opened.catch(() => {});
  return viewAsStreams({
    opened,
    async read() {
      await opened;
      const chunk = await socket.recv(chunkLength);
      return chunk.length === 0 ? null : chunk;
    },
    async write(chunk) {
      await opened;
      await socket.sendall(chunk);
    },
    closeRead: () => socket.shutdown(SHUT_RD),
    closeWrite: async () => {
      await opened;
      await socket.shutdown(SHUT_WR);
    },
    close: () => socket.close(),
  }).socket;
}
