/** What leaves the key schedule: exported keying material (RFC 8446 section 7.5) and the key log. */
import { createHash, createHmac } from 'node:crypto';
import { trials } from '@halfclose/testing/peer';
import { TLSError } from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const context = Uint8Array.of(1, 2, 3);

const exporter = suite('exporter');

/** HKDF-Expand-Label of RFC 8446 section 7.1 for one block of SHA-256 at most, written a second time. */
function expandLabel(secret: Uint8Array, label: string, hashed: Uint8Array, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([Buffer.of(length >> 8, length, name.length), name, Buffer.of(32), hashed]);
  return createHmac('sha256', secret).update(info).update(Buffer.of(1)).digest().subarray(0, length);
}

const sha256 = (data: Uint8Array | string): Buffer => createHash('sha256').update(data).digest();

exporter('gives what its secret, the label and the context come to', () => {
  const lines: string[] = [];
  const { client } = attempt({
    client: { keyLog: (line) => void lines.push(line) },
    server: { suite: 'TLS_AES_128_GCM_SHA256' },
  });
  const secret = Buffer.from(lines.at(-1)?.split(' ')[2] ?? '', 'hex');
  for (const [label, bound] of [
    ['EXPORTER-Channel-Binding', new Uint8Array(0)],
    ['EXPERIMENTAL', context],
  ] as const) {
    const derived = expandLabel(secret, label, sha256(''), 32);
    const expected = expandLabel(derived, 'exporter', sha256(bound), 32);
    assert.equal(Buffer.from(client.exportKeyingMaterial(label, bound, 32)), expected);
  }
  assert.is(client.exportKeyingMaterial('EXPERIMENTAL', context, 0).length, 0);
  assert.is(client.exportKeyingMaterial('EXPERIMENTAL', context, 255 * 32).length, 255 * 32);
});

exporter('refuses labels and lengths that HkdfLabel has no room for', () => {
  const { client } = attempt({});
  for (const [label, length] of [
    ['x', -1],
    ['x', 1.5],
    ['x', 1_000_000],
    ['x'.repeat(250), 1],
    ['ü', 1],
  ] as const) {
    assert.throws(
      () => client.exportKeyingMaterial(label, context, length),
      (error: unknown) => error instanceof RangeError,
    );
  }
});

exporter('has nothing before the handshake is done, nor after the connection died', () => {
  const early = attempt({ server: { flight: (steps) => steps.slice(0, steps.indexOf('finished')) } }).client;
  assert.throws(
    () => early.exportKeyingMaterial('x', context, 1),
    (error: unknown) => error instanceof TLSError && error.reason === 'INVALID_STATE',
  );
  const dead = attempt({ after: (server) => server.sendRaw(new Uint8Array(5)) }).client;
  assert.is(dead.error?.alert, 'unexpected_message');
  assert.throws(
    () => dead.exportKeyingMaterial('x', context, 1),
    (error: unknown) => error === dead.error,
  );
});

exporter('works after both sides have closed', () => {
  const { client } = attempt({ after: (server) => server.closeNotify() });
  client.closeWrite();
  assert.ok(client.peerClosed);
  assert.is(client.exportKeyingMaterial('x', context, 16).length, 16);
  client.destroy();
  assert.throws(() => client.exportKeyingMaterial('x', context, 16));
});

exporter.run();

const keyLog = suite('key log');

keyLog('has a line for each secret, with the random of the ClientHello', () => {
  const lines: string[] = [];
  const { server } = attempt({ client: { keyLog: (line) => void lines.push(line) } });
  const random = Buffer.from(server.hellos[0]?.random ?? []).toString('hex');
  assert.equal(
    lines.map((line) => line.split(' ').slice(0, 2)),
    [
      ['CLIENT_HANDSHAKE_TRAFFIC_SECRET', random],
      ['SERVER_HANDSHAKE_TRAFFIC_SECRET', random],
      ['SERVER_TRAFFIC_SECRET_0', random],
      ['CLIENT_TRAFFIC_SECRET_0', random],
      ['EXPORTER_SECRET', random],
    ],
  );
  assert.ok(lines.every((line) => /^[A-Z_0-9]+ [0-9a-f]{64} ([0-9a-f]{64}|[0-9a-f]{96})$/.test(line)));
  assert.is(new Set(lines.map((line) => line.split(' ')[2])).size, 5);
});

keyLog.run();
