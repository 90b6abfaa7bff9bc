/** Packets of Wisp version 1.2: a type, the number of a stream and a payload, integers little-endian. */
import { systemError } from '../systemError.ts';

export const packetType = { CONNECT: 1, DATA: 2, CONTINUE: 3, CLOSE: 4 } as const;
export const streamType = { TCP: 1, UDP: 2 } as const;

export const closeReason = {
  unspecified: 0x01,
  voluntary: 0x02,
  networkError: 0x03,
  invalid: 0x41,
  unreachable: 0x42,
  connectTimeout: 0x43,
  refused: 0x44,
  dataTimeout: 0x47,
  blocked: 0x48,
  throttled: 0x49,
  clientError: 0x81,
} as const;

const headerLength = 5;

export interface Packet {
  readonly type: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

/** @throws OSError `EPROTO` for less than a header */
export function parsePacket(message: Uint8Array): Packet {
  if (message.length < headerLength) {
    throw systemError('EPROTO', `a Wisp packet of ${message.length} octets, which is less than its header`);
  }
  return {
    type: message[0] ?? 0,
    stream: viewOf(message).getUint32(1, true),
    payload: message.subarray(headerLength),
  };
}

/** The number in a CONTINUE packet: how many packets of data the other side has room for. @throws OSError `EPROTO` */
export function roomIn({ payload }: Packet): number {
  if (payload.length < 4) throw systemError('EPROTO', `a CONTINUE packet of ${payload.length} octets, not 4`);
  return viewOf(payload).getUint32(0, true);
}

export function connectPacket(stream: number, host: Uint8Array, port: number): Uint8Array<ArrayBuffer> {
  const packet = createPacket(packetType.CONNECT, stream, 3 + host.length);
  packet[headerLength] = streamType.TCP;
  viewOf(packet).setUint16(headerLength + 1, port, true);
  packet.set(host, headerLength + 3);
  return packet;
}

export function dataPacket(stream: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const packet = createPacket(packetType.DATA, stream, data.length);
  packet.set(data, headerLength);
  return packet;
}

/** What a CONNECT packet asks for. @throws OSError `EPROTO` for less than a type and a port */
export function parseConnect({ payload }: Packet): {
  readonly type: number;
  readonly host: Uint8Array;
  readonly port: number;
} {
  if (payload.length < 3)
    throw systemError('EPROTO', `a CONNECT packet of ${payload.length} octets, not 3 or more`);
  return { type: payload[0] ?? 0, port: viewOf(payload).getUint16(1, true), host: payload.subarray(3) };
}

export function continuePacket(stream: number, packets: number): Uint8Array<ArrayBuffer> {
  const packet = createPacket(packetType.CONTINUE, stream, 4);
  viewOf(packet).setUint32(headerLength, packets, true);
  return packet;
}

export function closePacket(stream: number, reason: number): Uint8Array<ArrayBuffer> {
  const packet = createPacket(packetType.CLOSE, stream, 1);
  packet[headerLength] = reason;
  return packet;
}

function createPacket(type: number, stream: number, payloadLength: number): Uint8Array<ArrayBuffer> {
  const packet = new Uint8Array(headerLength + payloadLength);
  packet[0] = type;
  viewOf(packet).setUint32(1, stream, true);
  return packet;
}

function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}
