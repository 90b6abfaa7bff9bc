import type { Platform } from './platform.ts';
import type { Connector, Transport } from './transport.ts';

/** How long a carrier may take to close, milliseconds. */
const closeTimeout = 1000;

/**
 * Closes a carrier, and waits for it for a bounded time. Never rejects: it is gone either way, and whoever closes
 * has nothing left to do about it.
 */
export function letGo(carrier: Transport | Connector, setTimer: Platform['setTimer']): Promise<void> {
  return new Promise((resolve) => {
    const cancel = setTimer(resolve, closeTimeout);
    const done = (): void => {
      cancel();
      resolve();
    };
    (async () => carrier.close())().then(done, done);
  });
}
