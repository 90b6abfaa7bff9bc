export type { Address } from './address.ts';
export {
  type ConnectWebSocketOptions,
  connectWebSocket,
} from './websocket/connectWebSocket.ts';
export {
  fromWebSocket,
  type WebSocketTransport,
  type WebSocketTransportOptions,
} from './websocket/fromWebSocket.ts';
export { addressInPath, addressInQuery, type RelaySocket, relaySocket } from './websocket/relaySocket.ts';
export type { WebSocketEvent, WebSocketLike } from './websocket/webSocketLike.ts';
