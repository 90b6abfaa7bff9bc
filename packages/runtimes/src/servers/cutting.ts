import { connect } from 'node:net';
import { startTcpServer, type TestServer } from '@halfclose/testing/servers';

/** Type, version and length (RFC 8446 section 5.1). */
const headerLength = 5;
/** Octets of a record that are longer than any handshake message sent here. */
const long = 16_384;

/**
 * Stands before a TLS server, lets its records through until one is as long as they get, and that one too; of the next it lets
 * half through, and ends the connection.
 */
export function startCutting(port: number): Promise<TestServer> {
  return startTcpServer({
    onConnection(client) {
      const server = connect(port, '127.0.0.1');
      server.on('error', () => client.destroy());
      client.on('close', () => server.destroy());
      client.pipe(server);
      let waiting = Buffer.alloc(0);
      let longRecords = 0;
      server.on('data', (chunk: Buffer) => {
        waiting = Buffer.concat([waiting, chunk]);
        while (longRecords < 2 && waiting.length >= headerLength) {
          const end = headerLength + waiting.readUInt16BE(headerLength - 2);
          if (waiting.length < end) return;
          if (end > long) longRecords += 1;
          if (longRecords === 2) {
            client.end(waiting.subarray(0, end >> 1));
            server.destroy();
          } else client.write(waiting.subarray(0, end));
          waiting = waiting.subarray(end);
        }
      });
    },
  });
}
