/** Each cipher suite of TLS 1.2 against `openssl s_server`, and kinds of them against node:tls, over sockets. */
import { createAuthority } from '@halfclose/testing/ca';
import { testConfig } from '@halfclose/testing/peer';
import { findOpenssl, startOpenssl, startTlsServer, type TestServer } from '@halfclose/testing/servers';
import {
  type CipherSuiteName12,
  type ConnectionFacts,
  cbc12,
  cipherSuite12,
  cipherSuiteCodes12,
  createTls12,
  dhe12,
  psk12,
  rsa12,
  type Session,
} from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectTcp, type TcpClient } from './testing/overTcp.ts';

const root = await createAuthority();
const issued = {
  RSA: await root.issue({ keyType: 'RSA-2048' }),
  ECDSA: await root.issue({ keyType: 'P-256' }),
};
const pskHex = '00112233445566778899aabbccddeeff';
const psk = {
  identity: Uint8Array.from(Buffer.from('Client_identity')),
  key: Uint8Array.from(Buffer.from(pskHex, 'hex')),
};

// Object.keys forgets which keys a record has.
const all = Object.keys(cipherSuiteCodes12) as CipherSuiteName12[];
/** OpenSSL 3 has no ECDHE-PSK with an AEAD of AES (RFC 8442). */
const names = all.filter((name) => !/^TLS_ECDHE_PSK_WITH_AES_.*(GCM|CCM)/.test(name));

const servers: TestServer[] = [];
const clients: TcpClient[] = [];
function started<Server extends TestServer>(server: Server): Server {
  servers.push(server);
  return server;
}
async function closeAll(): Promise<void> {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) await server.close();
}

async function dial(port: number, name: CipherSuiteName12, sessions: Session[] = []): Promise<TcpClient> {
  const client = await connectTcp(
    port,
    testConfig({
      tls12: createTls12({ cipherSuites: [name], parts: [cbc12, dhe12, rsa12, psk12(() => psk)] }),
      maximumVersion: 'TLSv1.2',
      groups: ['x25519', 'secp256r1', 'ffdhe2048', 'ffdhe3072'],
      sessions: { take: () => sessions.pop(), put: (session) => void sessions.push(session) },
    }),
  );
  clients.push(client);
  await client.until(({ facts }) => facts !== undefined);
  return client;
}

/** A line to a server that sends it back reversed. */
async function talk(client: TcpClient): Promise<ConnectionFacts | undefined> {
  await client.write(Uint8Array.from(Buffer.from('halfclose\n')));
  await client.until(() => client.received() === 'esolcflah\n');
  client.connection.closeWrite();
  client.flush();
  await client.until(({ peerClosed }) => peerClosed);
  return client.connection.facts;
}

const openssl = suite('each suite of TLS 1.2 against openssl s_server');
openssl.after(closeAll);
const opensslTest = findOpenssl() === undefined ? openssl.skip : openssl;
if (findOpenssl() === undefined) console.log('skipped: OpenSSL 3 is not installed');

/** What each server does beside, so that tickets and ids, both orders of MAC and encryption are all seen. */
const ways = { tickets: [], ids: ['-no_ticket', '-no_etm'] };
for (const [way, more] of Object.entries(ways)) {
  const running = new Map<string, Promise<TestServer>>();
  const serverFor = (name: CipherSuiteName12): Promise<TestServer> => {
    const key = cipherSuite12(name).authentication === 'RSA' ? 'RSA' : 'ECDSA';
    // Level 2 has it take Diffie-Hellman primes of 2048 bits, also where there is no certificate to go by.
    const args = ['-rev', '-tls1_2', '-cipher', 'ALL:PSK:@SECLEVEL=2', '-psk', pskHex, ...more];
    const server = running.get(key) ?? startOpenssl({ credentials: issued[key], args }).then(started);
    running.set(key, server);
    return server;
  };
  for (const name of names) {
    opensslTest(`${name}, and resumed by ${way}`, async () => {
      const { port } = await serverFor(name);
      const sessions: Session[] = [];
      const first = await talk(await dial(port, name, sessions));
      assert.is(first?.cipherSuite, name);
      assert.is(first?.version, 'TLSv1.2');
      assert.is(first?.resumed, false);
      assert.is(first?.extendedMasterSecret, true);
      assert.is(sessions.length, 1);
      assert.is((sessions[0]?.ticket.length ?? 0) > 0, way === 'tickets');
      const second = await talk(await dial(port, name, sessions));
      assert.is(second?.resumed, true);
    });
  }
}

openssl.run();

const bulk = suite('3 MiB each way and half-close, against node:tls');
bulk.after(closeAll);
const data = Uint8Array.from({ length: 3 * 2 ** 20 }, (_, i) => i * 7);
for (const name of all) {
  const { keyExchange, authentication } = cipherSuite12(name);
  // Node's server has no Diffie-Hellman parameters and no pre-shared key unless it is given some.
  if (keyExchange === 'DHE' || authentication === 'PSK' || name.includes('CCM')) continue;
  bulk(name, async () => {
    const server = started(
      await startTlsServer({
        credentials: issued[authentication],
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.2',
        ciphers: 'ALL:@SECLEVEL=0',
        allowHalfOpen: true,
        onConnection: (socket) => {
          const chunks: Buffer[] = [];
          socket.on('data', (chunk: Buffer) => chunks.push(chunk));
          socket.on('end', () => socket.end(Buffer.concat(chunks)));
        },
      }),
    );
    const client = await dial(server.port, name);
    await client.write(data);
    client.connection.closeWrite();
    client.flush();
    const answer = await client.readToEnd();
    assert.ok(Buffer.from(answer).equals(data), `${answer.length} octets came back`);
  });
}

bulk.run();
