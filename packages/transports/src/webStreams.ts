export {
  type FromWebStreamsOptions,
  fromWebStreams,
  type ReadableLike,
  type WebStreamPair,
  type WebStreamTransport,
  type WritableLike,
} from './webStreams/fromWebStreams.ts';
export type { SocketInfo, StreamSocket } from './webStreams/socketView.ts';
export {
  type PlainStreamSocket,
  type PlainTransport,
  startTlsSocket,
  type TLSSocketLike,
  type TLSStreamSocket,
  toWebStreams,
} from './webStreams/toWebStreams.ts';
