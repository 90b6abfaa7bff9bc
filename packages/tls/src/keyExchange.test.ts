/** All groups, RFC 8446 section 4.2.7 and draft-ietf-tls-ecdhe-mlkem. */
import { connect } from 'node:net';
import { createPortableProvider, type GroupName } from '@halfclose/crypto';
import { createNodeProvider } from '@halfclose/crypto/node';
import { createAuthority, type KeyType } from '@halfclose/testing/ca';
import { extension, outcomeOf, refusal, type Trial, testConfig, trials } from '@halfclose/testing/peer';
import { startTlsServer, type TlsServerOptions } from '@halfclose/testing/servers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createClientConnection } from './clientConnection.ts';
import type { ClientConfig } from './config.ts';
import type { ConnectionFacts } from './connection.ts';
import { extensionTypes } from './protocol/extensionTypes.ts';
import { namedGroups } from './protocol/namedGroups.ts';
import type { SignatureSchemeName } from './protocol/signatureSchemes.ts';

const attempt = await trials();

/** Octets of a server's share. */
const shareLengths: Readonly<Record<GroupName, number>> = {
  x25519: 32,
  x448: 56,
  secp256r1: 65,
  secp384r1: 97,
  secp521r1: 133,
  ffdhe2048: 256,
  ffdhe3072: 384,
  ffdhe4096: 512,
  X25519MLKEM768: 1120,
  SecP256r1MLKEM768: 1153,
  SecP384r1MLKEM1024: 1665,
  MLKEM1024: 1568,
};
const names = Object.keys(shareLengths) as GroupName[]; // Object.keys forgets which keys a record has.

/** A ServerHello with so many zeros for a share. */
function zeros(name: GroupName, length: number): Trial {
  const code = namedGroups[name];
  const data = [code >> 8, code & 255, length >> 8, length & 255, ...new Uint8Array(length)];
  return {
    server: { group: name, tamper: { serverHello: extension(extensionTypes.keyShare, data) } },
    client: { groups: [name] },
  };
}

const scripted = suite('key exchange: each group with the scripted server');

for (const name of names) {
  scripted(`${name}, with a share and after a HelloRetryRequest`, () => {
    for (const keyShares of [[name], []]) {
      const { client, server } = attempt({ server: { group: name }, client: { groups: [name], keyShares } });
      assert.is(client.error, undefined);
      assert.ok(server.done);
      assert.is(client.facts?.group, name);
      assert.is(client.facts?.helloRetryRequest, keyShares.length === 0);
    }
  });

  scripted(`${name}: zeros, and shares of other lengths, are illegal`, () => {
    const right = shareLengths[name];
    // Of ML-KEM alone any octets are a ciphertext: nobody else has the secret that it gives (FIPS 203 section 6.3).
    for (const length of [...(name === 'MLKEM1024' ? [] : [right]), right - 1, right + 1, 1]) {
      const outcome = outcomeOf(attempt(zeros(name, length)));
      assert.equal(outcome, refusal('illegal_parameter', 'BAD_ECPOINT', false), `${length} octets`);
    }
  });
}

scripted.run();

const fillRandomly = (output: Uint8Array): void => {
  globalThis.crypto.getRandomValues(output);
};
const providers = [createPortableProvider(fillRandomly), createNodeProvider()];

/** What a handshake with OpenSSL, through Node, comes to. */
async function handshake(
  server: TlsServerOptions,
  config: Partial<ClientConfig>,
): Promise<ConnectionFacts | undefined> {
  const { port, close } = await startTlsServer({ ...server, onConnection: (socket) => socket.end() });
  const client = createClientConnection(testConfig(config));
  const socket = connect(port, '127.0.0.1');
  const flush = (): void => {
    const output = client.output();
    socket.write(Buffer.from(output));
    client.outputTaken(output.length);
  };
  flush();
  socket.on('data', (chunk) => {
    client.receive(chunk);
    if (client.peerClosed) client.closeWrite();
    flush();
    if (client.peerClosed || client.error !== undefined) socket.end();
  });
  await new Promise((resolve, reject) => socket.on('close', resolve).on('error', reject));
  await close();
  assert.is(client.error, undefined);
  return client.facts;
}

const authority = await createAuthority();
const withOpenssl = suite('key exchange and signatures: with node:tls');

const opensslNames: Readonly<Partial<Record<GroupName, string>>> = {
  x25519: 'X25519',
  x448: 'X448',
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
  ffdhe2048: 'ffdhe2048',
  ffdhe3072: 'ffdhe3072',
  ffdhe4096: 'ffdhe4096',
};

for (const crypto of providers) {
  for (const [name, groups] of Object.entries(opensslNames) as [GroupName, string][]) {
    withOpenssl(`${name}, provider ${crypto.name}`, async () => {
      const credentials = await authority.issue();
      const facts = await handshake({ credentials, groups }, { crypto, groups: ['x25519', name] });
      assert.is(facts?.group, name);
      assert.is(facts?.helloRetryRequest, name !== 'x25519');
    });
  }

  for (const [keyType, scheme] of [
    ['P-521', 'ecdsa_secp521r1_sha512'],
    ['Ed448', 'ed448'],
  ] as const satisfies readonly (readonly [KeyType, SignatureSchemeName])[]) {
    withOpenssl(`${scheme}, provider ${crypto.name}`, async () => {
      const credentials = await authority.issue({ keyType });
      assert.is((await handshake({ credentials }, { crypto }))?.signatureScheme, scheme);
    });
  }
}

withOpenssl.run();
