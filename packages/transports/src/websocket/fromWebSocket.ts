import { createInbox } from '../inbox.ts';
import { systemError } from '../systemError.ts';
import { openChannel } from './channel.ts';
import type { WebSocketLike } from './webSocketLike.ts';

/** Fits the `Transport` of `@halfclose/ssl`. A WebSocket has no half-close, so there is no `closeWrite`. */
export interface WebSocketTransport {
  /** The next message's octets, the caller's to keep; null at the end. One call at a time. @throws OSError where it broke */
  read(): Promise<Uint8Array | null>;
  /** Resolves when more is welcome; `chunk` was copied then. One call at a time. @throws OSError where it broke */
  write(chunk: Uint8Array): Promise<void>;
  /** Closes the WebSocket with 1000, after what was written; waits half a second at most for the other side. */
  close(): Promise<void>;
}

export interface WebSocketTransportOptions {
  /**
   * Octets that may wait to be read before the connection is given up with `ENOBUFS`. A standard WebSocket can't be told to
   * wait, so that who doesn't read has to keep what comes. Default: 64 MiB. For back-pressure take a `WebSocketStream`, which
   * `/web-streams` takes.
   */
  readonly receiveLimit?: number;
}

/** From here on a WebSocket that can be paused is, and up to here it isn't. */
const readAhead = 1 << 18;

/**
 * A standard `WebSocket`, open or connecting, as a byte stream: what is written goes out as binary messages, and where they
 * begin and end has no meaning. The WebSocket is the transport's from now on; `binaryType` is set.
 *
 * That is what websockify speaks, and noVNC.
 */
export function fromWebSocket(
  socket: WebSocketLike,
  { receiveLimit = 64 << 20 }: WebSocketTransportOptions = {},
): WebSocketTransport {
  return openTransport(socket, receiveLimit).transport;
}

/** As `fromWebSocket`, and whether it opened. */
export function openTransport(
  socket: WebSocketLike,
  receiveLimit: number,
): { readonly transport: WebSocketTransport; readonly opened: Promise<void> } {
  let closed = false;
  let paused = false;
  const inbox = createInbox(() => {
    if (!paused || inbox.waiting > readAhead) return;
    paused = false;
    channel.resume();
  });
  const channel = openChannel(socket, {
    onMessage(message) {
      inbox.put(message);
      if (inbox.waiting > receiveLimit) {
        inbox.fail(
          systemError('ENOBUFS', `${inbox.waiting} octets wait to be read, more than ${receiveLimit}`),
        );
        void channel.close(messageTooBig);
      } else if (inbox.waiting > readAhead && !paused) {
        paused = true;
        channel.pause();
      }
    },
    onEnd(error) {
      if (error === undefined) inbox.end();
      else inbox.fail(error);
    },
  });
  const transport: WebSocketTransport = {
    read: () => inbox.read(),
    async write(chunk) {
      if (closed) throw systemError('EBADF');
      // Not every WebSocket has read what it was given when `send` returns.
      if (chunk.length > 0) await channel.send(new Uint8Array(chunk));
    },
    close() {
      closed = true;
      inbox.abandon();
      // A WebSocket that is paused would not see the other side's answer.
      channel.resume();
      return channel.close();
    },
  };
  return { transport, opened: channel.opened };
}

/** RFC 6455 section 7.4.1. */
const messageTooBig = 1009;
