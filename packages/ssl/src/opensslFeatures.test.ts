/** What OpenSSL's server can be told to do, and what it tells of a connection: new keys, its secrets and what it exports. */
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
if (withServer === openssl.skip)
  console.log('skipped: OpenSSL 3 is not installed, key updates, key log and exporter');
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

async function expectLine(client: SSLSocket, line: string): Promise<void> {
  let received = '';
  while (!received.includes('\n')) received += Buffer.from(await client.recv(1000)).toString();
  assert.is(received, `${line}\n`);
}

withServer('changes its keys and has us change ours, and the other way round', async () => {
  await connected(['-msg'], async (client, server) => {
    let [sent, received] = [0, 0];
    // The n-th that it tells of: what it reads together with a command it drops, so each waits for the one before.
    const updates = (direction: '>>>' | '<<<', count: number): Promise<unknown> =>
      server.printed(new RegExp(`(${direction} TLS 1.3, Handshake [^\n]*KeyUpdate[^]*){${count}}`));
    const talk = async (name: string): Promise<void> => {
      server.stdin.write(`${name}\n`);
      await expectLine(client, name);
      await client.sendall(Buffer.from(`client: ${name}\n`));
      await server.printed(new RegExp(`client: ${name}\n`));
    };
    await talk('with the first keys');
    for (const command of ['k', 'K', 'K']) {
      server.stdin.write(`${command}\n`);
      await updates('>>>', ++sent);
      await talk(`${command} ${sent}`);
      if (command === 'K') await updates('<<<', ++received);
    }
    for (const requestServer of [false, true, true]) {
      await client.updateKeys(requestServer);
      await updates('<<<', ++received);
      await talk(`ours ${received}`);
      if (requestServer) await updates('>>>', ++sent);
    }
  });
});

openssl.run();
