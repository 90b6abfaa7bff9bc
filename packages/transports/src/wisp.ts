export type { Address } from './address.ts';
export {
  closePacket,
  closeReason,
  connectPacket,
  continuePacket,
  dataPacket,
  type Packet,
  packetType,
  parseConnect,
  parsePacket,
  roomIn,
  streamType,
} from './wisp/packets.ts';
export {
  connectWisp,
  type Wisp,
  type WispOptions,
  type WispSocket,
  type WispTransport,
  wispOver,
} from './wisp/wisp.ts';
