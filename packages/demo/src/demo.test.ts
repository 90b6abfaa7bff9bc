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

test.run();
