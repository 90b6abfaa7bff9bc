/** GREASE ECH, RFC 9849 section 6.2, and what becomes of configurations that are of no use. */
import {
  createEchKeys,
  encodeEchConfig,
  encodeEchConfigList,
  extension,
  outcomeOf,
  receivedEch,
  refusal,
  seededRandom,
  type TicketBook,
  type Tried,
  testProvider,
  trials,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  createEncryptedClientHello,
  createGreaseEch,
  randomOrder,
  type Session,
} from '@halfclose/tls';
import { extensionTypes, findExtension } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const type = extensionTypes.encryptedClientHello;
const ech = createEchKeys();
const client: Partial<ClientConfig> = { encryptedClientHello: createGreaseEch() };

const grease = suite('ECH: GREASE');

function greased(tried: Tried): void {
  assert.is(tried.client.error, undefined);
  assert.ok(tried.server.done);
  assert.is(tried.client.facts?.echOutcome, 'grease');
}

grease('looks like what is hidden', () => {
  const suites = new Set<number>();
  for (let seed = 0; seed < 16; seed++) {
    const crypto = { ...testProvider('client'), random: seededRandom(`grease ${seed}`) };
    const tried = attempt({ client: { ...client, crypto } });
    greased(tried);
    const [hello] = tried.server.hellos;
    const received = hello && receivedEch(hello);
    assert.ok(received);
    assert.is(received.kdfId, 1);
    assert.is(received.enc.length, 32);
    assert.is((received.payload.length - 16) % 32, 0);
    suites.add(received.aeadId);
  }
  assert.equal([...suites].sort(), [1, 3]);
});

grease('has the length that a hidden hello would have', () => {
  const real = attempt({
    client: { encryptedClientHello: createEncryptedClientHello(ech.list) },
    server: { ech },
  });
  const decoy = attempt({ client });
  const [realPayload, decoyPayload] = [real, decoy].map(({ server }) => {
    const [message] = server.messages;
    return message?.encoded.length;
  });
  // The public name and the name are not of one length.
  assert.ok(
    Math.abs((realPayload ?? 0) - (decoyPayload ?? 0)) < 40,
    `${realPayload} and ${decoyPayload} octets`,
  );
});

grease('is the same in both hellos', () => {
  const tried = attempt({
    client: { ...client, extensionOrder: randomOrder },
    server: { group: 'secp256r1' },
  });
  greased(tried);
  const [first, second] = tried.server.hellos.map(({ extensions }) => findExtension(extensions, type)?.data);
  assert.ok(first);
  assert.equal(second, first);
});

grease('what a server answers is checked and forgotten', () => {
  const data = encodeEchConfigList([ech.config, Uint8Array.of(0xba, 0xdd, 0, 1, 1)]);
  greased(attempt({ client, server: { encryptedExtensions: [{ type, data }] } }));
  for (const wrong of [new Uint8Array(0), Uint8Array.of(0xba, 0xdd, 0xec, 0xcc)]) {
    const tried = attempt({ client, server: { encryptedExtensions: [{ type, data: wrong }] } });
    assert.equal(outcomeOf(tried), refusal('decode_error', 'DECODE_ERROR'));
  }
  const retry = (length: number): Tried =>
    attempt({
      client,
      server: { group: 'secp256r1', tamper: { helloRetryRequest: extension(type, new Uint8Array(length)) } },
    });
  greased(retry(8));
  assert.equal(outcomeOf(retry(7)), refusal('decode_error', 'DECODE_ERROR', false));
});

grease('sessions go with it as without', () => {
  const tickets: TicketBook = new Map();
  const kept: Session[] = [];
  const sessions = { take: () => kept.pop(), put: (session: Session) => void kept.push(session) };
  greased(attempt({ client: { ...client, sessions }, server: { tickets, sessionTickets: 1 } }));
  const second = attempt({ client: { ...client, sessions }, server: { tickets } });
  greased(second);
  assert.is(second.client.facts?.resumed, true);
});

grease('without a provider that could hide something there is none', () => {
  const provider = testProvider('client');
  const crypto = { ...provider, groups: provider.groups.filter(({ name }) => name !== 'x25519') };
  const tried = attempt({ client: { ...client, crypto, keyShares: ['secp256r1'] } });
  assert.is(tried.client.facts?.echOutcome, 'none');
});

grease.run();

const unusable = suite('ECH: configurations of which none can be used');
const list = encodeEchConfigList([encodeEchConfig({ kemId: 0x6666 })]);

unusable('GREASE, where nobody says otherwise', () => {
  for (const options of [undefined, { whenUnusable: 'grease' }] as const) {
    const tried = attempt({ client: { encryptedClientHello: createEncryptedClientHello(list, options) } });
    greased(tried);
  }
});

unusable('nothing of the kind', () => {
  const encryptedClientHello = createEncryptedClientHello(list, { whenUnusable: 'omit' });
  const tried = attempt({ client: { encryptedClientHello } });
  assert.is(tried.client.facts?.echOutcome, 'none');
  assert.is(findExtension(tried.server.hellos[0]?.extensions ?? [], type), undefined);
});

unusable('no connection', () => {
  const encryptedClientHello = createEncryptedClientHello(list, { whenUnusable: 'refuse' });
  const tried = attempt({ client: { encryptedClientHello } });
  assert.is(tried.client.error?.reason, 'UNUSABLE_ECH_CONFIG_LIST');
  assert.is(tried.client.error?.fault, 'local');
  assert.is(tried.server.messages.length, 0);
});

unusable.run();
