import { type Address, formatAddress } from '../address.ts';
import { systemError } from '../systemError.ts';
import { type ConnectWebSocketOptions, connectWebSocket } from './connectWebSocket.ts';
import type { WebSocketTransport } from './fromWebSocket.ts';

/** Fits the `WrappableSocket` of `@halfclose/ssl`: a socket that connects once it is wrapped. */
export interface RelaySocket {
  /** Takes out the means to connect. @throws OSError `EBADF` the second time */
  detach(): {
    /** @throws TypeError for what is no address; OSError where the relay doesn't connect */
    connect(address: Address): Promise<WebSocketTransport>;
    /** Gives up a `connect` that is under way. */
    close(): void;
  };
}

/**
 * A socket whose connection a relay makes, that learns where to from the URL:
 * `context.wrapSocket(relaySocket(addressInQuery('wss://relay.example/')), …).connect(['db.example', 5432])`.
 */
export function relaySocket(
  urlFor: (address: Address) => string,
  options: ConnectWebSocketOptions = {},
): RelaySocket {
  let detached = false;
  return {
    detach() {
      if (detached) throw systemError('EBADF');
      detached = true;
      const { signal } = options;
      const givenUp = new AbortController();
      // `AbortSignal.any` is not everywhere yet.
      if (signal?.aborted) givenUp.abort(signal.reason);
      signal?.addEventListener('abort', () => givenUp.abort(signal.reason), { once: true });
      return {
        connect: async (address) => connectWebSocket(urlFor(address), { ...options, signal: givenUp.signal }),
        close: () => givenUp.abort(systemError('EBADF')),
      };
    },
  };
}

/** The relay learns the address from `?address=host:port`, as Neon's wsproxy does. */
export function addressInQuery(relay: string | URL): (address: Address) => string {
  return (address) => {
    const url = new URL(relay);
    url.searchParams.set('address', formatAddress(address));
    return url.href;
  };
}

/** The relay learns the address from the end of the path, `/host:port`, as wsproxy does. */
export function addressInPath(relay: string | URL): (address: Address) => string {
  return (address) => {
    const url = new URL(relay);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${formatAddress(address)}`;
    return url.href;
  };
}
