/** ECHConfigList, RFC 9849 section 4, and which of its configurations are used. */
import { createEchKeys, encodeEchConfig, encodeEchConfigList, testProvider } from '@halfclose/testing/peer';
import { createEncryptedClientHello, type Reason, TLSError } from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readEchConfigList, usableConfigs } from './configList.ts';
import { isPublicName } from './publicName.ts';

const crypto = testProvider('client');

/** By the identifier of each. */
function usable(...configs: readonly Uint8Array[]): readonly number[] {
  const list = readEchConfigList(encodeEchConfigList(configs));
  return usableConfigs(list, crypto).map(({ configId }) => configId);
}

function refused(list: Uint8Array): Reason | undefined {
  try {
    createEncryptedClientHello(list);
    return undefined;
  } catch (error) {
    assert.instance(error, TLSError);
    assert.is((error as TLSError).fault, 'local');
    return (error as TLSError).reason;
  }
}

const lists = suite('ECHConfigList');

lists('says what it says', () => {
  const { config, list, keys } = createEchKeys({
    configId: 42,
    suites: [
      [1, 3],
      [2, 2],
    ],
    maximumNameLength: 33,
    publicName: 'front.example',
    extensions: [{ type: 0x1234, data: Uint8Array.of(1, 2) }],
  });
  assert.equal(readEchConfigList(list), [
    {
      encoded: config,
      configId: 42,
      kemId: 0x20,
      publicKey: keys.publicKey,
      suites: [
        { kemId: 0x20, kdfId: 1, aeadId: 3 },
        { kemId: 0x20, kdfId: 2, aeadId: 2 },
      ],
      maximumNameLength: 33,
      publicName: 'front.example',
      hasMandatoryExtension: false,
    },
  ]);
});

lists('versions that nobody knows are skipped, whatever they hold', () => {
  const strange = Uint8Array.of(0xba, 0xdd, 0, 3, 1, 2, 3);
  const empty = Uint8Array.of(0xfe, 0x0c, 0, 0);
  const known = encodeEchConfig({ configId: 5 });
  assert.equal(usable(strange, empty, known), [5]);
  assert.equal(usable(strange), []);
});

lists('one that is malformed anywhere is refused as a whole', () => {
  const whole = encodeEchConfigList([encodeEchConfig({ extensions: [{ type: 1, data: Uint8Array.of(1) }] })]);
  assert.is(refused(whole), undefined);
  for (let length = 0; length < whole.length; length++) {
    assert.is(refused(whole.subarray(0, length)), 'INVALID_ECH_CONFIG_LIST', `${length} octets`);
    // The list as long as it says, and the configuration in it cut.
    if (length < 6 + 2) continue;
    const cut = whole.slice(0, length);
    new DataView(cut.buffer).setUint16(0, length - 2);
    new DataView(cut.buffer).setUint16(4, length - 6);
    assert.is(refused(cut), 'INVALID_ECH_CONFIG_LIST', `${length} octets and consistent`);
  }
  assert.is(refused(Uint8Array.of(...whole, 0)), 'INVALID_ECH_CONFIG_LIST');
});

lists('lists and fields that may not be empty, and extensions that stand twice', () => {
  const one = { type: 1, data: new Uint8Array(0) };
  for (const fields of [
    { publicKey: new Uint8Array(0) },
    { suites: [] },
    { publicName: '' },
    { extensions: [one, one] },
  ]) {
    assert.is(refused(encodeEchConfigList([encodeEchConfig(fields)])), 'INVALID_ECH_CONFIG_LIST');
  }
  assert.is(refused(encodeEchConfigList([])), 'INVALID_ECH_CONFIG_LIST');
});

lists(
  'what can be used: known KEM, KDF and AEAD, no extension that is mandatory, a proper public name',
  () => {
    const good = encodeEchConfig({ configId: 1 });
    const mandatory = { type: 0x8001, data: new Uint8Array(0) };
    const optional = { type: 0x7fff, data: Uint8Array.of(1) };
    assert.equal(
      usable(
        encodeEchConfig({ configId: 2, kemId: 0x6666 }),
        encodeEchConfig({ configId: 3, suites: [[0x1111, 1]] }),
        encodeEchConfig({ configId: 4, suites: [[1, 0x2222]] }),
        encodeEchConfig({ configId: 5, extensions: [mandatory] }),
        encodeEchConfig({ configId: 6, publicName: 'not_a.name' }),
        encodeEchConfig({ configId: 7, extensions: [optional] }),
        good,
      ),
      [7, 1],
    );
  },
);

lists('the first suite that can be done', () => {
  const config = encodeEchConfig({
    suites: [
      [0x1111, 0x2222],
      [1, 0x2222],
      [1, 3],
      [1, 1],
    ],
  });
  const [first] = usableConfigs(readEchConfigList(encodeEchConfigList([config])), crypto);
  assert.equal(first?.suite, { kemId: 0x20, kdfId: 1, aeadId: 3 });
});

lists.run();

const names = suite('public_name');

names('labels of letters, digits and hyphens, that nobody takes for an address', () => {
  const label = 'a'.repeat(63);
  const good = [
    'a',
    'example.com',
    'EXAMPLE.com',
    'xn--bcher-kva.example',
    '1.2.3.example',
    `${label}.x`,
    '0x.y',
    'a.0y',
  ];
  const bad = [
    ...[
      '',
      '.',
      'a.',
      '.a',
      'a..b',
      'a_b.example',
      '-a.example',
      'a-.example',
      `a${label}.x`,
      'a b',
      'a\0b',
      'é.x',
    ],
    ...['1.2.3.4', '1', 'a.1', 'a.0x', 'a.0X1f', '0xabc', 'a.00'],
  ];
  for (const name of good) assert.ok(isPublicName(name), name);
  for (const name of bad) assert.not.ok(isPublicName(name), name);
});

names.run();
