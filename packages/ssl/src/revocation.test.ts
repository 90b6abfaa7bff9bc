/** Revocation as a context has it: stapled responses of real servers, and CRLs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CERT_NONE,
  type RevocationPolicy,
  SSLCertVerificationError,
  SSLContext,
  SSLError,
  ValueError,
  type VerifyLocations,
} from '@halfclose/ssl';
import {
  type Authority,
  createAuthority,
  createCrl,
  createOcspResponse,
  type Issued,
  pem,
  serialNumberOf,
} from '@halfclose/testing/ca';
import { findOpenssl, startOpenssl, startTlsServer, type TestServer } from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const root = await createAuthority({ name: 'Root' });
const leaf = await root.issue({ dnsNames: ['localhost'] });

const platform = createTestPlatform({
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
});

const pemOf = (crl: Uint8Array): string => pem('X509 CRL', crl);
const good = pemOf(createCrl({ issuer: root }));
const revoking = pemOf(createCrl({ issuer: root, revoked: [{ certificate: leaf.certificate }] }));

interface Setting {
  readonly revocation?: RevocationPolicy;
  readonly crls?: string;
  readonly unverified?: boolean;
}

async function contextWith({ revocation, crls = '', unverified }: Setting): Promise<SSLContext> {
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.pem + crls });
  if (revocation !== undefined) context.revocation = revocation;
  if (unverified) {
    context.checkHostname = false;
    context.verifyMode = CERT_NONE;
  }
  return context;
}

/** Connects, and says what became of it: `good`, or OpenSSL's words for the error. */
async function outcome({ port }: TestServer, setting: Setting): Promise<string> {
  const context = await contextWith(setting);
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  try {
    await socket.connect(['127.0.0.1', port]);
    return 'good';
  } catch (error) {
    if (error instanceof SSLCertVerificationError) return `${error.verifyCode} ${error.verifyMessage}`;
    throw error;
  } finally {
    await socket.close();
  }
}

async function withServer(
  server: Promise<TestServer>,
  play: (server: TestServer) => Promise<void>,
): Promise<void> {
  const started = await server;
  try {
    await play(started);
  } finally {
    await started.close();
  }
}

const revokedWords = '23 certificate revoked';
const unknownWords = '3 unable to get certificate CRL';
const neededWords = '73 OCSP verification needed';
const failedWords = '74 OCSP verification failed';

const contexts = suite('revocation: contexts');

contexts('a policy that there is not is refused', () => {
  const context = new SSLContext(platform);
  assert.is(context.revocation, 'ifPresent');
  for (const policy of ['on', '', undefined, true, null]) {
    assert.throws(
      () => {
        // As a program in plain JavaScript may.
        context.revocation = policy as RevocationPolicy;
      },
      (error: unknown) => error instanceof ValueError,
    );
  }
  context.revocation = 'off';
  assert.is(context.revocation, 'off');
});

contexts('CRLs count', async () => {
  await withServer(startTlsServer({ credentials: leaf }), async (server) => {
    assert.is(await outcome(server, {}), 'good');
    assert.is(await outcome(server, { crls: good }), 'good');
    assert.is(await outcome(server, { crls: revoking }), revokedWords);
    assert.is(await outcome(server, { crls: revoking, revocation: 'off' }), 'good');
    assert.is(await outcome(server, { crls: revoking, unverified: true }), 'good');
    assert.is(await outcome(server, { revocation: 'require' }), unknownWords);
    assert.is(await outcome(server, { crls: good, revocation: 'require' }), 'good');
  });
});

