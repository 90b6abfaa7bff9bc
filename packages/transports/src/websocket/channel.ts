import { systemError } from '../systemError.ts';
import { closeError } from './closeError.ts';
import type { WebSocketLike } from './webSocketLike.ts';

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** Octets that may wait in the WebSocket before a sender waits. */
const highWaterMark = 1 << 20;

/** A WebSocket tells nobody when it has sent something: it has to be looked at. In milliseconds. */
const lookEvery = 2;

/** Nobody waits longer for the other side's part in closing, in milliseconds. */
const closingTime = 500;

/** Binary messages over a WebSocket, open or about to be. */
export interface Channel {
  /** Rejects where the WebSocket never opened. */
  readonly opened: Promise<void>;
  /**
   * Sends a message whose memory is the channel's from now on; resolves when more is welcome.
   * @throws OSError for what broke the WebSocket, `EPIPE` where it was closed
   */
  send(message: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Says so to the other side and resolves when it has answered, or soon. */
  close(code?: number, reason?: string): Promise<void>;
  /** Whether messages can be kept from coming: with the WebSockets of the package `ws`, not with standard ones. */
  pause(): void;
  resume(): void;
}

export interface ChannelListener {
  onMessage(message: Uint8Array): void;
  /** Once, after the last message: what broke the WebSocket; undefined where it was closed in order. */
  onEnd(error: Error | undefined): void;
}

export function openChannel(socket: WebSocketLike, listener: ChannelListener): Channel {
  socket.binaryType = 'arraybuffer';
  let ended = false;
  let failure: Error | undefined;
  /** What an `error` event has told; browsers' tell nothing. */
  let cause: unknown;
  const toldOfEnd: (() => void)[] = [];

  const end = (error: Error | undefined): void => {
    if (ended) return;
    ended = true;
    failure = error;
    listener.onEnd(error);
    for (const tell of toldOfEnd) tell();
  };
  const endOf = (done: () => void): void => {
    if (ended) done();
    else toldOfEnd.push(done);
  };
  const whatIsWrong = (): Error => failure ?? systemError('EPIPE', 'the WebSocket was closed');

  const opened = new Promise<void>((resolve, reject) => {
    if (socket.readyState === OPEN) resolve();
    else socket.addEventListener('open', () => resolve());
    endOf(() => reject(whatIsWrong()));
  });
  // Whoever sends or waits for it learns of it.
  opened.catch(() => {});

  socket.addEventListener('message', (event) => {
    if (ended) return;
    const message = octetsOf(event.data);
    if (message !== undefined) {
      listener.onMessage(message);
      return;
    }
    socket.close(unsupportedData);
    end(systemError('EPROTO', 'the WebSocket brought text, where octets were expected'));
  });
  socket.addEventListener('error', (event) => {
    cause = 'error' in event ? event.error : undefined;
  });
  socket.addEventListener('close', ({ code, reason }) =>
    end(closeError(code ?? noStatus, reason ?? '', cause)),
  );
  if (socket.readyState === CLOSED) end(systemError('ENOTCONN', 'the WebSocket is closed'));

  return {
    opened,

    async send(message) {
      if (socket.readyState === CONNECTING) await opened;
      if (ended || socket.readyState !== OPEN) throw whatIsWrong();
      socket.send(message);
      while (socket.bufferedAmount > highWaterMark) {
        await pauseFor(lookEvery);
        if (ended) throw whatIsWrong();
      }
    },

    close(code = normalClosure, reason = '') {
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, closingTime);
        endOf(() => {
          clearTimeout(timer);
          resolve();
        });
        // Throws where the socket was closed before; or, with `ws`, emits an error, which is listened to.
        if (socket.readyState < CLOSED) socket.close(code, reason);
      });
    },

    // The package `ws` complains of the one before the handshake, and of the other after the end.
    pause() {
      if (socket.readyState === OPEN) socket.pause?.();
    },
    resume() {
      if (socket.readyState === OPEN) socket.resume?.();
    },
  };
}

/** RFC 6455 section 7.4.1. */
const normalClosure = 1000;
const unsupportedData = 1003;
const noStatus = 1005;

/** The octets of a message; undefined for text. */
function octetsOf(data: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  // An ArrayBuffer of another realm is no instance of ours.
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]')
    return new Uint8Array(data as ArrayBuffer);
  return undefined;
}

function pauseFor(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
