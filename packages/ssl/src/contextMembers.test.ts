/** What Python's contexts have besides the usual: options, flags, suites, groups, counts; and what is refused. */
import { spawnSync } from 'node:child_process';
import {
  AlertDescription,
  CERT_NONE,
  NotImplementedError,
  OP_ENABLE_MIDDLEBOX_COMPAT,
  OP_NO_TICKET,
  OP_NO_TLSv1_2,
  OP_NO_TLSv1_3,
  Options,
  SSLCertVerificationError,
  SSLContext,
  SSLError,
  ValueError,
  VERIFY_ALLOW_PROXY_CERTS,
  VERIFY_CRL_CHECK_CHAIN,
  VERIFY_CRL_CHECK_LEAF,
  VERIFY_X509_PARTIAL_CHAIN,
  VERIFY_X509_STRICT,
  VERIFY_X509_TRUSTED_FIRST,
  VerifyFlags,
} from '@halfclose/ssl';
import { createAuthority, createCrl, type Issued, pem } from '@halfclose/testing/ca';
import {
  createScriptedServer,
  overTransport,
  type ScriptedServer,
  type ServerOptions,
} from '@halfclose/testing/peer';
import { memoryPair } from '@halfclose/transports/memory';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';
import { hasPython } from './testing/python.ts';

const serverHostname = 'example.com';
const root = await createAuthority();
const intermediate = await root.issueAuthority();
const leaf = await intermediate.issue({ dnsNames: [serverHostname] });

const is =
  (type: new (...args: never[]) => Error) =>
  (error: unknown): boolean =>
    error instanceof type;

async function contextTrusting(...trusted: readonly string[]): Promise<SSLContext> {
  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: trusted.join('') });
  return context;
}

/** Connects, and gives the server; `outcome` is `good` or what the certificate was refused for. */
async function meet(
  context: SSLContext,
  credentials: Issued,
  options: Partial<ServerOptions> = {},
): Promise<{ server: ScriptedServer; outcome: string; hasSession: boolean }> {
  const [ours, theirs] = memoryPair();
  const server = createScriptedServer({ credentials, ...options });
  overTransport(server, theirs);
  const socket = context.wrapSocket(ours, { serverHostname });
  let outcome = 'good';
  try {
    await socket.doHandshake();
    server.send(Uint8Array.of(1));
    await socket.recv();
  } catch (error) {
    if (!(error instanceof SSLCertVerificationError)) throw error;
    outcome = `${error.verifyCode} ${error.verifyMessage}`;
  }
  const closing = socket.close();
  theirs.break();
  await closing;
  return { server, outcome, hasSession: socket.session !== null };
}

