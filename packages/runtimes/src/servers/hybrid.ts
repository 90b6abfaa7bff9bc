import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Credentials, TestServer } from '@halfclose/testing/servers';
import { install } from '../install.ts';

/** Told its credentials as JSON on its input; prints its port, and sends back what came once a client has ended its side. */
const program = `
const { createServer } = require('node:tls');
const { cert, key } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const options = { cert, key, minVersion: 'TLSv1.3', ecdhCurve: 'X25519MLKEM768', allowHalfOpen: true };
const server = createServer(options, (socket) => {
  const chunks = [];
  socket.on('error', () => {});
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('end', () => socket.end(Buffer.concat(chunks)));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

/**
 * The server of Node 24, whose OpenSSL has X25519MLKEM768, and here agrees on nothing else.
 * @throws Error where npm can't get it, or it doesn't start
 */
export async function startHybridServer(credentials: Credentials): Promise<TestServer> {
  const command = join(await install('node', '24'), 'bin', 'node');
  const child = spawn(command, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  child.stdin.end(JSON.stringify({ cert: credentials.chainPem, key: credentials.privateKeyPem }));
  const [port] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    ended.then(() => {
      throw new Error('Node 24 ended');
    }),
  ]);
  return {
    port: Number(port),
    async close() {
      child.kill();
      await ended;
    },
  };
}
