import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Authority,
  createAuthority,
  createSelfSigned,
  der,
  generateKey,
  type Issued,
  type KeyType,
  replaceField,
  splitCertificate,
  tamperContents,
  tamperSignature,
} from './index.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** What `openssl verify` says: `OK`, or its error's text. */
function opensslVerify(root: Issued, leaf: Issued, purpose = 'sslserver'): string {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-ca-'));
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  try {
    const arguments_ = ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', file('root.pem', root.pem)];
    arguments_.push('-untrusted', file('chain.pem', leaf.chainPem), file('leaf.pem', leaf.pem));
    const { status, stdout, stderr } = spawnSync('openssl', arguments_, { encoding: 'utf8' });
    return status === 0 ? 'OK' : (/error \d+ at \d+ depth lookup: (.*)/.exec(stdout + stderr)?.[1] ?? stderr);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function opensslText(issued: Issued): string {
  return execFileSync('openssl', ['x509', '-noout', '-text'], { input: issued.pem, encoding: 'utf8' });
}

const testOpenssl = hasOpenssl ? test : test.skip;
if (!hasOpenssl) console.log('skipped: openssl is not installed, its verdicts on the certificates');

const keyTypes: readonly KeyType[] = [
  'RSA-1024',
  'RSA-2048',
  'RSA-PSS-2048',
  'P-256',
  'P-384',
  'P-521',
  'Ed25519',
  'Ed448',
];

for (const keyType of keyTypes) {
  test(`${keyType} authorities issue a chain that Node accepts link by link`, async () => {
    const root = await createAuthority({ keyType });
    const intermediate = await root.issueAuthority({ keyType, pathLength: 0 });
    const leaf = await intermediate.issue({
      keyType,
      dnsNames: ['a.example'],
      ipAddresses: ['127.0.0.1', '::1'],
    });

    const [leafView, intermediateView, rootView] = [leaf, intermediate, root].map(
      ({ certificate }) => new X509Certificate(certificate),
    );
    assert.ok(leafView && intermediateView && rootView);
    assert.ok(leafView.verify(intermediateView.publicKey));
    assert.ok(intermediateView.verify(rootView.publicKey));
    assert.ok(rootView.verify(rootView.publicKey));
    assert.ok(leafView.checkIssued(intermediateView));
    assert.not.ok(leafView.checkIssued(rootView));
    assert.ok(leafView.checkPrivateKey(leaf.key.privateKey));
    assert.is(leafView.checkHost('a.example'), 'a.example');
    assert.is(leafView.checkIP('::1'), '::1');
    assert.is(leafView.ca, false);
    assert.is(intermediateView.ca, true);
    assert.equal(leaf.chain, [leaf.certificate, intermediate.certificate]);
    assert.is(leaf.chainPem, leaf.pem + intermediate.pem);
    assert.equal(root.chain, [root.certificate]);
    assert.is(leaf.keyType, keyType);
  });
}

testOpenssl('openssl accepts the defaults for every key type that its security level allows', async () => {
  for (const keyType of keyTypes.filter((type) => type !== 'RSA-1024')) {
    const root = await createAuthority({ keyType });
    const leaf = await (await root.issueAuthority({ keyType, pathLength: 0 })).issue({ keyType });
    assert.is(opensslVerify(root, leaf), 'OK', keyType);
  }
});

testOpenssl('RSA signs with either padding and any hash', async () => {
  const root = await createAuthority({ keyType: 'RSA-2048' });
  for (const hash of ['SHA-256', 'SHA-384', 'SHA-512'] as const) {
    const pkcs1 = await root.issue({ signature: { hash } });
    assert.is(opensslVerify(root, pkcs1), 'OK', hash);
    assert.match(opensslText(pkcs1), `${hash.replace('-', '').toLowerCase()}WithRSAEncryption`);
    const pss = await root.issue({ signature: { hash, padding: 'PSS' } });
    assert.is(opensslVerify(root, pss), 'OK', hash);
    assert.match(opensslText(pss), 'rsassaPss');
  }
});

testOpenssl('openssl sees each fault that was asked for, and no other', async () => {
  const root = await createAuthority({ name: 'Root' });
  const under = (options: Parameters<Authority['issueAuthority']>[0]): Promise<Issued> =>
    root.issueAuthority(options).then((authority) => authority.issue());

  const faults: readonly (readonly [string, Promise<Issued>, string])[] = [
    ['expired', root.issue({ notAfter: new Date('2001-01-01') }), 'certificate has expired'],
    ['not yet valid', root.issue({ notBefore: new Date('2090-01-01') }), 'certificate is not yet valid'],
    ['signature', root.issue({ alterCertificate: tamperSignature }), 'certificate signature failure'],
    ['contents', root.issue({ alterCertificate: tamperContents }), 'certificate signature failure'],
    ['wrong key', root.issue({ signingKey: await generateKey('P-256') }), 'certificate signature failure'],
    ['wrong issuer', root.issue({ issuer: 'CN=Nobody' }), 'unable to get local issuer certificate'],
    ['no CA', under({ basicConstraints: { ca: false } }), 'invalid CA certificate'],
    ['no keyCertSign', under({ keyUsage: ['digitalSignature'] }), 'invalid CA certificate'],
    ['purpose', root.issue({ extendedKeyUsage: ['clientAuth'] }), 'unsuitable certificate purpose'],
    [
      'path length',
      root.issueAuthority({ pathLength: 0 }).then(async (first) => (await first.issueAuthority()).issue()),
      'path length constraint exceeded',
    ],
    [
      'unknown critical extension',
      root.issue({ extensions: [{ oid: '1.2.3.4', critical: true, value: der.nullValue() }] }),
      'unhandled critical extension',
    ],
    [
      'name constraints',
      under({
        extensions: [
          {
            oid: '2.5.29.30',
            critical: true,
            value: der.sequence(
              der.context(0, der.sequence(der.contextPrimitive(2, new TextEncoder().encode('example.com')))),
            ),
          },
        ],
      }),
      'permitted subtree violation',
    ],
  ];
  for (const [what, leaf, expected] of faults) assert.is(opensslVerify(root, await leaf), expected, what);
});

testOpenssl('each standard extension can be left out, changed, and marked otherwise', async () => {
  const root = await createAuthority();
  const bare = await root.issue({
    subject: '',
    keyUsage: false,
    extendedKeyUsage: false,
    subjectAltName: false,
    subjectKeyIdentifier: false,
    authorityKeyIdentifier: false,
  });
  assert.not.match(opensslText(bare), 'X509v3');

  const unnamed = opensslText(await root.issue({ subject: '', dnsNames: ['a.example'] }));
  assert.match(unnamed, /Subject Alternative Name: critical\s+DNS:a\.example/);

  const varied = opensslText(
    await root.issue({
      keyUsage: ['keyAgreement', 'decipherOnly'],
      extendedKeyUsage: ['serverAuth', '1.2.3.4'],
      uris: ['https://a.example/'],
      emailAddresses: ['a@a.example'],
      subjectKeyIdentifier: Uint8Array.of(1, 2, 3),
      authorityKeyIdentifier: Uint8Array.of(4, 5, 6),
      basicConstraints: { ca: false },
      critical: { keyUsage: false, extendedKeyUsage: true, basicConstraints: false },
      serialNumber: '0a0b0c0d0e0f01020304',
    }),
  );
  assert.match(varied, /Key Usage: \n\s+Key Agreement, Decipher Only/);
  assert.match(varied, /Extended Key Usage: critical\n\s+TLS Web Server Authentication, 1\.2\.3\.4/);
  assert.match(varied, 'email:a@a.example, URI:https://a.example/');
  assert.match(varied, /Subject Key Identifier: \n\s+01:02:03/);
  assert.match(varied, /Authority Key Identifier: \n\s+04:05:06/);
  assert.match(varied, /Basic Constraints: \n\s+CA:FALSE/);
  assert.match(varied, '0a:0b:0c:0d:0e:0f:01:02:03:04');
});

test('a raw extension stands instead of the standard one, and may be given twice', async () => {
  const root = await createAuthority();
  const twice = { oid: '2.5.29.15', value: der.bitString(Uint8Array.of(0x80), 7) };
  const leaf = await root.issue({ extensions: [twice, twice] });
  const wanted = Buffer.from(der.sequence(der.oid(twice.oid), der.octetString(twice.value)));
  const whole = Buffer.from(leaf.certificate);
  assert.is(whole.indexOf(wanted, whole.indexOf(wanted) + 1), whole.lastIndexOf(wanted));
  assert.is.not(whole.indexOf(wanted), whole.lastIndexOf(wanted));
  assert.is(whole.toString('hex').split('0603551d0f').length, 3);
});

test('the TBSCertificate can be altered before it is signed', async () => {
  const root = await createAuthority();
  const leaf = await root.issue({ alterTbs: (tbs) => replaceField(tbs, 0x02, () => der.integer(-5)) });
  const { tbs } = splitCertificate(leaf.certificate);
  assert.equal(der.children(tbs)[1], Uint8Array.of(0x02, 0x01, 0xfb));
  assert.ok(new X509Certificate(leaf.certificate).verify(root.key.publicKey));
});

test('RSA end entities share a key unless they ask for their own; others never do', async () => {
  const root = await createAuthority();
  const first = await root.issue({ keyType: 'RSA-2048' });
  const second = await root.issue({ keyType: 'RSA-2048' });
  const third = await root.issue({ keyType: 'RSA-2048', freshKey: true });
  assert.is(first.privateKeyPem, second.privateKeyPem);
  assert.is.not(first.privateKeyPem, third.privateKeyPem);
  assert.is.not((await root.issue()).privateKeyPem, (await root.issue()).privateKeyPem);
});

test('a certificate that is over, or has still to begin, was or will be valid for a day', async () => {
  const root = await createAuthority();
  const over = new X509Certificate((await root.issue({ notAfter: new Date('2001-01-02') })).certificate);
  assert.is(Date.parse(over.validFrom), Date.UTC(2001, 0, 1));
  const early = new X509Certificate((await root.issue({ notBefore: new Date('2090-01-01') })).certificate);
  assert.is(Date.parse(early.validTo), Date.UTC(2090, 0, 2));
});

test('a cross-certificate has the name and key of the authority it is for', async () => {
  const [oldRoot, newRoot] = [await createAuthority({ name: 'Old' }), await createAuthority({ name: 'New' })];
  const cross = await oldRoot.issueAuthority({ key: newRoot.key, subject: newRoot.subject });
  const view = new X509Certificate(cross.certificate);
  assert.is(view.subject, 'CN=New');
  assert.is(view.issuer, 'CN=Old');
  const leaf = new X509Certificate((await newRoot.issue()).certificate);
  assert.ok(leaf.verify(view.publicKey));
  assert.ok(leaf.checkIssued(view));
});

test('a self-signed end entity is no authority and its own chain', async () => {
  const alone = await createSelfSigned({ dnsNames: ['alone.example'] });
  const view = new X509Certificate(alone.certificate);
  assert.ok(view.verify(view.publicKey));
  assert.is(view.ca, false);
  assert.is(view.issuer, view.subject);
  assert.equal(alone.chain, [alone.certificate]);
});

test('integers are written in the fewest octets', () => {
  const cases: readonly (readonly [number | bigint, readonly number[]])[] = [
    [0, [0]],
    [127, [127]],
    [128, [0, 128]],
    [256, [1, 0]],
    [-1, [0xff]],
    [-128, [0x80]],
    [-129, [0xff, 0x7f]],
    [2n ** 64n, [1, 0, 0, 0, 0, 0, 0, 0, 0]],
  ];
  for (const [value, octets] of cases) {
    assert.equal(der.integer(value), Uint8Array.of(2, octets.length, ...octets), String(value));
  }
});

test.run();
