import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createAuthority } from '@halfclose/testing/ca';
import { startTlsServer } from '@halfclose/testing/servers';
import {
  CERT_REQUIRED,
  createDefaultContext,
  OSError,
  SHUT_WR,
  Socket,
  SSLCertVerificationError,
  SSLContext,
} from 'halfclose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('halfclose on Node');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });
const directory = mkdtempSync(join(tmpdir(), 'halfclose-'));
const cafile = join(directory, 'ca.pem');
writeFileSync(cafile, root.pem);
writeFileSync(join(directory, '0a1b2c3d.0'), root.pem);
const environment = { ...process.env };

test.after.each(() => {
  process.env = { ...environment };
});
test.after(() => rmSync(directory, { recursive: true }));

/** Connects with `context`, sends, half-closes, and reads what comes after. */
async function converse(context: SSLContext): Promise<string> {
  const server = await startTlsServer({
    credentials,
    allowHalfOpen: true,
    onConnection: (socket) => socket.on('data', () => {}).on('end', () => socket.end('after the end')),
  });
  try {
    const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
    await socket.connect(['127.0.0.1', server.port]);
    await socket.sendall(Buffer.from('hello'));
    await socket.shutdown(SHUT_WR);
    let text = '';
    for (let part = await socket.recv(); part.length > 0; part = await socket.recv())
      text += Buffer.from(part);
    await socket.close();
    return text;
  } finally {
    await server.close();
  }
}

test('cafile and capath are read', async () => {
  for (const locations of [{ cafile }, { capath: directory }]) {
    const context = new SSLContext();
    await context.loadVerifyLocations(locations);
    assert.is(await converse(context), 'after the end');
    assert.is(await converse(await createDefaultContext(locations)), 'after the end');
  }
  const missing = await createDefaultContext({ cafile: join(directory, 'none.pem') }).catch((error) => error);
  assert.instance(missing, OSError);
  assert.is(missing.code, 'ENOENT');
});

test('the default is what the system trusts, or Node, neither of which trusts our authority', async () => {
  delete process.env.SSL_CERT_FILE;
  delete process.env.SSL_CERT_DIR;
  const context = await createDefaultContext();
  assert.instance(context, SSLContext);
  assert.is(context.verifyMode, CERT_REQUIRED);
  const error = await converse(context).catch((caught) => caught);
  assert.instance(error, SSLCertVerificationError);
  assert.is(error.verifyCode, 20);
});

test('SSL_CERT_FILE and SSL_CERT_DIR stand instead of it', async () => {
  process.env.SSL_CERT_DIR = '';
  process.env.SSL_CERT_FILE = cafile;
  assert.is(await converse(await createDefaultContext()), 'after the end');
  delete process.env.SSL_CERT_FILE;
  process.env.SSL_CERT_DIR = [join(directory, 'none'), directory].join(delimiter);
  assert.is(await converse(await createDefaultContext()), 'after the end');
  process.env.SSL_CERT_DIR = directory;
  assert.is(await converse(await createDefaultContext()), 'after the end');
});

test.run();
