/** Client certificates, from files and otherwise, against OpenSSL over TCP. */
import { webcrypto } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWebCryptoSigner, type Signer } from '@halfclose/crypto';
import {
  type ClientCredential,
  OSError,
  type Password,
  SSLContext,
  SSLError,
  type SSLSocket,
  ValueError,
} from '@halfclose/ssl';
import { createAuthority, generateKey, type Issued, type KeyType } from '@halfclose/testing/ca';
import { findOpenssl, type OpensslServer, startOpenssl } from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { parseCertificate } from '@halfclose/x509';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const root = await createAuthority();
const server = await root.issue({ dnsNames: ['localhost'] });
const clientRoot = await createAuthority();
const intermediate = await clientRoot.issueAuthority();
const own = await intermediate.issue({ name: 'Somebody', extendedKeyUsage: ['clientAuth'] });
const folder = await mkdtemp(join(tmpdir(), 'halfclose-certchain-'));
process.once('exit', () => void rm(folder, { recursive: true, force: true }));

const platform = createTestPlatform({
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  files: { read: (path) => readFile(path), list: (path) => readdir(path) },
});

async function newContext(): Promise<SSLContext> {
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.pem });
  return context;
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const certfile = await file('own.pem', own.chainPem);
const keyfile = await file('own.key', own.privateKeyPem);
const authorities = await file('authorities.pem', clientRoot.pem);

async function connected(
  context: SSLContext,
  args: readonly string[],
  play: (socket: SSLSocket, openssl: OpensslServer) => Promise<void>,
): Promise<void> {
  const openssl = await startOpenssl({ credentials: server, args: ['-tls1_3', ...args] });
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  try {
    await socket.connect(['127.0.0.1', openssl.port]);
    await play(socket, openssl);
  } finally {
    await socket.close();
    await openssl.close();
  }
}

const test = suite('client certificates against openssl s_server');
const testOpenssl = findOpenssl() ? test : test.skip;
if (!findOpenssl())
  console.log('skipped: OpenSSL 3 is not installed, client certificates do not meet s_server');

const demanding = ['-Verify', '2', '-verify_return_error', '-CAfile', authorities];

/** Sent back by `-rev` once the handshake is done on the other side, too. */
async function reversed(socket: SSLSocket): Promise<void> {
  await socket.sendall(Uint8Array.from(Buffer.from('abc\n')));
  assert.is(Buffer.from(await socket.recv()).toString(), 'cba\n');
}

testOpenssl('a server that demands one gets it, and the chain', async () => {
  for (const keyType of [
    'P-256',
    'P-384',
    'P-521',
    'RSA-2048',
    'RSA-PSS-2048',
    'Ed25519',
    'Ed448',
  ] as KeyType[]) {
    const issued = await intermediate.issue({ keyType, extendedKeyUsage: ['clientAuth'] });
    const context = await newContext();
    const path = await file(`${keyType}.pem`, issued.chainPem + issued.privateKeyPem);
    await context.loadCertChain(path);
    await connected(context, [...demanding, '-rev'], async (socket) => {
      await reversed(socket);
      const { clientAuthentication } = socket.facts ?? {};
      assert.equal(clientAuthentication?.credential?.certificates, issued.chain);
      assert.equal(clientAuthentication?.request.certificateAuthorities, [clientRoot.subject]);
    });
  }
});

testOpenssl('a server that demands one and gets none says so', async () => {
  await connected(await newContext(), [...demanding, '-rev'], async (socket) => {
    try {
      await reversed(socket);
    } catch (error) {
      assert.instance(error, SSLError);
      assert.is((error as SSLError).alert, 'certificate_required');
      return;
    }
    assert.unreachable('a server that demands a certificate did without one');
  });
});

testOpenssl('a server that would like one does without', async () => {
  await connected(await newContext(), ['-verify', '2', '-CAfile', authorities, '-rev'], async (socket) => {
    await reversed(socket);
    assert.is(socket.facts?.clientAuthentication?.misfit, 'none');
  });
});

testOpenssl("a key of WebCrypto's that nobody can export", async () => {
  const { key, chain } = await intermediate.issue({ extendedKeyUsage: ['clientAuth'] });
  const der = key.privateKey.export({ type: 'pkcs8', format: 'der' });
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const hidden = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  const { publicKey } = parseCertificate(chain[0] ?? new Uint8Array(0));
  const context = await newContext();
  context.addCredential({
    type: 'X509',
    certificates: chain,
    signer: createWebCryptoSigner(webcrypto.subtle, hidden, publicKey),
  });
  await connected(context, [...demanding, '-rev'], reversed);
});

testOpenssl('after the handshake, when the server comes to want one', async () => {
  const context = await newContext();
  assert.is(context.postHandshakeAuth, false);
  context.postHandshakeAuth = true;
  await context.loadCertChain(certfile, keyfile);
  await connected(context, ['-CAfile', authorities], async (socket, openssl) => {
    assert.is(socket.facts?.clientAuthentication, undefined);
    openssl.stdin.write('c\n');
    // Whatever is sent, it has the answer before.
    const received = socket.recv();
    await openssl.printed(/depth=0 CN = Somebody|depth=0 CN=Somebody/);
    openssl.stdin.write('afterwards\n');
    assert.is(Buffer.from(await received).toString(), 'afterwards\n');
    assert.equal(socket.facts?.clientAuthentication?.credential?.certificates, own.chain);
  });
});

