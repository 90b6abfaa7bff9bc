/** False Start, RFC 7918. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contentTypes } from './protocol/contentTypes.ts';
import { body } from './testing/flights12.ts';
import type { Options12 } from './testing/scripted12.ts';
import { attempt12, converse12, type Trial12 } from './testing/trials12.ts';

const test = suite('TLS 1.2: what may be written before the Finished');
const early = (
  server: Partial<Options12>,
  tls12: Trial12['tls12'] = { falseStartWithoutAlpn: true },
): number => {
  let written = -1;
  attempt12({
    tls12: { falseStart: true, ...tls12 },
    server: {
      ...server,
      flight: (steps, flight) => (flight === 2 ? [] : steps),
    },
    after: (_, client) => {
      written = client.error === undefined ? client.write(Buffer.from('early')) : -1;
    },
  });
  return written;
};
test('with forward secrecy, an AEAD and a protocol, and nothing less', () => {
  assert.is(early({}), 5);
  assert.is(early({}, {}), 0, 'without ALPN');
  assert.is(early({}, { falseStart: false, falseStartWithoutAlpn: true }), 0, 'without being told');
  assert.is(early({ suite: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256' }), 0, 'without an AEAD');
  assert.is(
    early({ signature: { scheme: 0x0403, sign: () => Buffer.alloc(70) } }),
    -1,
    'of who signs wrongly',
  );
});
test('is followed by close_notify where the side is closed at once, and the handshake goes on', () => {
  const { client, server, plaintext } = attempt12({
    tls12: { falseStart: true, falseStartWithoutAlpn: true },
    server: {
      flight: (steps, flight) => (flight === 2 ? [] : steps),
    },
    after: (own, connection) => {
      connection.write(Buffer.from('early'));
      connection.closeWrite();
      converse12(connection, own);
      own.finish();
      own.sendRecord(contentTypes.applicationData, Buffer.from('answer'));
    },
  });
  assert.is(client.error, undefined);
  assert.is(server.data.toString(), 'early');
  assert.equal(server.alerts, [{ level: 1, description: 0 }]);
  assert.is(plaintext.toString(), 'answer');
});

test('a wrong Finished after it ends the connection, and what it could export', () => {
  const { client, server } = attempt12({
    tls12: { falseStart: true, falseStartWithoutAlpn: true },
    server: { tamper: { finished: body(() => Buffer.alloc(12)) } },
  });
  assert.is(client.error?.reason, 'DIGEST_CHECK_FAILED');
  assert.ok(server.done);
  assert.throws(() => client.exportKeyingMaterial('EXPORTER-test', undefined, 32));
});
test.run();
