/** The example in README.md is a program that runs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '@halfclose/testing/ca';
import { startTlsServer } from '@halfclose/testing/servers';
import { startRelay } from 'halfclose-relay';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from './lib/run.mjs';
import { publishedPackages, root } from './lib/workspace.mjs';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

const examples = Array.from(readme.matchAll(/```ts\n(.*?)```/gs), ([, example = '']) => example);

/**
 * Replaces what has to be otherwise here, each of which must be there.
 * @param {string} program
 * @param {Readonly<Record<string, string>>} changes
 */
function adapt(program, changes) {
  return Object.entries(changes).reduce((text, [from, to]) => {
    assert.ok(text.includes(from), from);
    return text.replace(from, to);
  }, program);
}

/**
 * @param {string} program
 * @param {Record<string, string>} [env]
 */
async function runProgram(program, env = {}) {
  const node = [
    '--conditions=@halfclose/source',
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    program,
  ];
  const { output, trouble } = await run(process.execPath, node, { cwd: root, env });
  assert.is(trouble, undefined, output);
  return output;
}

test('the smallest example gets a page', async () => {
  const authority = await createAuthority();
  const credentials = await authority.issue({ dnsNames: ['example.com'] });
  const page = `HTTP/1.0 200 OK\r\n\r\n${'a line of the page\n'.repeat(20_000)}`;
  let request = '';
  const server = await startTlsServer({
    credentials,
    allowHalfOpen: true,
    onConnection(socket) {
      // The page comes after the client's close_notify.
      socket.on('data', (data) => (request += data)).on('end', () => socket.end(page));
    },
  });
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-readme-'));
  const cafile = join(directory, 'ca.pem');
  writeFileSync(cafile, authority.pem);
  try {
    const program = adapt(examples[0] ?? '', { "['example.com', 443]": `['127.0.0.1', ${server.port}]` });
    assert.is(await runProgram(program, { SSL_CERT_FILE: cafile }), page);
    assert.match(request, /^GET \/ HTTP\/1\.0\r\n/);
  } finally {
    rmSync(directory, { recursive: true });
    await server.close();
  }
});

test('the example of a page connects through a relay', async () => {
  const authority = await createAuthority();
  const server = await startTlsServer({ credentials: await authority.issue({ dnsNames: ['db.example'] }) });
  const target = `127.0.0.1:${server.port}`;
  const relay = await startRelay({ allow: [target] });
  const program = adapt(examples[1] ?? '', {
    "import { mozillaRoots } from '@halfclose/roots';": "import { WebSocket } from 'ws';",
    '{ anchors: mozillaRoots() }': `{ cadata: ${JSON.stringify(authority.pem)} }`,
    "addressInQuery('wss://relay.example/')": `addressInQuery('${relay.url}'), { createWebSocket: (url, protocols) => new WebSocket(url, protocols) }`,
    "['db.example', 5432]": `['127.0.0.1', ${server.port}]`,
  });
  try {
    assert.is(
      await runProgram(`${program}\nconsole.log(socket.version());\nawait socket.close();`),
      'TLSv1.3\n',
    );
  } finally {
    await relay.close();
    await server.close();
  }
});

test('the example that leaves things out trusts Mozilla, and speaks TLS 1.2 as well', async () => {
  const program = `${examples[2]}\nconsole.log(context.certStoreStats().x509 > 100, context.minimumVersion);`;
  assert.is(await runProgram(program), `true ${0x0303}\n`);
});

test('the README tells of every published package', () => {
  for (const { manifest } of publishedPackages()) assert.match(readme, `| \`${manifest.name}\` |`);
});

test.run();
