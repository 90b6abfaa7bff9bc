import type { OnReadOpts } from 'node:net';

/**
 * Octets that are read at once, at most; Node by itself reads 64 KiB. They become a message of a WebSocket each, and a page takes
 * few long messages in less time than many short ones: 256 KiB rather than 64 saves it a fifth, 16 KiB would cost it half as much again.
 */
const landingLength = 1 << 18;

/** Where all sockets read. What was read is copied in the callback for that read, before there can be another. */
const shared = new Uint8Array(landingLength);

/** For `net.connect`. */
export function landing(onOctets: (octets: Buffer) => void): OnReadOpts {
  return {
    buffer: () => shared,
    callback(length, buffer) {
      onOctets(Buffer.from(buffer.subarray(0, length)));
      return true;
    },
  };
}
