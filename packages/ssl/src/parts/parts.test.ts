/** A context that was given no part does without, and says of each member what it lacks; with that part alone it has it. */
import { randomFillSync } from 'node:crypto';
import { createPortableProvider } from '@halfclose/crypto';
import {
  allParts,
  type ClientCredential,
  MemoryBIO,
  NotImplementedError,
  type Parts,
  type Platform,
  SHUT_RDWR,
  SSLCertVerificationError,
  SSLContext,
  type SSLSocket,
  TLSVersion,
  VERIFY_CRL_CHECK_LEAF,
  VERIFY_X509_STRICT,
} from '@halfclose/ssl';
import { createAuthority, createCrl, der, type Issued, pem } from '@halfclose/testing/ca';
import { createEchKeys, createScriptedServer, overTransport } from '@halfclose/testing/peer';
import { memoryPair } from '@halfclose/transports/memory';
import { parseCertificate } from '@halfclose/x509';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('parts of a platform');
const root = await createAuthority();
const own = await root.issue({ dnsNames: ['example.com'] });
const crl = pem('X509 CRL', createCrl({ issuer: root }));
const { subject, spki } = parseCertificate(root.certificate);
const anchors = [{ subject: subject.encoded, spki }];
const echConfigList = createEchKeys().list;
const credential: ClientCredential = {
  type: 'X509',
  certificates: own.chain,
  signer: {
    publicKey: parseCertificate(own.certificate).publicKey,
    signatures: [],
    sign: () => new Uint8Array(0),
  },
};

const bare: Platform = {
  crypto: createPortableProvider((output) => void randomFillSync(output)),
  clock: () => Date.now(),
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  files: {
    read: async () => Buffer.from(own.privateKeyPem + own.pem),
    list: async () => [],
  },
};

interface Use {
  readonly name: string;
  readonly part: keyof Parts;
  /** Parts that it makes no sense without. */
  readonly needs?: readonly (keyof Parts)[];
  readonly use: (context: SSLContext) => unknown;
}

const uses: readonly Use[] = [
  {
    name: 'echConfigList',
    part: 'encryptedClientHello',
    use: (context) => Object.assign(context, { echConfigList }),
  },
  {
    name: "revocation = 'require'",
    part: 'revocation',
    use: (context) => Object.assign(context, { revocation: 'require' }),
  },
  {
    name: 'VERIFY_CRL_CHECK',
    part: 'revocation',
    use: (context) => Object.assign(context, { verifyFlags: VERIFY_CRL_CHECK_LEAF }),
  },
  {
    name: 'loadCertChain',
    part: 'privateKeys',
    needs: ['clientCertificates'],
    use: (context) => context.loadCertChain('own.pem'),
  },
  {
    name: 'setPskClientCallback',
    part: 'preSharedKeys',
    use: (context) => context.setPskClientCallback(() => ['me', new Uint8Array(16)]),
  },
  {
    name: 'earlyData',
    part: 'earlyData',
    use: (context) => context.wrapSocket(memoryPair()[0], { serverHostname: 'example.com', earlyData: true }),
  },
  {
    name: 'onMessage',
    part: 'observeMessages',
    use: (context) => Object.assign(context, { onMessage: () => {} }),
  },
  {
    name: 'addCredential',
    part: 'clientCertificates',
    use: (context) => context.addCredential(credential),
  },
  {
    name: 'postHandshakeAuth',
    part: 'clientCertificates',
    use: (context) => Object.assign(context, { postHandshakeAuth: true }),
  },
  {
    name: 'cafile, capath and cadata',
    part: 'certificateFiles',
    use: (context) => context.loadVerifyLocations({ cafile: 'ca.pem' }),
  },
  {
    name: 'cafile, capath and cadata',
    part: 'certificateFiles',
    use: (context) => context.loadVerifyLocations({ cadata: root.pem }),
  },
  {
    name: 'setCiphers',
    part: 'cipherSuites12',
    needs: ['tls12'],
    use: (context) => context.setCiphers('ECDHE+AESGCM'),
  },
  { name: 'getCiphers()', part: 'descriptions', use: (context) => context.getCiphers() },
  { name: 'getCaCerts()', part: 'descriptions', use: (context) => context.getCaCerts() },
  {
    name: 'wrapBio',
    part: 'SSLObject',
    use: (context) => context.wrapBio(new MemoryBIO(), new MemoryBIO(), { serverHostname: 'example.com' }),
  },
];

