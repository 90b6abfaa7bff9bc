import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';

/** Octets that may wait in a WebSocket to be sent before what fills it is paused. */
export const highWaterMark: number = 1 << 20;

/** RFC 6455 section 7.4.1, and IANA's registry. */
export const closeCode = {
  normal: 1000,
  unsupportedData: 1003,
  policyViolation: 1008,
  messageTooBig: 1009,
  internalError: 1011,
  tryAgainLater: 1013,
  badGateway: 1014,
} as const;

/** Closes with a reason that is at most as long as a close frame may hold (123 octets of UTF-8). */
export function closeWith(socket: WebSocket, code: number, reason: string): void {
  socket.close(
    code,
    Buffer.from(reason)
      .subarray(0, 120)
      .toString('latin1')
      .replace(/[^ -~]/g, '?'),
  );
}

export function octetsOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

/** Milliseconds that a target may take for what was written to it before its client went. */
const lastWords = 10_000;

/** Ends a connection after what was written to it; soon, even if the target takes none of it. */
export function endSoon(target: Socket): void {
  const timer = setTimeout(() => target.destroy(), lastWords);
  target.once('close', () => clearTimeout(timer));
  target.end(() => target.destroySoon());
}
