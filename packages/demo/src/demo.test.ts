import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runDemo } from './demo.ts';

test('the demo shows all that it promises, and succeeds', async () => {
  let shown = '';
  const output = { write: (text: string) => (shown += text) };
  const status = await runDemo({ stdout: output, stderr: output, env: {} });
  assert.is(status, 0, shown);
  for (const line of [
    "  Used cipher:       ('TLS_AES_256_GCM_SHA384', 'TLSv1.3', 256)\n",
    '  Compression used:  None\n',
    '  Certificate:       CN=',
    '                     DNS: localhost\n',
    '  OSError: [Errno 9] Bad file descriptor\n',
    '  8.0 MiB of 8.0 MiB',
    '> await socket.shutdown(SHUT_WR)',
    '  All arrived:       yes\n',
  ]) {
    assert.match(shown, line);
  }
});

test('where a person looks, the upload has a bar', async () => {
  let shown = '';
  const output = { isTTY: true, write: (text: string) => (shown += text) };
  await runDemo({ stdout: output, stderr: output, env: { NO_COLOR: '1' } });
  assert.match(shown, `\r  ${'█'.repeat(16)}${'░'.repeat(16)}  4.0 MiB of 8.0 MiB`);
  assert.match(shown, `\r  ${'█'.repeat(32)}  8.0 MiB of 8.0 MiB`);
  assert.not.match(shown, '\x1b');
});

test('who reads no further ends the demo, and nothing is left of it', async () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-demo-test-'));
  try {
    const child = execFile(process.execPath, [...process.execArgv, main], {
      env: { ...process.env, TMPDIR: directory, TEMP: directory },
    });
    let complaints = '';
    child.stderr?.on('data', (text) => {
      complaints += text;
    });
    child.stdout?.destroy();
    const status = await new Promise((resolve) => child.once('close', resolve));
    assert.is(complaints, '');
    assert.is(status, 141);
    assert.equal(
      readdirSync(directory).filter((name) => name.startsWith('halfclose')),
      [],
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.run();
