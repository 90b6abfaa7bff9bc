/** What a configuration comes to on the wire, and which one is refused before anything is sent. */
import { type Trial, testConfig, testProvider, trials } from '@halfclose/testing/peer';
import {
  type ClientConfig,
  type ClientHello,
  createClientConnection,
  type Reason,
  TLSError,
} from '@halfclose/tls';
import {
  cipherSuites,
  decodeClientHello,
  extensionTypes,
  findExtension,
  readAlpnProtocols,
  readClientKeyShares,
  readSignatureAlgorithms,
  readSupportedGroups,
  signatureSchemes,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();

/** The hello that a configuration makes. */
function helloOf(changes: Partial<ClientConfig> = {}): ClientHello {
  return helloSentBy(testConfig(changes));
}

function helloSentBy(config: ClientConfig): ClientHello {
  const client = createClientConnection(config);
  return decodeClientHello(client.output().subarray(9));
}

function dataOf(hello: ClientHello, type: number): Uint8Array {
  const extension = findExtension(hello.extensions, type);
  assert.ok(extension, `the hello has extension ${type}`);
  return extension.data;
}

function refused(changes: Partial<ClientConfig>): Reason {
  try {
    createClientConnection(testConfig(changes));
  } catch (error) {
    assert.instance(error, TLSError);
    assert.is((error as TLSError).fault, 'local');
    assert.is((error as TLSError).alert, undefined);
    return (error as TLSError).reason;
  }
  throw new Error('it was taken');
}

/** RSASSA-PKCS1-v1_5: a certificate may be signed with it, a handshake may not (RFC 8446 section 4.2.3). */
const forCertificates = [0x0401, 0x0501, 0x0601];

const offers = suite('configuration: what is offered');

offers('everything that the provider has, in its order, and two shares', () => {
  const { keyShares, ...config } = testConfig();
  const hello = helloSentBy(config);
  const provider = testProvider('client');
  assert.equal(
    hello.cipherSuites,
    provider.aeads.flatMap(({ name }) =>
      Object.values(cipherSuites)
        .filter(({ aead }) => aead === name)
        .map(({ code }) => code),
    ),
  );
  assert.equal(
    readSupportedGroups(dataOf(hello, extensionTypes.supportedGroups)),
    [0x11ec, 0x001d, 0x0017, 0x001e, 0x0018, 0x0019],
  );
  assert.equal(
    readClientKeyShares(dataOf(hello, extensionTypes.keyShare)).map(({ group }) => group),
    [0x11ec, 0x001d],
  );
  assert.equal(
    [...readSignatureAlgorithms(dataOf(hello, extensionTypes.signatureAlgorithms))].sort(),
    [...Object.values(signatureSchemes).map(({ code }) => code), ...forCertificates].sort(),
  );
  assert.equal(dataOf(hello, extensionTypes.supportedVersions), Uint8Array.of(2, 3, 4));
});

offers('what is wanted, in the order in which it is wanted, once', () => {
  const hello = helloOf({
    cipherSuites: ['TLS_AES_256_GCM_SHA384', 'TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'],
    groups: ['secp256r1', 'x25519', 'secp256r1'],
    keyShares: ['x25519', 'secp256r1', 'x25519'],
    signatureSchemes: ['ed25519', 'ecdsa_secp384r1_sha384'],
  });
  assert.equal(hello.cipherSuites, [0x1302, 0x1301]);
  assert.equal(readSupportedGroups(dataOf(hello, extensionTypes.supportedGroups)), [0x17, 0x1d]);
  const shares = readClientKeyShares(dataOf(hello, extensionTypes.keyShare));
  assert.equal(
    shares.map(({ group, keyExchange }) => [group, keyExchange.length]),
    [
      [0x1d, 32],
      [0x17, 65],
    ],
  );
  assert.equal(readSignatureAlgorithms(dataOf(hello, extensionTypes.signatureAlgorithms)), [
    0x0807,
    0x0503,
    ...forCertificates,
  ]);
});

offers('two shares: the server takes either without asking again', () => {
  for (const group of ['x25519', 'secp256r1'] as const) {
    const trial: Trial = { server: { group }, client: { keyShares: ['x25519', 'secp256r1'] } };
    const { client, server } = attempt(trial);
    assert.ok(server.done);
    assert.is(client.facts?.group, group);
    assert.is(client.facts?.helloRetryRequest, false);
  }
});

offers('no share at all: the server has to ask', () => {
  const { client, server } = attempt({ server: { group: 'x25519' }, client: { keyShares: [] } });
  assert.is(client.error, undefined);
  assert.ok(server.done);
  assert.is(client.facts?.helloRetryRequest, true);
});

offers('only what the provider can do', () => {
  const provider = testProvider('client');
  const hello = helloOf({
    crypto: {
      ...provider,
      hashes: provider.hashes.filter(({ name }) => name !== 'SHA-384'),
      signatures: provider.signatures.filter(({ name }) => name === 'ed25519'),
    },
  });
  assert.equal([...hello.cipherSuites].sort(), [0x1301, 0x1303]);
  assert.equal(readSignatureAlgorithms(dataOf(hello, extensionTypes.signatureAlgorithms)), [0x0807]);
});

offers('ALPN as it is given, or not at all', () => {
  const hello = helloOf({ alpnProtocols: ['http/1.1', 'h2'] });
  const data = dataOf(hello, extensionTypes.applicationLayerProtocolNegotiation);
  assert.equal(readAlpnProtocols(data), ['http/1.1', 'h2']);
  for (const without of [helloOf(), helloOf({ alpnProtocols: [] })]) {
    const type = extensionTypes.applicationLayerProtocolNegotiation;
    assert.is(findExtension(without.extensions, type), undefined);
  }
});

offers('no extension twice', () => {
  const { extensions } = helloOf({
    alpnProtocols: ['h2'],
    sessions: { put: () => {}, take: () => undefined },
  });
  assert.is(new Set(extensions.map(({ type }) => type)).size, extensions.length);
});

offers.run();

const names = suite('configuration: names');

names('a DNS name is sent as it is, without a dot at its end', () => {
  for (const [serverName, sent] of [
    ['localhost', 'localhost'],
    ['example.com', 'example.com'],
    ['example.com.', 'example.com'],
    ['Xn--Bcher-Kva.example', 'Xn--Bcher-Kva.example'],
    ['_sip.example', '_sip.example'],
    ['1.2.3.4.example', '1.2.3.4.example'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
  ] as const) {
    const data = dataOf(helloOf({ serverName }), extensionTypes.serverName);
    const length = sent.length;
    assert.equal(
      data,
      Uint8Array.from([0, length + 3, 0, 0, length, ...Buffer.from(sent)]),
      `${serverName} is sent as ${sent}`,
    );
  }
});

names('an address is not sent, nor is nothing (RFC 6066 section 3)', () => {
  for (const serverName of ['127.0.0.1', '255.255.255.255', '::1', 'fe80::1', '2001:db8::192.0.2.1']) {
    assert.is(findExtension(helloOf({ serverName }).extensions, extensionTypes.serverName), undefined);
  }
  const { serverName: _, ...nameless } = testConfig();
  const hello = decodeClientHello(createClientConnection(nameless).output().subarray(9));
  assert.is(findExtension(hello.extensions, extensionTypes.serverName), undefined);
});

names('what is neither is refused', () => {
  for (const serverName of [
    '',
    '.',
    '..',
    '.example.com',
    'example..com',
    'example.com..',
    'exa mple.com',
    'bücher.example',
    'example.com\u0000',
    'example.com/',
    'user@example.com',
    '*.example.com',
    `${'a'.repeat(64)}.example`,
    'a.'.repeat(128),
    'a'.repeat(300),
  ]) {
    assert.is(refused({ serverName }), 'INVALID_CONFIGURATION', JSON.stringify(serverName));
  }
});

names.run();

const refusals = suite('configuration: what leaves nothing to offer');

refusals('no suite, group or scheme', () => {
  const provider = testProvider('client');
  assert.is(refused({ cipherSuites: [] }), 'NO_CIPHERS_AVAILABLE');
  assert.is(refused({ crypto: { ...provider, aeads: [] } }), 'NO_CIPHERS_AVAILABLE');
  assert.is(refused({ crypto: { ...provider, hashes: [] } }), 'NO_CIPHERS_AVAILABLE');
  assert.is(refused({ groups: [] }), 'NO_SHARED_GROUP');
  assert.is(refused({ crypto: { ...provider, groups: [] } }), 'NO_SHARED_GROUP');
  assert.is(refused({ signatureSchemes: [] }), 'WRONG_SIGNATURE_TYPE');
  assert.is(refused({ crypto: { ...provider, signatures: [] } }), 'WRONG_SIGNATURE_TYPE');
});

refusals('protocol names that can’t be sent', () => {
  for (const name of ['', 'a'.repeat(256), 'h2\u0000', 'hé']) {
    assert.is(refused({ alpnProtocols: ['h2', name] }), 'INVALID_CONFIGURATION', JSON.stringify(name));
  }
  const long = 'a'.repeat(255);
  const all = { alpnProtocols: new Array<string>(64).fill(long) };
  // Together with the rest they make a hello of two records.
  const { server } = attempt({ client: all });
  assert.ok(server.done);
  assert.is(server.records.filter(({ type }) => type === 22).length, 2);
  const [hello] = server.hellos;
  assert.ok(hello);
  const data = dataOf(hello, extensionTypes.applicationLayerProtocolNegotiation);
  assert.equal(readAlpnProtocols(data), all.alpnProtocols);
  assert.is(refused({ alpnProtocols: [...all.alpnProtocols, 'h2'] }), 'INVALID_CONFIGURATION');
});

refusals.run();
