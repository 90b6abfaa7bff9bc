import { createAuthority, type KeyType } from '@halfclose/testing/ca';
import { type Credentials, findOpenssl, startOpenssl } from '@halfclose/testing/servers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCaptured, runJson, withFile } from '../testing/runCaptured.ts';
import type { Report } from './probe.ts';

const test = suite('the command against openssl s_server');
const testOpenssl = findOpenssl() ? test : test.skip;
if (!findOpenssl()) console.log('skipped: OpenSSL 3 is not installed, the command does not meet s_server');

const root = await createAuthority({ name: 'Root' });

async function probe(
  credentials: Credentials,
  serverArgs: readonly string[],
  args: readonly string[] = [],
): Promise<{ status: number; report: Report }> {
  const server = await startOpenssl({ credentials, args: serverArgs });
  try {
    return await withFile(root.pem, (cafile) =>
      runJson([`127.0.0.1:${server.port}`, '--cafile', cafile, '--servername', 'localhost', ...args]),
    );
  } finally {
    await server.close();
  }
}

const schemes: Readonly<Partial<Record<KeyType, string>>> = {
  'RSA-2048': 'rsa_pss_rsae_sha256',
  'P-256': 'ecdsa_secp256r1_sha256',
  'P-384': 'ecdsa_secp384r1_sha384',
  Ed25519: 'ed25519',
};
const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
// Our first key share is for X25519: a server that wants P-256 sends a HelloRetryRequest.
const groups = { X25519: 'x25519', 'P-256': 'secp256r1' };

for (const [keyType, signatureScheme] of Object.entries(schemes) as [KeyType, string][]) {
  testOpenssl(`a ${keyType} certificate with each suite and each group`, async () => {
    const intermediate = await root.issueAuthority();
    const credentials = await intermediate.issue({ keyType });
    for (const cipher of suites) {
      for (const [theirName, group] of Object.entries(groups)) {
        const serverArgs = [
          '-tls1_3',
          '-ciphersuites',
          cipher,
          '-groups',
          theirName,
          '-alpn',
          'echo',
          '-rev',
        ];
        const { status, report } = await probe(credentials, serverArgs, [
          '--alpn',
          'h2,echo',
          '--send',
          'abc\n',
        ]);
        assert.equal(report, {
          version: 'TLSv1.3',
          cipher,
          group,
          signatureScheme,
          alpn: 'echo',
          peerSubject: 'CN=localhost',
          bytesReceived: 4,
          closeNotify: true,
        });
        assert.is(status, 0);
      }
    }
  });
}

testOpenssl('certificates that are not to be trusted', async () => {
  const leaf = await root.issue();
  const refused = { name: 'SSLCertVerificationError', code: 'ERR_TLS_CERTIFICATE_VERIFY_FAILED' };
  const wrongName = await probe(leaf, ['-tls1_3'], ['--servername', 'other.example']);
  assert.is(wrongName.status, 1);
  assert.equal(pick(wrongName.report), { ...refused, alert: 'bad_certificate' });
  assert.match(wrongName.report.error?.message ?? '', "'other.example'");

  const stranger = await createAuthority({ name: 'Stranger' });
  const unknown = await probe(await stranger.issue(), ['-tls1_3']);
  assert.is(unknown.status, 1);
  assert.equal(pick(unknown.report), { ...refused, alert: 'unknown_ca' });
  assert.match(unknown.report.error?.message ?? '', 'Stranger');

  const expired = await probe(await root.issue({ notAfter: new Date('2001-01-01') }), ['-tls1_3']);
  assert.is(expired.status, 1);
  assert.equal(pick(expired.report), { ...refused, alert: 'certificate_expired' });
  assert.match(expired.report.error?.message ?? '', '2001');
});

testOpenssl('a server that speaks TLS 1.2 only, where no more than 1.3 will do', async () => {
  const { status, report } = await probe(await root.issue(), ['-tls1_2'], ['--min-version', 'TLSv1.3']);
  assert.is(status, 1);
  assert.equal(pick(report), {
    name: 'SSLError',
    code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    alert: 'protocol_version',
  });
});

/** What a client of OpenSSL offers: its names, the versions in which they first appeared, the bits of their keys. */
const thirty = `
TLS_AES_256_GCM_SHA384 TLSv1.3 256
TLS_CHACHA20_POLY1305_SHA256 TLSv1.3 256
TLS_AES_128_GCM_SHA256 TLSv1.3 128
ECDHE-ECDSA-AES256-GCM-SHA384 TLSv1.2 256
ECDHE-RSA-AES256-GCM-SHA384 TLSv1.2 256
DHE-RSA-AES256-GCM-SHA384 TLSv1.2 256
ECDHE-ECDSA-CHACHA20-POLY1305 TLSv1.2 256
ECDHE-RSA-CHACHA20-POLY1305 TLSv1.2 256
DHE-RSA-CHACHA20-POLY1305 TLSv1.2 256
ECDHE-ECDSA-AES128-GCM-SHA256 TLSv1.2 128
ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 128
DHE-RSA-AES128-GCM-SHA256 TLSv1.2 128
ECDHE-ECDSA-AES256-SHA384 TLSv1.2 256
ECDHE-RSA-AES256-SHA384 TLSv1.2 256
DHE-RSA-AES256-SHA256 TLSv1.2 256
ECDHE-ECDSA-AES128-SHA256 TLSv1.2 128
ECDHE-RSA-AES128-SHA256 TLSv1.2 128
DHE-RSA-AES128-SHA256 TLSv1.2 128
ECDHE-ECDSA-AES256-SHA TLSv1.0 256
ECDHE-RSA-AES256-SHA TLSv1.0 256
DHE-RSA-AES256-SHA SSLv3 256
ECDHE-ECDSA-AES128-SHA TLSv1.0 128
ECDHE-RSA-AES128-SHA TLSv1.0 128
DHE-RSA-AES128-SHA SSLv3 128
AES256-GCM-SHA384 TLSv1.2 256
AES128-GCM-SHA256 TLSv1.2 128
AES256-SHA256 TLSv1.2 256
AES128-SHA256 TLSv1.2 128
AES256-SHA SSLv3 256
AES128-SHA SSLv3 128`;

testOpenssl(
  '--ciphers OPENSSL_DEFAULT shows thirty triples, in the order of the server that has them all',
  async () => {
    const credentials = await root.issue({ keyType: 'RSA-2048' });
    // It prints both sides' suites in the client's order, to whoever asks for a page.
    const server = await startOpenssl({ credentials, args: ['-www', '-cipher', 'ALL:@SECLEVEL=0'] });
    try {
      const { status, stdout } = await withFile(root.pem, (cafile) =>
        runCaptured(
          [
            `127.0.0.1:${server.port}`,
            '--cafile',
            cafile,
            '--servername',
            'localhost',
            '--ciphers',
            'OPENSSL_DEFAULT',
            '--send',
            'GET / HTTP/1.0\r\n\r\n',
          ],
          {},
        ),
      );
      assert.is(status, 0, stdout);
      const [, list = ''] = /^ {2}Shared ciphers: +\[([^\]]*)\]$/m.exec(stdout) ?? [];
      const shown = Array.from(list.matchAll(/\('([^']*)', '([^']*)', (\d+)\)/g), ([, ...triple]) => triple);
      assert.equal(
        shown,
        thirty
          .trim()
          .split('\n')
          .map((line) => line.split(' ')),
      );
    } finally {
      await server.close();
    }
  },
);

function pick({ error }: Report): unknown {
  return error && { name: error.name, code: error.code, alert: error.alert };
}

test.run();