testOpenssl('after the handshake, and nobody offered that', async () => {
  const context = await newContext();
  await context.loadCertChain(certfile, keyfile);
  await connected(context, ['-CAfile', authorities], async (socket, openssl) => {
    openssl.stdin.write('c\n');
    await openssl.printed(/extension not received|EXTENSION_NOT_RECEIVED|Failed to initiate request/i);
    openssl.stdin.write('all the same\n');
    assert.is(Buffer.from(await socket.recv()).toString(), 'all the same\n');
  });
});

test.run();

const load = suite('loadCertChain');

async function refusedWith(reason: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    assert.instance(error, SSLError);
    assert.is((error as SSLError).reason, reason);
    return;
  }
  assert.unreachable(`nothing was refused with ${reason}`);
}

/** PKCS #8 with a password. */
function encrypted({ key }: Issued, passphrase: string): string {
  const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
  return key.privateKey.export(options).toString();
}

load('takes what belongs together only', async () => {
  const context = await newContext();
  const another = await file('another.key', (await generateKey('P-256')).privateKeyPem);
  await refusedWith('KEY_VALUES_MISMATCH', () => context.loadCertChain(certfile, another));
});

load('says what is wrong with a file', async () => {
  const context = await newContext();
  const nothing = await file('nothing.pem', 'nothing\n');
  const garbage = await file('garbage.pem', '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n');
  const cut = await file('cut.pem', '-----BEGIN CERTIFICATE-----\nMAA\n-----END CERTIFICATE-----\n');
  await refusedWith('NO_START_LINE', () => context.loadCertChain(nothing, keyfile));
  await refusedWith('ASN1_LIB', () => context.loadCertChain(garbage, keyfile));
  await refusedWith('BAD_BASE64_DECODE', () => context.loadCertChain(cut, keyfile));
  await refusedWith('MALFORMED', () => context.loadCertChain(certfile, nothing));
  await refusedWith('MALFORMED', () => context.loadCertChain(certfile));
  for (const missing of [
    () => context.loadCertChain(join(folder, 'missing')),
    () => context.loadCertChain(certfile, join(folder, 'missing')),
  ]) {
    try {
      await missing();
      assert.unreachable();
    } catch (error) {
      assert.instance(error, OSError);
      assert.is((error as OSError).code, 'ENOENT');
    }
  }
});

load('asks for a password where there is need of one', async () => {
  const secret = 'pä55 wörd%';
  const path = await file('encrypted.key', encrypted(own, secret));
  const octets = new Uint8Array(Buffer.from(secret));
  for (const password of [secret, octets, () => secret, async () => octets] as Password[]) {
    await (await newContext()).loadCertChain(certfile, path, password);
  }
  const context = await newContext();
  await context.loadCertChain(certfile, keyfile, () => {
    throw new Error('nobody has to be asked');
  });
  await refusedWith('PASSWORD_REQUIRED', () => context.loadCertChain(certfile, path));
  await refusedWith('WRONG_PASSWORD', () => context.loadCertChain(certfile, path, 'password'));
  const cause = new Error('nobody knows');
  try {
    await context.loadCertChain(certfile, path, () => Promise.reject(cause));
    assert.unreachable();
  } catch (error) {
    assert.is(error, cause);
  }
  try {
    await context.loadCertChain(certfile, path, '\ud800');
    assert.unreachable();
  } catch (error) {
    assert.instance(error, ValueError);
  }
});

load('takes paths, and nothing else', async () => {
  const context = await newContext();
  for (const [first, second] of [
    [undefined, keyfile],
    [1, keyfile],
    [certfile, 1],
  ]) {
    try {
      await context.loadCertChain(first as string, second as string);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, TypeError);
    }
  }
  assert.throws(() => {
    context.postHandshakeAuth = 1 as unknown as boolean;
  }, TypeError);
});

load('signs as the platform does', async () => {
  const asked: string[] = [];
  const signer: Signer = {
    publicKey: parseCertificate(own.certificate).publicKey,
    signatures: ['ecdsa_sha256'],
    sign: () => new Uint8Array(0),
  };
  const context = new SSLContext({
    ...platform,
    signerOf(key) {
      asked.push(key.type);
      return signer;
    },
  });
  await context.loadCertChain(certfile, keyfile);
  assert.equal(asked, ['EC']);
});

load('keeps one credential for each type of key, and the last of them', async () => {
  const credential = (name: string, type: 'Ed25519' | 'Ed448'): ClientCredential => ({
    type: 'X509',
    certificates: [Uint8Array.from(Buffer.from(name))],
    signer: { publicKey: { type, key: new Uint8Array(32) }, signatures: [], sign: () => new Uint8Array(0) },
  });
  const context = await newContext();
  for (const each of [credential('a', 'Ed25519'), credential('b', 'Ed448'), credential('c', 'Ed25519')]) {
    context.addCredential(each);
  }
  assert.equal(
    context.credentials.map(({ certificates: [name] }) => Buffer.from(name ?? []).toString()),
    ['b', 'c'],
  );
});

load.run();