async function failureOf(act: () => unknown): Promise<Error | undefined> {
  try {
    await act();
  } catch (error) {
    assert.instance(error, Error);
    return error as Error;
  }
  return undefined;
}

for (const { name, part, needs = [], use } of uses) {
  test(`${name} takes ${part}`, async () => {
    const others = Object.fromEntries(needs.map((each) => [each, allParts[each]]));
    const error = await failureOf(() => use(new SSLContext({ ...bare, ...others })));
    assert.instance(error, NotImplementedError);
    assert.is(
      error?.message,
      `${name} takes a part that this platform was made without: new SSLContext({ ...platform, ${part} }), ` +
        `with the ${part} of @halfclose/ssl`,
    );
    const context = new SSLContext({ ...bare, ...others, [part]: allParts[part] });
    assert.is(await failureOf(() => use(context)), undefined);
  });
}

test('a CRL is not passed over where nobody would look at it', async () => {
  const { certificateFiles, revocation } = allParts;
  const context = new SSLContext({ ...bare, certificateFiles });
  const error = await failureOf(() => context.loadVerifyLocations({ cadata: root.pem + crl }));
  assert.instance(error, NotImplementedError);
  assert.match(String(error?.message), /^a CRL takes a part .* revocation /);
  assert.equal(context.certStoreStats(), { x509: 0, x509Ca: 0, crl: 0 });
  const checking = new SSLContext({ ...bare, certificateFiles, revocation });
  await checking.loadVerifyLocations({ cadata: root.pem + crl });
  assert.equal(checking.certStoreStats(), { x509: 1, x509Ca: 1, crl: 1 });
});

test('what needs no part can be set', () => {
  const context = new SSLContext(bare);
  assert.is(context.revocation, 'off');
  context.revocation = 'off';
  context.verifyFlags |= VERIFY_X509_STRICT;
  context.echConfigList = null;
  context.echRequired = false;
  context.postHandshakeAuth = false;
  assert.is(context.minimumVersion, TLSVersion.TLSv1_3);
});

async function connected(
  platform: Platform,
  use: (socket: SSLSocket) => void,
  credentials: Issued = own,
): Promise<void> {
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ anchors });
  const [near, far] = memoryPair();
  const server = createScriptedServer({
    credentials,
    onData: (data, answering) => answering.send(data),
    onAlert: (_, answering) => answering.closeNotify(),
  });
  overTransport(server, far);
  const socket = context.wrapSocket(near, { serverHostname: 'example.com' });
  try {
    await socket.sendall(Uint8Array.of(1, 2, 3));
    assert.equal(await socket.recv(), Uint8Array.of(1, 2, 3));
    use(socket);
    await socket.shutdown(SHUT_RDWR);
  } finally {
    await socket.close();
  }
}

test('without any part there is a connection, verified', async () => {
  await connected(bare, (socket) => {
    assert.is(socket.version(), 'TLSv1.3');
    assert.equal(socket.getPeerCert({ binary: true }), own.certificate);
    assert.throws(() => socket.getPeerCert(), /^getPeerCert\(\) takes a part .* descriptions /);
  });
});

test('where a policy is demanded, checkPolicies says whether it holds', async () => {
  const demanding = await root.issue({
    dnsNames: ['example.com'],
    extensions: [
      { oid: '2.5.29.32', value: der.sequence(der.sequence(der.oid('2.5.29.32.0'))) },
      // requireExplicitPolicy: 0
      { oid: '2.5.29.36', critical: true, value: der.sequence(der.contextPrimitive(0, Uint8Array.of(0))) },
    ],
  });
  const error = await failureOf(() => connected(bare, () => {}, demanding));
  assert.instance(error, SSLCertVerificationError);
  assert.match(String(error?.message), /demands that a certificate policy holds/);
  await connected({ ...bare, checkPolicies: allParts.checkPolicies }, () => {}, demanding);
});

test('with all of them it tells what Python tells', async () => {
  await connected({ ...bare, ...allParts }, (socket) => {
    assert.equal(socket.getPeerCert().subjectAltName, [['DNS', 'example.com']]);
  });
});

test.run();
