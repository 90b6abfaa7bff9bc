import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { createAuthority } from '@halfclose/testing/ca';
import { startTlsServer } from '@halfclose/testing/servers';

export interface DigestServer {
  readonly port: number;
  /** A PEM file of the authority that the server's certificate is from. */
  readonly cafile: string;
  close(): Promise<void>;
}

/**
 * Node's own TLS server as `localhost`, with an authority and a certificate made on the spot. It reads until the
 * client has ended its side, and then answers with the SHA-256 of all that it got, in hexadecimal.
 */
export async function startDigestServer(): Promise<DigestServer> {
  const authority = await createAuthority({ name: 'Demo Authority' });
  const credentials = await authority.issue({ dnsNames: ['localhost'] });
  const directory = await mkdtemp(join(tmpdir(), 'halfclose-demo-'));
  const removeDirectory = (): void => rmSync(directory, { recursive: true });
  // The process may end before anybody can close this.
  process.once('exit', removeDirectory);
  const cafile = join(directory, 'ca.pem');
  await writeFile(cafile, authority.pem);
  const server = await startTlsServer({ credentials, allowHalfOpen: true, onConnection: answerWithDigest });
  return {
    port: server.port,
    cafile,
    async close() {
      await server.close();
      process.off('exit', removeDirectory);
      removeDirectory();
    },
  };
}

function answerWithDigest(socket: TLSSocket): void {
  const hash = createHash('sha256');
  socket.on('data', (chunk) => hash.update(chunk));
  socket.once('end', () => socket.end(hash.digest('hex')));
}
