/** Which groups get a key share in the first ClientHello, RFC 8446 section 4.2.8, and what later connections learn. */
import type { GroupName } from '@halfclose/crypto';
import { testConfig, trials } from '@halfclose/testing/peer';
import { type ClientConfig, createClientConnection, createTls12, dhe12 } from '@halfclose/tls';
import {
  decodeClientHello,
  extensionTypes,
  findExtension,
  groupDisplayName,
  type KeyShareEntry,
  namedGroups,
  readClientKeyShares,
  readSupportedGroups,
  supportedGroupsExtension,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const { keyShares: _, ...config } = testConfig();

function sharesOf(changes: Partial<ClientConfig>): readonly KeyShareEntry[] {
  const client = createClientConnection({ ...config, ...changes });
  const hello = decodeClientHello(client.output().subarray(9));
  const extension = findExtension(hello.extensions, extensionTypes.keyShare);
  assert.ok(extension);
  return readClientKeyShares(extension.data);
}

const names = (changes: Partial<ClientConfig>): string[] =>
  sharesOf(changes).map(({ group }) => groupDisplayName(group));

const test = suite('key shares');

test('left out: the first group that resists a quantum computer, and the first that need not', () => {
  assert.equal(names({}), ['X25519MLKEM768', 'x25519']);
  const cases: readonly (readonly [offered: GroupName[], shared: GroupName[]])[] = [
    [
      ['x25519', 'secp256r1', 'X25519MLKEM768'],
      ['x25519', 'X25519MLKEM768'],
    ],
    [
      ['secp256r1', 'SecP256r1MLKEM768', 'X25519MLKEM768', 'x25519'],
      ['secp256r1', 'SecP256r1MLKEM768'],
    ],
    [['MLKEM1024', 'X25519MLKEM768'], ['MLKEM1024']],
    [['SecP384r1MLKEM1024'], ['SecP384r1MLKEM1024']],
    [['secp384r1', 'x448'], ['secp384r1']],
  ];
  for (const [groups, shared] of cases) assert.equal(names({ groups }), shared);
});

test('two shares with the same curve in them share its key, which is made once', () => {
  for (const [hybrid, curve, octets] of [
    ['X25519MLKEM768', 'x25519', (share: Uint8Array) => share.slice(-32)],
    ['SecP256r1MLKEM768', 'secp256r1', (share: Uint8Array) => share.slice(0, 65)],
    ['SecP384r1MLKEM1024', 'secp384r1', (share: Uint8Array) => share.slice(0, 97)],
  ] as const) {
    for (const groups of [
      [hybrid, curve],
      [curve, hybrid],
    ]) {
      const shares = new Map(
        sharesOf({ groups, keyShares: groups }).map(({ group, keyExchange }) => [group, keyExchange]),
      );
      assert.equal(
        [...shares.keys()],
        groups.map((name) => namedGroups[name]),
      );
      assert.equal(
        octets(shares.get(namedGroups[hybrid]) ?? new Uint8Array(0)),
        shares.get(namedGroups[curve]),
      );
      for (const group of groups) {
        const { client, server } = attempt({ server: { group }, client: { groups, keyShares: groups } });
        assert.ok(server.done);
        assert.equal([client.facts?.group, client.facts?.helloRetryRequest], [group, false]);
      }
    }
  }
});

test('what the server is thought to take is predicted, in our order, and goes before what else was wanted', () => {
  const groups: GroupName[] = ['X25519MLKEM768', 'secp256r1', 'x25519'];
  assert.equal(names({ groups, serverGroups: ['x25519', 'secp256r1'] }), ['secp256r1']);
  assert.equal(names({ groups, serverGroups: ['x25519'], keyShares: ['X25519MLKEM768'] }), ['x25519']);
  assert.equal(names({ groups, serverGroups: ['secp256r1'], keyShares: [] }), ['secp256r1']);
  assert.equal(names({ groups, serverGroups: ['x448'], keyShares: ['x25519'] }), ['x25519']);
  assert.equal(names({ groups, serverGroups: ['x448'], keyShares: [] }), []);
  assert.equal(names({ groups, serverGroups: [] }), ['X25519MLKEM768', 'secp256r1']);
});

test('what is there for TLS 1.2 alone gets no share, whatever is predicted', () => {
  const tls12 = createTls12({ cipherSuites: ['TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'], parts: [dhe12] });
  const client = createClientConnection({ ...config, tls12 });
  const { extensions } = decodeClientHello(client.output().subarray(9));
  const offered = findExtension(extensions, extensionTypes.supportedGroups);
  assert.ok(readSupportedGroups(offered?.data ?? new Uint8Array(0)).includes(namedGroups.ffdhe2048));
  assert.equal(names({ tls12, serverGroups: ['ffdhe2048'] }), ['X25519MLKEM768', 'x25519']);
  assert.equal(names({ tls12, serverGroups: ['ffdhe2048'], groups: ['x25519', 'ffdhe2048'] }), ['ffdhe2048']);
});

test('a prediction that is wrong costs a HelloRetryRequest, and nothing else', () => {
  const { client, server } = attempt({ server: { group: 'x25519' }, client: { serverGroups: ['x448'] } });
  assert.ok(server.done);
  assert.equal([client.facts?.group, client.facts?.helloRetryRequest], ['x25519', true]);
});

test('what a server says of its groups is for the next connection; from one that is silent, what it chose', () => {
  const silent = attempt({ server: { group: 'secp256r1' } });
  assert.equal(silent.client.facts?.serverGroups, ['secp256r1']);
  const { client } = attempt({
    server: { encryptedExtensions: [supportedGroupsExtension([0x0a0a, 0x001e, 0x001d])] },
  });
  assert.equal(client.facts?.serverGroups, ['x448', 'x25519']);
  assert.equal(names({ serverGroups: client.facts?.serverGroups ?? [] }), ['x25519']);
});

test.run();
