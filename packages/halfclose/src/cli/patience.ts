import { OSError, type SSLSocket } from '../node.ts';

/** How long a server may say nothing, seconds. */
export const patience = 10;

/** Nothing came for as long as we wait. Python's `TimeoutError` has the same number. */
export class TimeoutError extends OSError {
  override readonly name = 'TimeoutError';

  constructor(waitingFor: string, seconds: number) {
    super(`[Errno 110] Connection timed out: ${waitingFor} for ${seconds} seconds`, {
      errno: 110,
      code: 'ETIMEDOUT',
    });
  }
}

/**
 * Waits for a call on `socket`. If that takes too long the socket is closed, which ends the call.
 * @param waitingFor what didn't happen, as in `the server has sent nothing`
 * @throws TimeoutError; else what the call throws
 */
export async function patiently<T>(
  socket: Pick<SSLSocket, 'close'>,
  waitingFor: string,
  call: Promise<T>,
  seconds: number = patience,
): Promise<T> {
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    void socket.close();
  }, seconds * 1000);
  try {
    return await call;
  } catch (error) {
    throw expired ? new TimeoutError(waitingFor, seconds) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** `sendall` that waits as long as the server takes anything. @throws TimeoutError; else what `send` throws */
export async function sendPatiently(
  socket: Pick<SSLSocket, 'send' | 'close'>,
  octets: Uint8Array,
): Promise<void> {
  for (let sent = 0; sent < octets.length; ) {
    sent += await patiently(socket, 'the server has taken nothing', socket.send(octets.subarray(sent)));
  }
}
