export { fromSocket, type NodeTransport } from './node/fromSocket.ts';
export { type Address, type Connector, Socket } from './node/socket.ts';
