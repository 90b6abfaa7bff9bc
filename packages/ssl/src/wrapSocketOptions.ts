import type { Session } from '@halfclose/tls';

/** What one connection is to be, of a socket or an object. */
export interface WrapOptions {
  /**
   * Whom we mean to reach: a DNS name, which is sent to the server and looked for in its certificate, or an IP
   * address, which is only looked for.
   */
  readonly serverHostname?: string | null | undefined;
  /**
   * A session of an earlier connection to the same server, to be resumed if it still can be. It is shown to whoever is on
   * the way, so each should be used once.
   */
  readonly session?: Session | null | undefined;
  /**
   * Whether `sendEarly` may send before the server has answered (0-RTT). Default: false. It takes a session that permits
   * it.
   */
  readonly earlyData?: boolean | undefined;
  /** False: there are no servers here. */
  readonly serverSide?: boolean | undefined;
}

export interface WrapSocketOptions extends WrapOptions {
  /** Whether `connect` also does the handshake. Default: true. */
  readonly doHandshakeOnConnect?: boolean | undefined;
  /**
   * Whether the carrier's end without the server's close_notify counts as an end of file. Default: false, other
   * than in Python, because whoever is on the way can end a carrier wherever that suits him.
   */
  readonly suppressRaggedEofs?: boolean | undefined;
}
