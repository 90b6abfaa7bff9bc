/** What the measuring process and the page say to each other, as JSON over HTTP. */

/** One transfer over a connection of its own. */
export interface Transfer {
  /** The relay: `ws://127.0.0.1:49152`. */
  readonly relay: string;
  readonly port: number;
  /** The root, PEM; undefined for a transfer in clear. */
  readonly ca: string | undefined;
  /** The suite that has to be agreed on. */
  readonly suite: string;
  readonly upload: boolean;
  readonly octets: number;
}

export interface Transferred {
  /** From the WebSocket's beginning to the last octet, milliseconds. */
  readonly wall: number;
  /** What went wrong. */
  readonly trouble?: string;
}

/** Where the page asks for the next transfer, with how the last one went. */
export const nextPath = '/next';
