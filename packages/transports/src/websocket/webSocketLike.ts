/** What is used of a standard `WebSocket`, or of one of the package `ws`, so that no platform's types are needed. */
export interface WebSocketLike {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Octets that wait to be sent. */
  readonly bufferedAmount: number;
  binaryType: string;
  send(message: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(
    type: 'open' | 'message' | 'error' | 'close',
    listener: (event: WebSocketEvent) => void,
  ): void;
  /** Of the package `ws`: no message comes until `resume`. */
  pause?(): void;
  resume?(): void;
}

/** What any of the four events may have. */
export interface WebSocketEvent {
  readonly type: string;
  /** Of a message. */
  readonly data?: unknown;
  /** Of the end: RFC 6455 section 7.4. */
  readonly code?: number;
  readonly reason?: string;
  /** Of an error, outside of browsers. */
  readonly error?: unknown;
}
