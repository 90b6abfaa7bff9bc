import { systemError } from '../systemError.ts';
import { openTransport, type WebSocketTransport, type WebSocketTransportOptions } from './fromWebSocket.ts';
import type { WebSocketLike } from './webSocketLike.ts';

export interface ConnectWebSocketOptions extends WebSocketTransportOptions {
  /** Subprotocols to offer; old versions of websockify want `binary`. Default: none. */
  readonly protocols?: readonly string[];
  /** Gives up connecting, and nothing after it. The promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** What makes a WebSocket, where the platform has none: `(url, protocols) => new WebSocket(url, protocols)` of the package `ws`. */
  readonly createWebSocket?: (url: string, protocols: string[]) => WebSocketLike;
}

/**
 * Opens a WebSocket and gives it as a byte stream.
 * @throws SyntaxError for what is no `ws:` or `wss:` URL; OSError where it doesn't open; what `signal` was aborted with
 */
export async function connectWebSocket(
  url: string | URL,
  options: ConnectWebSocketOptions = {},
): Promise<WebSocketTransport> {
  const { signal, receiveLimit = 64 << 20 } = options;
  if (signal?.aborted) throw signal.reason;
  const { transport, opened } = openTransport(makeWebSocket(url, options), receiveLimit);
  await openedUnlessAborted(transport, opened, signal);
  return transport;
}

/** @throws OSError `ENOTCONN` where there are no WebSockets */
export function makeWebSocket(
  url: string | URL,
  { protocols = [], createWebSocket = createOwnWebSocket }: ConnectWebSocketOptions,
): WebSocketLike {
  return createWebSocket(String(url), [...protocols]);
}

function createOwnWebSocket(url: string, protocols: string[]): WebSocketLike {
  // Node has it from version 22 on, React Native and every browser always.
  const { WebSocket } = globalThis as {
    readonly WebSocket?: new (url: string, protocols: string[]) => WebSocketLike;
  };
  if (WebSocket === undefined) throw systemError('ENOTCONN', 'this platform has no WebSocket; name one');
  return new WebSocket(url, protocols);
}

/** Closes the connection where it is not wanted any more when it opens, or does not open. */
export async function openedUnlessAborted(
  connection: { close(): Promise<void> },
  opened: Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let stopListening = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', abort);
    stopListening = () => signal?.removeEventListener('abort', abort);
  });
  try {
    await Promise.race([opened, aborted]);
  } catch (error) {
    void connection.close();
    throw error;
  } finally {
    stopListening();
  }
}
