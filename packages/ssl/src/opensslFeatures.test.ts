/** What OpenSSL's server tells of a connection: its secrets and what it exports. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SSLContext, type SSLSocket } from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import { findOpenssl, type OpensslServer, startOpenssl } from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const openssl = suite('openssl s_server');
const withServer = findOpenssl() === undefined ? openssl.skip : openssl;
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });

async function connected(
  args: readonly string[],
  play: (client: SSLSocket, server: OpensslServer) => Promise<void>,
  configure: (context: SSLContext) => void = () => {},
): Promise<void> {
  const context = new SSLContext(createTestPlatform({}));
  await context.loadVerifyLocations({ cadata: root.pem });
  configure(context);
  const server = await startOpenssl({ credentials, args: ['-tls1_3', ...args] });
  const client = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  try {
    await client.connect(['127.0.0.1', server.port]);
    await play(client, server);
  } finally {
    await client.close();
    await server.close();
  }
}

withServer('logs the same keys, and exports the same keying material', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'halfclose-'));
  const path = join(directory, 'keys.log');
  const lines: string[] = [];
  try {
    await connected(
      ['-keylogfile', path, '-keymatexport', 'EXPERIMENTAL', '-keymatexportlen', '32'],
      async (client, server) => {
        const [, material = ''] = await server.printed(/Keying material: ([0-9A-F]+)/);
        const ours = client.exportKeyingMaterial('EXPERIMENTAL', 32);
        assert.is(Buffer.from(ours).toString('hex').toUpperCase(), material);
        const theirs = (await readFile(path, 'utf8')).split('\n').filter((line) => /^[A-Z]/.test(line));
        assert.equal([...lines].sort(), theirs.sort());
      },
      (context) => {
        context.keyLog = (line) => lines.push(line);
      },
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});

openssl.run();
