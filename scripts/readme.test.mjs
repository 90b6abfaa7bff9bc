/** The example in README.md is a program that runs. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '@halfclose/testing/ca';
import { startTlsServer } from '@halfclose/testing/servers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from './lib/run.mjs';
import { publishedPackages, root } from './lib/workspace.mjs';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

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
    const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const program = example.replace("['example.com', 443]", `['127.0.0.1', ${server.port}]`);
    assert.is.not(program, example);
    const node = [
      '--conditions=@halfclose/source',
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      program,
    ];
    const { output, trouble } = await run(process.execPath, node, {
      cwd: root,
      env: { SSL_CERT_FILE: cafile },
    });
    assert.is(trouble, undefined, output);
    assert.is(output, page);
    assert.match(request, /^GET \/ HTTP\/1\.0\r\n/);
  } finally {
    rmSync(directory, { recursive: true });
    await server.close();
  }
});

test('the README tells of every published package', () => {
  for (const { manifest } of publishedPackages()) assert.match(readme, `| \`${manifest.name}\` |`);
});

test.run();
