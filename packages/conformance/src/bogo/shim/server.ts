/** A warm shim: takes tests from the forwarder over a Unix socket, as many at once as come. */
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { runTest } from './test.ts';

const [path] = process.argv.slice(2);
createServer((socket) => void serve(socket)).listen(path, () => process.send?.('listening'));
process.on('disconnect', () => process.exit());

async function serve(socket: Socket): Promise<void> {
  const gone = new AbortController();
  socket.on('error', () => {});
  // The runner gave the test up, and with it the forwarder.
  socket.on('close', () => gone.abort());
  for await (const line of createInterface(socket)) {
    socket.end(JSON.stringify(await runTest(JSON.parse(line) as string[], gone.signal)));
    return;
  }
}
