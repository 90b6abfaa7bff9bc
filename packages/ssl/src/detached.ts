import { SHUT_WR } from './constants.ts';
import { systemError } from './errors.ts';
import type { Link } from './link.ts';
import type { SSLSocket } from './socket.ts';
import type { Connector, Transport } from './transport.ts';

/** Octets that are given at once. */
const chunkLength = 65_536;

/** What a socket reads and writes, as the carrier of something else. */
export function streamOf(socket: SSLSocket, link?: Link): Transport {
  return {
    remoteAddress: link?.transport.remoteAddress,
    localAddress: link?.transport.localAddress,
    async read() {
      const data = await socket.recv(chunkLength);
      return data.length === 0 ? null : data;
    },
    write: (chunk) => socket.sendall(chunk),
    closeWrite: () => socket.shutdown(SHUT_WR),
    close: () => socket.close(),
  };
}

/** The same of one that is not connected. */
export function connectorOf(socket: SSLSocket): Connector {
  return {
    async connect(address) {
      await socket.connect(address);
      return streamOf(socket);
    },
    close: () => socket.close(),
  };
}

/** For a socket that is connected already. */
export const unconnectable: Connector = {
  connect: async () => {
    throw systemError('EISCONN');
  },
  close() {},
};
