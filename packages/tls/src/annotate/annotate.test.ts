/** The annotator: what RFC 8448's messages mean, that nothing is left out, and that nothing is too strange for it. */
import { getDiffieHellman } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createEchKeys, type Trial, trials } from '@halfclose/testing/peer';
import {
  type ClientConfig,
  createClientAuthentication,
  createEncryptedClientHello,
  createRecordLimits,
  greaseHello,
  type ObservedMessage,
  observeMessages,
  type ProtocolVersionName,
} from '@halfclose/tls';
import { type AnnotatedMessage, type Annotation, createAnnotator } from '@halfclose/tls/annotate';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attempt12, credentials, type Trial12 } from '../testing/trials12.ts';

interface Trace {
  readonly section: string;
  readonly steps: readonly { readonly fields: readonly { readonly name: string; readonly hex: string }[] }[];
}

const vectors = new URL('../../../../test-vectors/rfc8448-traces.json', import.meta.url);
const traces: readonly Trace[] = JSON.parse(readFileSync(vectors, 'utf8'));
const names =
  /^(ClientHello|ServerHello|EncryptedExtensions|Certificate\w*|Finished|NewSessionTicket|EndOfEarlyData)$/;
const attempt = await trials();

function messagesOf({ steps }: Trace): { name: string; octets: Uint8Array }[] {
  return steps
    .flatMap(({ fields }) => fields)
    .filter(({ name }) => names.test(name))
    .map(({ name, hex }) => ({ name, octets: Uint8Array.from(Buffer.from(hex, 'hex')) }));
}

const handshake = (octets: Uint8Array, version: ProtocolVersionName = 'TLSv1.3'): AnnotatedMessage => ({
  contentType: 'handshake',
  version,
  octets,
});

function all(node: Annotation): Annotation[] {
  return [node, ...node.children.flatMap(all)];
}

/** Each octet of the message in one leaf, and each part all of its parts. */
function checkCover(node: Annotation, length: number): void {
  assert.is(node.offset, 0);
  assert.is(node.length, length);
  let at = 0;
  const visit = ({ offset, length: octets, children }: Annotation): void => {
    assert.is(offset, at);
    if (children.length === 0) at += octets;
    for (const child of children) visit(child);
    assert.is(at, offset + octets);
  };
  visit(node);
}

