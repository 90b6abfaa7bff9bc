import type { Socket } from 'node:net';
import { TextDecoder } from 'node:util';
import {
  type Address,
  closePacket,
  closeReason,
  continuePacket,
  dataPacket,
  type Packet,
  packetType,
  parseConnect,
  parsePacket,
  streamType,
} from '@halfclose/transports/wisp';
import type { WebSocket } from 'ws';
import { RefusedError } from './connectTarget.ts';
import { createMeter, type Limits } from './meter.ts';
import { isPort } from './request.ts';
import { closeCode, closeWith, endSoon, highWaterMark, octetsOf } from './webSocketSide.ts';

/** Packets of one stream that are kept for a target that takes none at the moment. */
const room = 32;

export interface WispParts {
  readonly limits: Limits;
  /** Streams at the same time on this WebSocket. */
  readonly maximumStreams: number;
  /** @throws RefusedError */
  connect(address: Address, signal: AbortSignal): Promise<Socket>;
}

interface Stream {
  /** Undefined until it is connected. */
  target: Socket | undefined;
  readonly givenUp: AbortController;
  /** What came before it was connected. */
  readonly early: Uint8Array[];
  /** Packets of data that were written and not taken yet, and those taken since the client was last told of room. */
  held: number;
  taken: number;
}

/**
 * Serves Wisp version 1 on a WebSocket until it is closed. A client that sends more packets than it was told there is room for
 * loses its stream, one that sends no packets of Wisp its WebSocket.
 * @returns octets that went through, when it is over
 */
export function serveWisp(webSocket: WebSocket, parts: WispParts): Promise<number> {
  const streams = new Map<number, Stream>();
  const meter = createMeter(parts.limits, (limit) => {
    closeWith(
      webSocket,
      closeCode.policyViolation,
      limit === 'idle' ? 'idle for too long' : 'too many octets',
    );
  });
  const send = (packet: Uint8Array): void => {
    if (webSocket.readyState === webSocket.OPEN) webSocket.send(packet);
  };
  /** Octets of all streams that no target has taken yet. */
  let heldOctets = 0;
  const hold = (octets: number): void => {
    heldOctets += octets;
    if (heldOctets > highWaterMark) webSocket.pause();
  };
  const release = (octets: number): void => {
    heldOctets -= octets;
    if (heldOctets <= highWaterMark) webSocket.resume();
  };
  const finish = (number: number, stream: Stream): void => {
    if (streams.get(number) === stream) streams.delete(number);
    stream.givenUp.abort();
    for (const data of stream.early.splice(0)) release(data.length);
  };
  const close = (number: number, stream: Stream, reason: number): void => {
    if (streams.get(number) !== stream) return;
    finish(number, stream);
    send(closePacket(number, reason));
  };

  const write = (number: number, stream: Stream, target: Socket, data: Uint8Array): void => {
    // Called back, too, where the target goes before it has taken it.
    target.write(data, () => onTaken(number, stream, data.length));
  };

  /** The target took a packet: the client is told of room before it has used up what it knows of. */
  const onTaken = (number: number, stream: Stream, octets: number): void => {
    release(octets);
    stream.held -= 1;
    stream.taken += 1;
    if (stream.taken < room / 2 || streams.get(number) !== stream) return;
    stream.taken = 0;
    send(continuePacket(number, room - stream.held));
  };

  const resumeAll = (): void => {
    if (webSocket.bufferedAmount > highWaterMark) return;
    for (const { target } of streams.values()) target?.resume();
  };

  const run = (number: number, stream: Stream, target: Socket): void => {
    stream.target = target;
    for (const data of stream.early.splice(0)) write(number, stream, target, data);
    target.on('data', (octets) => {
      meter.count(octets.length);
      if (webSocket.readyState !== webSocket.OPEN || streams.get(number) !== stream) return;
      webSocket.send(dataPacket(number, octets), resumeAll);
      if (webSocket.bufferedAmount > highWaterMark) target.pause();
    });
    target.on('end', () => {
      close(number, stream, closeReason.voluntary);
      endSoon(target);
    });
    target.on('error', () => close(number, stream, closeReason.networkError));
    target.on('close', () => close(number, stream, closeReason.networkError));
    send(continuePacket(number, room - stream.held));
    target.resume();
  };

  const open = async (number: number, address: Address | undefined): Promise<void> => {
    if (address === undefined) {
      send(closePacket(number, closeReason.invalid));
      return;
    }
    if (streams.size >= parts.maximumStreams) {
      send(closePacket(number, closeReason.throttled));
      return;
    }
    const stream: Stream = {
      target: undefined,
      givenUp: new AbortController(),
      early: [],
      held: 0,
      taken: 0,
    };
    streams.set(number, stream);
    try {
      const target = await parts.connect(address, stream.givenUp.signal);
      if (streams.get(number) === stream) run(number, stream, target);
      else target.destroy();
    } catch (error) {
      close(number, stream, error instanceof RefusedError ? reasons[error.refusal] : closeReason.unspecified);
    }
  };

  const take = (packet: Packet): void => {
    const stream = streams.get(packet.stream);
    if (packet.type === packetType.CONNECT) {
      if (stream !== undefined || packet.stream === 0) send(closePacket(packet.stream, closeReason.invalid));
      else void open(packet.stream, addressIn(packet));
    } else if (stream === undefined) {
      // A stream that was closed on this side just now.
    } else if (packet.type === packetType.DATA) {
      if (stream.held === room) {
        stream.target?.destroy();
        close(packet.stream, stream, closeReason.throttled);
        return;
      }
      stream.held += 1;
      hold(packet.payload.length);
      if (stream.target === undefined) stream.early.push(packet.payload);
      else write(packet.stream, stream, stream.target, packet.payload);
    } else if (packet.type === packetType.CLOSE) {
      finish(packet.stream, stream);
      if (stream.target !== undefined) endSoon(stream.target);
    }
  };

  webSocket.on('message', (data, isBinary) => {
    const octets = octetsOf(data);
    meter.count(octets.length);
    try {
      if (!isBinary) throw new TypeError('binary messages only');
      take(parsePacket(octets));
    } catch (error) {
      closeWith(webSocket, closeCode.unsupportedData, error instanceof Error ? error.message : '');
    }
  });
  webSocket.on('error', () => {});
  send(continuePacket(0, room));

  return new Promise((resolve) => {
    webSocket.on('close', () => {
      meter.stop();
      for (const [number, stream] of streams) {
        finish(number, stream);
        stream.target?.destroy();
      }
      resolve(meter.octets);
    });
  });
}

const reasons = {
  blocked: closeReason.blocked,
  unreachable: closeReason.unreachable,
  refused: closeReason.refused,
  timeout: closeReason.connectTimeout,
} as const;

/** Undefined for anything but a host and a port of TCP. */
function addressIn(packet: Packet): Address | undefined {
  const { type, host, port } = parseConnect(packet);
  if (type !== streamType.TCP || !isPort(port)) return undefined;
  const name = new TextDecoder().decode(host);
  return /^[^\s/[\]%\uFFFD\0]{1,253}$/.test(name) ? [name, port] : undefined;
}