contexts('CRLs come from files and directories, with certificates or without', async () => {
  const files = {
    'both.pem': good + root.pem,
    'crl.pem': good,
    'bad.pem': `${root.pem}-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n`,
    'certs/0a1b2c3d.0': root.pem,
    'certs/0a1b2c3d.r0': revoking,
  };
  const found = new Map<string, string>(Object.entries(files));
  const reader = {
    read: async (path: string) => new TextEncoder().encode(found.get(path)),
    list: async (path: string) =>
      [...found.keys()]
        .filter((name) => name.startsWith(`${path}/`))
        .map((name) => name.slice(path.length + 1)),
  };
  const contextFrom = async (...all: VerifyLocations[]): Promise<SSLContext> => {
    const context = new SSLContext({ ...platform, files: reader });
    for (const locations of all) await context.loadVerifyLocations(locations);
    context.revocation = 'require';
    return context;
  };
  await withServer(startTlsServer({ credentials: leaf }), async ({ port }) => {
    const verdict = async (context: SSLContext): Promise<string> => {
      const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
      try {
        await socket.connect(['127.0.0.1', port]);
        return 'good';
      } catch (error) {
        return error instanceof SSLCertVerificationError ? error.verifyMessage : String(error);
      } finally {
        await socket.close();
      }
    };
    assert.is(await verdict(await contextFrom({ cafile: 'both.pem' })), 'good');
    assert.is(await verdict(await contextFrom({ cadata: root.pem }, { cafile: 'crl.pem' })), 'good');
    assert.is(await verdict(await contextFrom({ cadata: root.certificate }, { cadata: good })), 'good');
    assert.is(await verdict(await contextFrom({ capath: 'certs' })), 'certificate revoked');
  });
  const failure = await contextFrom({ cafile: 'bad.pem' }).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.instance(failure, SSLError);
  assert.match(String(failure), /\[X509: MALFORMED\] "bad.pem": CRL 1 of 1: The CRL is malformed/);
});

contexts.run();

const stapling = suite('revocation: stapled responses');

const staple = createOcspResponse({ issuer: root, certificate: leaf.certificate });
const revoked = createOcspResponse({
  issuer: root,
  certificate: leaf.certificate,
  status: { revoked: new Date(), reason: 'keyCompromise' },
});

stapling('a response is asked for, and counts', async () => {
  await withServer(startTlsServer({ credentials: leaf, ocspResponse: staple }), async (server) => {
    assert.is(await outcome(server, {}), 'good');
    assert.is(await outcome(server, { revocation: 'require' }), 'good');
    assert.is(await outcome(server, { crls: revoking }), revokedWords);
  });
  await withServer(startTlsServer({ credentials: leaf, ocspResponse: revoked }), async (server) => {
    assert.is(await outcome(server, {}), revokedWords);
    assert.is(await outcome(server, { crls: good }), revokedWords);
    assert.is(await outcome(server, { revocation: 'off' }), 'good');
    assert.is(await outcome(server, { unverified: true }), 'good');
  });
});

stapling('the server sees why its response was refused', async () => {
  const other = await root.issue();
  const ocspResponse = createOcspResponse({ issuer: root, certificate: other.certificate });
  const alerts: string[] = [];
  const onClientError = (error: Error): void => {
    alerts.push(error.message);
  };
  await withServer(startTlsServer({ credentials: leaf, ocspResponse, onClientError }), async (server) => {
    assert.is(await outcome(server, {}), failedWords);
  });
  assert.match(alerts.join(), /bad certificate status response/i);
});

stapling('a certificate that demands a response', async () => {
  const credentials = await root.issue({
    dnsNames: ['localhost'],
    extensions: [{ oid: '1.3.6.1.5.5.7.1.24', value: Uint8Array.of(0x30, 3, 2, 1, 5) }],
  });
  await withServer(startTlsServer({ credentials }), async (server) => {
    assert.is(await outcome(server, {}), neededWords);
    assert.is(await outcome(server, { revocation: 'off' }), 'good');
  });
  const ocspResponse = createOcspResponse({ issuer: root, certificate: credentials.certificate });
  await withServer(startTlsServer({ credentials, ocspResponse }), async (server) => {
    assert.is(await outcome(server, {}), 'good');
  });
});

stapling.run();

const openssl = suite('revocation: OpenSSL');
const command = findOpenssl();
if (command === undefined) console.log('skipped: OpenSSL 3 is not installed, its OCSP responses and CRLs');
const withOpenssl = command === undefined ? openssl.skip : openssl;