const problemsOf = (node: Annotation): string[] =>
  all(node).flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name} ${problem}`]));

/** `name: value` of the parts of that path, each an item of the one before. */
function at(node: Annotation, ...path: string[]): string[] {
  const found = path.reduce<Annotation[]>(
    (nodes, name) =>
      nodes.flatMap(({ children }) =>
        children.filter((child) => child.name === name || child.value === name),
      ),
    [node],
  );
  return found.map(({ value }) => value ?? '');
}

const rfc8448 = suite('annotate: RFC 8448');

for (const trace of traces) {
  rfc8448(`section ${trace.section}: every message, wholly`, () => {
    const annotate = createAnnotator();
    const messages = messagesOf(trace);
    assert.ok(messages.length >= 5);
    for (const { name, octets } of messages) {
      const tree = annotate(handshake(octets));
      const isRetry = trace.section === '5' && tree.name === 'HelloRetryRequest';
      assert.is(isRetry ? 'ServerHello' : tree.name, name);
      checkCover(tree, octets.length);
      // Section 4 has a ClientHello without its binders, which are computed over it.
      if (!(trace.section === '4' && name === 'ClientHello' && octets.length < 512)) {
        assert.equal(problemsOf(tree), []);
      }
    }
  });
}

rfc8448('names and values of a ClientHello', () => {
  const [trace] = traces;
  const [hello] = trace ? messagesOf(trace) : [];
  assert.ok(hello);
  const tree = createAnnotator()(handshake(hello.octets));
  assert.equal(
    tree.children.map(({ name }) => name),
    [
      'msg_type',
      'length',
      'legacy_version',
      'random',
      'legacy_session_id',
      'cipher_suites',
      'legacy_compression_methods',
      'extensions',
    ],
  );
  assert.equal(at(tree, 'msg_type'), ['client_hello (1)']);
  assert.equal(at(tree, 'legacy_version'), ['TLS 1.2 (0x0303)']);
  assert.equal(at(tree, 'cipher_suites', 'CipherSuite'), [
    'TLS_AES_128_GCM_SHA256 (0x1301)',
    'TLS_CHACHA20_POLY1305_SHA256 (0x1303)',
    'TLS_AES_256_GCM_SHA384 (0x1302)',
  ]);
  const data = ['extensions', 'server_name (0)', 'extension_data'];
  assert.equal(at(tree, ...data, 'server_name_list', 'ServerName', 'HostName'), ['"server"']);
  const shares = at(tree, 'extensions', 'key_share (51)', 'extension_data', 'client_shares', 'KeyShareEntry');
  assert.equal(shares, ['x25519 (0x001d)']);
});

rfc8448('names and values of a HelloRetryRequest', () => {
  const trace = traces.find(({ section }) => section === '5');
  assert.ok(trace);
  const trees = messagesOf(trace).map(({ octets }) => createAnnotator()(handshake(octets)));
  const retry = trees.find(({ name }) => name === 'HelloRetryRequest');
  assert.ok(retry);
  const group = at(retry, 'extensions', 'key_share (51)', 'extension_data', 'selected_group');
  assert.equal(group, ['secp256r1 (0x0017)']);
  assert.equal(at(retry, 'random'), ['SHA-256 of "HelloRetryRequest"']);
});

rfc8448.run();

const ours = suite('annotate: connections of ours');

function collect(run: (config: Partial<ClientConfig>) => void): ObservedMessage[] {
  const messages: ObservedMessage[] = [];
  run({ onMessage: observeMessages((message) => messages.push(message)) });
  return messages;
}

function treesOf(run: (config: Partial<ClientConfig>) => void): Annotation[] {
  const annotate = createAnnotator();
  return collect(run).map((message) => {
    const tree = annotate(message);
    checkCover(tree, message.octets.length);
    assert.equal(problemsOf(tree), [], tree.name);
    return tree;
  });
}

const full: Partial<ClientConfig> = {
  grease: greaseHello,
  alpnProtocols: ['h2', 'http/1.1'],
  requestOcsp: true,
  requestScts: true,
  recordLimits: createRecordLimits({ recordSizeLimit: 2000, maxFragmentLength: 512 }),
  certificateSignatureSchemes: [0x0401],
  clientAuthentication: createClientAuthentication([], { afterHandshake: true }),
  certificateAuthorities: [Uint8Array.of(0x30, 0)],
  sessions: { take: () => undefined, put: () => {} },
};

const conversations: Readonly<Record<string, Trial>> = {
  'all that a hello can have': {
    client: full,
    server: {
      alpn: 'h2',
      requestClientCertificate: true,
      ocspResponse: Uint8Array.of(1, 2),
      sessionTickets: 1,
    },
  },
  'a HelloRetryRequest with a cookie': { server: { cookie: Uint8Array.of(1, 2), group: 'secp256r1' } },
  'a KeyUpdate, data and close_notify': {
    after: (server, client) => {
      client.updateKeys(true);
      server.sendKeyUpdate(false);
      client.write(Uint8Array.of(0, 1));
      client.closeWrite();
      server.closeNotify();
    },
  },
};

for (const [name, trial] of Object.entries(conversations)) {
  ours(`TLS 1.3: ${name}`, () => {
    const trees = treesOf((config) => attempt({ ...trial, client: { ...trial.client, ...config } }));
    assert.ok(trees.length >= 9);
  });
}

ours('Encrypted Client Hello, outside and inside, and what a server wants instead', () => {
  for (const theirs of [0, 9]) {
    const keys = createEchKeys();
    const ech = theirs === 0 ? keys : createEchKeys({ configId: theirs });
    const encryptedClientHello = createEncryptedClientHello(keys.list);
    const client = { serverName: 'secret.example', encryptedClientHello };
    const trees = treesOf((config) => attempt({ client: { ...client, ...config }, server: { ech } }));
    const [outer, inner] = trees;
    assert.ok(outer && inner);
    const path = ['extensions', 'encrypted_client_hello (65037)', 'extension_data'];
    assert.equal(at(outer, ...path, 'type'), ['outer (0)']);
    assert.equal(at(outer, ...path, 'config_id'), ['7']);
    assert.equal(at(inner, ...path, 'type'), ['inner (1)']);
    const retry = trees.flatMap((tree) => at(tree, ...path, 'retry_configs', 'ECHConfig', 'version'));
    assert.equal(retry, theirs === 0 ? [] : ['encrypted_client_hello (0xfe0d)']);
  }
});

const modp14 = getDiffieHellman('modp14').getPrime();
const psk = { identity: Buffer.from('client'), key: Buffer.alloc(16, 7) };
const suites12: readonly (readonly [Trial12['server'], string])[] = [
  [{}, 'namedcurve'],
  [{ suite: 'TLS_RSA_WITH_AES_128_GCM_SHA256' }, 'EncryptedPreMasterSecret'],
  [{ suite: 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', dh: { p: modp14, g: Uint8Array.of(2) } }, 'dh_Ys'],
  [{ suite: 'TLS_PSK_WITH_AES_128_GCM_SHA256', psk: { key: psk.key } }, 'psk_identity'],
  [{ suite: 'TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA', psk: { key: psk.key } }, 'ecdh_Yc'],
];

for (const [server = {}, part] of suites12) {
  ours(`TLS 1.2: ${server.suite ?? 'as servers have it'}`, () => {
    const isRsa = server.suite?.includes('RSA') === true;
    const groups = server.suite?.includes('_DHE_') ? { groups: ['ffdhe2048', 'x25519'] as const } : {};
    const trees = treesOf((config) => {
      const { client } = attempt12({
        tls12: { psk: () => psk },
        client: { ...config, ...groups, requestOcsp: true },
        server: { ...server, ...(isRsa && { credentials: credentials.rsa }) },
      });
      assert.ok(client.facts, client.error?.message);
    });
    assert.ok(trees.flatMap(all).some(({ name }) => name === part));
    assert.equal(trees.find(({ name }) => name === 'Alert')?.value, undefined);
  });
}

ours('alerts, change_cipher_spec and data', () => {
  const annotate = createAnnotator();
  const version = 'TLSv1.3';
  const alert = annotate({ contentType: 'alert', version, octets: Uint8Array.of(2, 40) });
  assert.is(alert.value, 'handshake_failure (40)');
  const ccs = annotate({ contentType: 'change_cipher_spec', version, octets: Uint8Array.of(1) });
  assert.equal(at(ccs, 'type'), ['change_cipher_spec (1)']);
  const data = annotate({ contentType: 'application_data', version, octets: Buffer.from('hello') });
  assert.is(data.value, '"hello"');
});

ours.run();

const strange = suite('annotate: what is malformed');

/** Whole messages of every kind, to be spoilt. */
const samples: readonly AnnotatedMessage[] = [
  ...traces.flatMap(messagesOf).map(({ octets }) => handshake(octets)),
  ...collect((config) =>
    attempt({ client: { ...full, ...config }, server: { requestClientCertificate: true } }),
  ),
  ...collect((config) => attempt12({ client: { ...full, ...config } })),
];

strange('a message cut anywhere says where it ends', () => {
  const [hello] = samples;
  assert.ok(hello);
  for (let length = 0; length < hello.octets.length; length++) {
    const tree = createAnnotator()({ ...hello, octets: hello.octets.subarray(0, length) });
    checkCover(tree, length);
    assert.ok(problemsOf(tree).length > 0);
  }
});

strange('what follows a message is excess', () => {
  const [hello] = samples;
  assert.ok(hello);
  const tree = createAnnotator()({ ...hello, octets: Uint8Array.of(...hello.octets, 1, 2) });
  checkCover(tree, hello.octets.length + 2);
  assert.equal(problemsOf(tree), ['excess nothing says what this is']);
});

const versions = fc.constantFrom<ProtocolVersionName | undefined>('TLSv1.2', 'TLSv1.3', undefined);
const contentTypes = fc.constantFrom<AnnotatedMessage['contentType']>(
  'handshake',
  'alert',
  'change_cipher_spec',
  'application_data',
);

strange('messages with octets changed, put in and taken out are wholly covered', () => {
  const change = fc.record({ at: fc.nat(), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) });
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      versions,
      fc.array(change, { maxLength: 4 }),
      (sample, version, changes) => {
        const octets = [...sample.octets];
        for (const { at: where, remove, insert } of changes)
          octets.splice(where % (octets.length + 1), remove, ...insert);
        const tree = createAnnotator()({ ...sample, version, octets: Uint8Array.from(octets) });
        checkCover(tree, octets.length);
      },
    ),
    { numRuns: 500 },
  );
});

strange('any octets at all, one message after the other', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          contentType: contentTypes,
          version: versions,
          octets: fc.uint8Array({ maxLength: 300 }),
        }),
      ),
      (messages) => {
        const annotate = createAnnotator();
        for (const message of messages) checkCover(annotate(message), message.octets.length);
      },
    ),
    { numRuns: 300 },
  );
});

strange.run();
