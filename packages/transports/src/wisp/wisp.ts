import { type Address, formatAddress } from '../address.ts';
import { systemError } from '../systemError.ts';
import { openChannel } from '../websocket/channel.ts';
import {
  type ConnectWebSocketOptions,
  makeWebSocket,
  openedUnlessAborted,
} from '../websocket/connectWebSocket.ts';
import type { WebSocketLike } from '../websocket/webSocketLike.ts';
import { streamError } from './closeReasons.ts';
import { closeReason, connectPacket, type Packet, packetType, parsePacket, roomIn } from './packets.ts';
import { createStream, type StreamSide, type WispTransport } from './stream.ts';

export type { WispTransport } from './stream.ts';

/** Many TCP connections over one WebSocket, by version 1 of the Wisp protocol. */
export interface Wisp {
  /**
   * A stream to `address`. Wisp has no word for a connection that stands: where the relay can't make it, the first `read` says so.
   * @throws TypeError for what is no address; OSError where the WebSocket broke
   */
  connect(address: Address): Promise<WispTransport>;
  /** A socket for `SSLContext.wrapSocket`, which connects once it is wrapped. */
  socket(): WispSocket;
  /** Streams that are open. */
  readonly streams: number;
  /** Closes all streams and the WebSocket. */
  close(): Promise<void>;
}

/** Fits the `WrappableSocket` of `@halfclose/ssl`. */
export interface WispSocket {
  /** @throws OSError `EBADF` the second time */
  detach(): { connect(address: Address): Promise<WispTransport>; close(): void };
}

export interface WispOptions {
  /**
   * Octets of one stream that may wait to be read before it is given up with `ENOBUFS`: Wisp has no means to tell a relay to
   * wait. Default: 64 MiB.
   */
  readonly receiveLimit?: number;
}

/**
 * Opens a WebSocket to a relay that speaks Wisp; its URL ends in a slash.
 * @throws SyntaxError for what is no `ws:` or `wss:` URL; OSError where it doesn't open, or speaks something else; what
 * `signal` was aborted with
 */
export async function connectWisp(
  url: string | URL,
  options: ConnectWebSocketOptions & WispOptions = {},
): Promise<Wisp> {
  if (options.signal?.aborted) throw options.signal.reason;
  return wispOver(makeWebSocket(url, options), options);
}

/** As `connectWisp`, over a WebSocket that is open or connecting, and of which nothing was read yet. */
export async function wispOver(
  socket: WebSocketLike,
  { receiveLimit = 64 << 20, signal }: WispOptions & Pick<ConnectWebSocketOptions, 'signal'> = {},
): Promise<Wisp> {
  const streams = new Map<number, StreamSide>();
  let lastNumber = 0;
  /** Packets that a new stream has room for, once the relay has said it. */
  let roomAtFirst: number | undefined;
  let ended: Error | undefined;
  let onGreeting = (): void => {};
  let onNoGreeting = (_error: Error): void => {};
  const greeting = new Promise<void>((resolve, reject) => {
    onGreeting = resolve;
    onNoGreeting = reject;
  });

  const end = (error: Error | undefined): void => {
    if (ended !== undefined) return;
    ended = error ?? systemError('ECONNRESET', 'the relay closed the WebSocket');
    onNoGreeting(ended);
    for (const stream of streams.values()) stream.onEnd(ended);
    streams.clear();
  };

  const take = (packet: Packet): void => {
    const stream = streams.get(packet.stream);
    if (packet.type === packetType.CONTINUE) {
      const room = roomIn(packet);
      // The first of all speaks of every stream, and has number 0.
      if (packet.stream === 0) {
        roomAtFirst ??= room;
        onGreeting();
      } else stream?.onRoom(room);
    } else if (roomAtFirst === undefined) {
      throw systemError('EPROTO', `a Wisp packet of type ${packet.type} before the first CONTINUE`);
    } else if (packet.type === packetType.DATA) {
      // What comes for a stream that was just closed is nobody's.
      stream?.onData(packet.payload);
    } else if (packet.type === packetType.CLOSE) {
      streams.delete(packet.stream);
      stream?.onEnd(streamError(packet.payload[0] ?? closeReason.unspecified));
    }
  };

  const channel = openChannel(socket, {
    onMessage(message) {
      try {
        take(parsePacket(message));
      } catch (error) {
        end(error instanceof Error ? error : undefined);
        void channel.close(protocolError);
      }
    },
    onEnd: end,
  });

  const connect = async (address: Address): Promise<WispTransport> => {
    formatAddress(address);
    const [host, port] = address;
    if (ended !== undefined) throw ended;
    lastNumber += 1;
    const number = lastNumber;
    const stream = createStream({
      number,
      room: roomAtFirst ?? 0,
      receiveLimit,
      send: channel.send,
      forget: () => streams.delete(number),
    });
    streams.set(number, stream);
    await channel.send(connectPacket(number, new TextEncoder().encode(host), port));
    return stream.transport;
  };

  const wisp: Wisp = {
    connect,
    socket() {
      let detached = false;
      return {
        detach() {
          if (detached) throw systemError('EBADF');
          detached = true;
          return { connect, close() {} };
        },
      };
    },
    get streams() {
      return streams.size;
    },
    close() {
      end(systemError('EBADF'));
      return channel.close();
    },
  };
  await openedUnlessAborted(wisp, greeting, signal);
  return wisp;
}

/** RFC 6455 section 7.4.1. */
const protocolError = 1002;