/** Runs OpenSSL in a directory of its own, with the files of an authority. */
function inDirectory<T>(play: (run: (...args: string[]) => void, path: (name: string) => string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-revocation-'));
  const path = (name: string): string => join(directory, name);
  const run = (...args: string[]): void => {
    const { status, stderr } = spawnSync(command ?? '', args, { cwd: directory, encoding: 'utf8' });
    if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  };
  try {
    writeFileSync(path('ca.pem'), root.pem);
    writeFileSync(path('ca.key'), root.privateKeyPem);
    writeFileSync(path('leaf.pem'), leaf.pem);
    return play(run, path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A line of the database of `openssl ca`. */
function databaseLine(status: 'V' | 'R', { certificate }: Issued): string {
  const serialNumber = Buffer.from(serialNumberOf(certificate).subarray(2)).toString('hex').toUpperCase();
  const revocation = status === 'R' ? '260101000000Z,keyCompromise' : '';
  return `${status}\t491231235959Z\t${revocation}\t${serialNumber}\tunknown\t/CN=localhost\n`;
}

function opensslResponse(status: 'V' | 'R', by: Authority | Issued, ...more: string[]): Uint8Array {
  return inDirectory((run, path) => {
    writeFileSync(path('index.txt'), databaseLine(status, leaf));
    writeFileSync(path('signer.pem'), by.pem);
    writeFileSync(path('signer.key'), by.privateKeyPem);
    run('ocsp', ...more, '-issuer', 'ca.pem', '-cert', 'leaf.pem', '-reqout', 'request', '-no_nonce');
    run(
      ...['ocsp', '-index', 'index.txt', '-CA', 'ca.pem', '-rsigner', 'signer.pem', '-rkey', 'signer.key'],
      ...['-reqin', 'request', '-respout', 'response', '-ndays', '2'],
    );
    return new Uint8Array(readFileSync(path('response')));
  });
}

async function withStatusFile(
  response: Uint8Array,
  play: (server: TestServer) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-staple-'));
  const file = join(directory, 'response');
  writeFileSync(file, response);
  try {
    await withServer(startOpenssl({ credentials: leaf, args: ['-tls1_3', '-status_file', file] }), play);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

withOpenssl('s_server staples what openssl ocsp has signed', async () => {
  const responder = await root.issue({ name: 'Responder', extendedKeyUsage: ['ocspSigning'] });
  for (const response of [
    opensslResponse('V', root),
    opensslResponse('V', responder),
    opensslResponse('V', root, '-sha256'),
  ]) {
    await withStatusFile(response, async (server) => {
      assert.is(await outcome(server, {}), 'good');
      assert.is(await outcome(server, { revocation: 'require' }), 'good');
    });
  }
});

withOpenssl('s_server staples that the certificate is revoked', async () => {
  await withStatusFile(opensslResponse('R', root), async (server) => {
    assert.is(await outcome(server, {}), revokedWords);
    assert.is(await outcome(server, { revocation: 'off' }), 'good');
  });
});

withOpenssl('s_server staples what somebody else has signed', async () => {
  await withStatusFile(opensslResponse('V', leaf), async (server) => {
    assert.is(await outcome(server, {}), failedWords);
  });
});

withOpenssl('openssl ca makes CRLs', async () => {
  const crlWith = (lines: string): string =>
    inDirectory((run, path) => {
      writeFileSync(path('index.txt'), lines);
      writeFileSync(path('number'), '01\n');
      writeFileSync(
        path('ca.cnf'),
        [
          '[ca]\ndefault_ca = own\n[own]\ndatabase = index.txt\ncrlnumber = number\ncertificate = ca.pem',
          'private_key = ca.key\ndefault_md = sha256\ndefault_crl_days = 2\ncrl_extensions = crl\n[crl]',
          'authorityKeyIdentifier = keyid\n',
        ].join('\n'),
      );
      run('ca', '-gencrl', '-config', 'ca.cnf', '-out', 'crl.pem');
      return readFileSync(path('crl.pem'), 'utf8');
    });
  await withServer(startTlsServer({ credentials: leaf }), async (server) => {
    const setting = { revocation: 'require' } as const;
    assert.is(await outcome(server, { ...setting, crls: crlWith('') }), 'good');
    assert.is(await outcome(server, { ...setting, crls: crlWith(databaseLine('V', leaf)) }), 'good');
    assert.is(await outcome(server, { ...setting, crls: crlWith(databaseLine('R', leaf)) }), revokedWords);
  });
});

openssl.run();
