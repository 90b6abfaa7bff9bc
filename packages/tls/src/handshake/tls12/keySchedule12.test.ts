import { sha256 } from '@halfclose/crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exportFrom12, keyBlock, prf, verifyData12 } from './keySchedule12.ts';

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const randoms = { client: new Uint8Array(32).fill(1), server: new Uint8Array(32).fill(2) };
const master = new Uint8Array(48).fill(3);

// The vector that was agreed on in the working group when the PRF was new.
test('PRF with SHA-256', () => {
  const output = prf(
    sha256,
    octets('9bbe436ba940f017b17652849a71db35'),
    'test label',
    octets('a0ba9f936cda311827a6f796ffd5198c'),
    100,
  );
  assert.equal(
    output,
    octets(
      'e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66',
    ),
  );
});

test('PRF gives the beginning of the same for any length', () => {
  const whole = prf(sha256, master, 'label', randoms.client, 100);
  for (let length = 0; length < 100; length++) {
    assert.equal(prf(sha256, master, 'label', randoms.client, length), whole.subarray(0, length));
  }
});

test('the key block is cut in the order of RFC 5246 section 6.3', () => {
  const whole = keyBlock(sha256, master, randoms, { mac: 20, key: 16, iv: 4 });
  const parts = [
    whole.client.mac,
    whole.server.mac,
    whole.client.key,
    whole.server.key,
    whole.client.iv,
    whole.server.iv,
  ];
  const seed = Uint8Array.of(...randoms.server, ...randoms.client);
  assert.equal(
    Uint8Array.from(Buffer.concat(parts)),
    prf(sha256, master, 'key expansion', seed, 2 * (20 + 16 + 4)),
  );
});

test('both sides finish with another verify_data', () => {
  const hash = new Uint8Array(32);
  assert.is(verifyData12(sha256, master, 'client', hash).length, 12);
  assert.not.equal(
    verifyData12(sha256, master, 'client', hash),
    verifyData12(sha256, master, 'server', hash),
  );
});

test('no context and an empty one are not the same, RFC 5705 section 4', () => {
  const without = exportFrom12(sha256, master, randoms, 'EXPORTER-test', undefined, 16);
  const empty = exportFrom12(sha256, master, randoms, 'EXPORTER-test', new Uint8Array(0), 16);
  assert.not.equal(without, empty);
  const seed = Uint8Array.of(...randoms.client, ...randoms.server, 0, 0);
  assert.equal(empty, prf(sha256, master, 'EXPORTER-test', seed, 16));
});

test.run();