function python(program: string): unknown {
  const { status, stdout, stderr } = spawnSync('python3', ['-W', 'ignore', '-c', program], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const options = suite('options');

options('begin as in Python, and can be set bit by bit', async () => {
  const context = new SSLContext(createTestPlatform());
  assert.is(context.options, 2186412112);
  context.options |= OP_NO_TICKET;
  assert.is(context.options, 2186412112 + OP_NO_TICKET);
  context.options &= ~OP_NO_TICKET;
  assert.is(context.options, 2186412112);
  for (const wrong of [2 ** 32, -(2 ** 31) - 1, 1.5, Number.NaN]) {
    assert.throws(() => {
      context.options = wrong;
    }, is(ValueError));
  }
});

options('keep versions out', () => {
  const context = new SSLContext(createTestPlatform());
  const versions = (): string[] => [...new Set(context.getCiphers().map(({ protocol }) => protocol))];
  assert.equal(versions(), ['TLSv1.3', 'TLSv1.2']);
  context.options |= OP_NO_TLSv1_2;
  assert.equal(versions(), ['TLSv1.3']);
  context.options ^= OP_NO_TLSv1_2 | OP_NO_TLSv1_3;
  assert.equal(versions(), ['TLSv1.2']);
  context.options |= OP_NO_TLSv1_2;
  assert.throws(
    () => context.wrapSocket(memoryPair()[0], { serverHostname }),
    (error: unknown) => error instanceof SSLError && error.reason === 'NO_PROTOCOLS_AVAILABLE',
  );
});

options('OP_NO_TICKET asks for none, OP_ENABLE_MIDDLEBOX_COMPAT has a session id', async () => {
  const context = await contextTrusting(root.pem);
  const usual = await meet(context, leaf, { sessionTickets: 1 });
  assert.is(usual.hasSession, true);
  assert.is(usual.server.hellos[0]?.legacySessionId.length, 32);
  context.options |= OP_NO_TICKET;
  context.options &= ~OP_ENABLE_MIDDLEBOX_COMPAT;
  const other = await meet(context, leaf, { sessionTickets: 1 });
  assert.is(other.hasSession, false);
  assert.is(other.server.hellos[0]?.legacySessionId.length, 0);
});

options.run();

const flags = suite('verifyFlags');

flags('are those that there are', () => {
  const context = new SSLContext(createTestPlatform());
  assert.is(context.verifyFlags, VERIFY_X509_TRUSTED_FIRST | VERIFY_X509_PARTIAL_CHAIN);
  for (const wrong of [VERIFY_ALLOW_PROXY_CERTS, 1, -1, 2 ** 40, 0.5, Number.NaN]) {
    assert.throws(
      () => {
        context.verifyFlags = wrong;
      },
      is(ValueError),
      String(wrong),
    );
  }
});

flags('VERIFY_CRL_CHECK_LEAF and _CHAIN demand what is known of revocation', async () => {
  const ofLeaf = pem('X509 CRL', createCrl({ issuer: intermediate }));
  const ofIntermediate = pem('X509 CRL', createCrl({ issuer: root }));
  const missing = '3 unable to get certificate CRL';
  for (const [flag, crls, expected] of [
    [VERIFY_CRL_CHECK_LEAF, '', missing],
    [VERIFY_CRL_CHECK_LEAF, ofIntermediate, missing],
    [VERIFY_CRL_CHECK_LEAF, ofLeaf, 'good'],
    [VERIFY_CRL_CHECK_CHAIN, ofLeaf, missing],
    [VERIFY_CRL_CHECK_CHAIN, ofLeaf + ofIntermediate, 'good'],
    [0, '', 'good'],
  ] as const) {
    const context = await contextTrusting(root.pem, crls);
    context.revocation = 'off';
    context.verifyFlags |= flag;
    assert.is((await meet(context, leaf)).outcome, expected, `${flag}`);
  }
});

flags('without VERIFY_X509_PARTIAL_CHAIN only a root ends a chain', async () => {
  const context = await contextTrusting(intermediate.pem);
  assert.is((await meet(context, leaf)).outcome, 'good');
  context.verifyFlags &= ~VERIFY_X509_PARTIAL_CHAIN;
  assert.is((await meet(context, leaf)).outcome, '20 unable to get local issuer certificate');
  await context.loadVerifyLocations({ cadata: root.pem });
  assert.is((await meet(context, leaf)).outcome, 'good');
});

flags('VERIFY_X509_STRICT demands key identifiers and keyUsage', async () => {
  const strict = async (trusted: string, issued: Issued): Promise<string> => {
    const context = await contextTrusting(trusted);
    const before = await meet(context, issued);
    assert.is(before.outcome, 'good');
    context.verifyFlags |= VERIFY_X509_STRICT;
    return (await meet(context, issued)).outcome;
  };
  assert.is(await strict(root.pem, leaf), 'good');
  const unnamed = await intermediate.issue({ dnsNames: [serverHostname], authorityKeyIdentifier: false });
  assert.is(await strict(root.pem, unnamed), '85 Missing Authority Key Identifier');
  const nameless = await createAuthority({ subjectKeyIdentifier: false });
  const below = await nameless.issue({
    dnsNames: [serverHostname],
    authorityKeyIdentifier: Uint8Array.of(1, 2, 3),
  });
  assert.is(await strict(nameless.pem, below), '86 Missing Subject Key Identifier');
  const useless = await createAuthority({ keyUsage: false });
  const served = await useless.issue({ dnsNames: [serverHostname] });
  assert.is(await strict(useless.pem, served), '92 CA cert does not include key usage extension');
});

flags.run();

const ciphers = suite('getCiphers');

ciphers('tells what is offered, most wanted first', () => {
  const context = new SSLContext(createTestPlatform());
  context.setCiphers('ECDHE-RSA-AES256-GCM-SHA384');
  context.setCiphersuites('TLS_AES_128_GCM_SHA256');
  assert.equal(context.getCiphers(), [
    {
      id: 0x03001301,
      name: 'TLS_AES_128_GCM_SHA256',
      protocol: 'TLSv1.3',
      description:
        'TLS_AES_128_GCM_SHA256         TLSv1.3 Kx=any      Au=any   Enc=AESGCM(128)            Mac=AEAD',
      strengthBits: 128,
      algBits: 128,
      aead: true,
      symmetric: 'aes-128-gcm',
      digest: null,
      kea: 'kx-any',
      auth: 'auth-any',
    },
    {
      id: 0x0300c030,
      name: 'ECDHE-RSA-AES256-GCM-SHA384',
      protocol: 'TLSv1.2',
      description:
        'ECDHE-RSA-AES256-GCM-SHA384    TLSv1.2 Kx=ECDH     Au=RSA   Enc=AESGCM(256)            Mac=AEAD',
      strengthBits: 256,
      algBits: 256,
      aead: true,
      symmetric: 'aes-256-gcm',
      digest: null,
      kea: 'kx-ecdhe',
      auth: 'auth-rsa',
    },
  ]);
});

if (hasPython()) {
  ciphers("says of each suite what Python's does", () => {
    const context = new SSLContext(createTestPlatform());
    context.setPskClientCallback(() => ['me', Uint8Array.of(1)]);
    context.setCiphers('ALL');
    const theirs = python(`
import json, ssl
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.set_ciphers('ALL:@SECLEVEL=0')
print(json.dumps(context.get_ciphers()))
`) as readonly Record<string, unknown>[];
    const inOurWords = theirs.map(({ strength_bits: strengthBits, alg_bits: algBits, ...same }) => ({
      ...same,
      strengthBits,
      algBits,
    }));
    let compared = 0;
    for (const ours of context.getCiphers()) {
      const other = inOurWords.find((each) => Reflect.get(each, 'name') === ours.name);
      if (other === undefined) continue;
      assert.equal(ours, other);
      compared++;
    }
    assert.ok(compared >= 30, `${compared} suites`);
  });

  ciphers("the enums have Python's members and values", () => {
    const theirs = python(`
import json, ssl
print(json.dumps({enum.__name__: {name: int(value) for name, value in enum.__members__.items()}
  for enum in (ssl.Options, ssl.VerifyFlags, ssl.AlertDescription)}))
`) as Record<string, Record<string, number>>;
    assert.is(Object.keys(theirs).length, 3);
    for (const [name, ours] of Object.entries({ Options, VerifyFlags, AlertDescription })) {
      for (const [member, value] of Object.entries(theirs[name] ?? {})) {
        assert.is(Reflect.get(ours, member), value, `${name}.${member}`);
      }
    }
  });
} else {
  console.log('skipped: Python is not installed, its words for suites and its enums are not compared');
}

ciphers.run();

const others = suite('other members of a context');

others('setEcdhCurve takes names in any way that people write them', async () => {
  const context = await contextTrusting(root.pem);
  context.setEcdhCurve('prime256v1:X25519:P-384');
  const { server } = await meet(context, leaf);
  const groups = server.hellos[0]?.extensions.find(({ type }) => type === 10)?.data;
  assert.equal(groups, Uint8Array.of(0, 6, 0, 0x17, 0, 0x1d, 0, 0x18));
  for (const wrong of ['foo', '', 'X25519:', 'constructor']) {
    assert.throws(() => context.setEcdhCurve(wrong), /unknown elliptic curve name/);
  }
});

others('certStoreStats and getCaCerts tell whom it trusts', async () => {
  const single = await root.issue({ dnsNames: ['single.example'] });
  const crl = pem('X509 CRL', createCrl({ issuer: root }));
  const context = await contextTrusting(root.pem, intermediate.pem, single.pem, crl);
  assert.equal(context.certStoreStats(), { x509: 3, x509Ca: 2, crl: 1 });
  assert.equal(context.getCaCerts({ binary: true }), [root.certificate, intermediate.certificate]);
  const [shown] = context.getCaCerts();
  assert.is(shown?.version, 3);
  assert.ok(shown?.serialNumber);
});

others('sessionStats counts handshakes', async () => {
  const context = await contextTrusting(root.pem);
  await meet(context, leaf);
  await meet(context, await createAuthority().then((other) => other.issue({ dnsNames: [serverHostname] })));
  const { connect, connectGood, hits, accept } = context.sessionStats();
  assert.equal([connect, connectGood, hits, accept], [2, 1, 0, 0]);
});

others('setDefaultVerifyPaths is loadDefaultCerts', async () => {
  const context = new SSLContext(createTestPlatform({ defaultLocations: () => ({ cadata: root.pem }) }));
  await context.setDefaultVerifyPaths();
  assert.is((await meet(context, leaf)).outcome, 'good');
});

others("what is a server's, or no longer done, says so", () => {
  const context = new SSLContext(createTestPlatform());
  assert.is(context.hostnameChecksCommonName, false);
  context.hostnameChecksCommonName = false;
  assert.is(context.sniCallback, null);
  context.sniCallback = null;
  assert.is(context.numTickets, 0);
  assert.is(context.securityLevel, 2);
  const refused: readonly (() => void)[] = [
    () => Object.assign(context, { hostnameChecksCommonName: true }),
    () => Object.assign(context, { sniCallback: () => {} }),
    () => Object.assign(context, { numTickets: 1 }),
  ];
  for (const call of refused) assert.throws(call, is(ValueError));
  for (const name of [
    'setServernameCallback',
    'setPskServerCallback',
    'loadDhParams',
    'setNpnProtocols',
  ] as const) {
    assert.throws(() => context[name](), is(NotImplementedError), name);
  }
});

others('without verification the flags count for nothing', async () => {
  const context = await contextTrusting(root.pem);
  context.checkHostname = false;
  context.verifyMode = CERT_NONE;
  context.verifyFlags |= VERIFY_CRL_CHECK_CHAIN | VERIFY_X509_STRICT;
  assert.is((await meet(context, leaf)).outcome, 'good');
});

others.run();
