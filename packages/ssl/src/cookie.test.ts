/** A HelloRetryRequest with a cookie (RFC 8446 section 4.2.2) over TCP. */
import { SSLContext } from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import { createScriptedServer, overTransport, type ScriptedServer } from '@halfclose/testing/peer';
import { startTcpServer } from '@halfclose/testing/servers';
import { findExtension } from '@halfclose/tls/codec';
import { fromSocket, Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';
import { hasTlslite, startTlslite } from './testing/tlslite.ts';

const cookies = suite('cookies over TCP');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });
const cookieExtension = 44;

/** Says a word, and gives what comes back. */
async function converse(port: number): Promise<string> {
  const context = new SSLContext(createTestPlatform({}));
  await context.loadVerifyLocations({ cadata: root.pem });
  const client = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  try {
    await client.connect(['127.0.0.1', port]);
    assert.is(client.facts?.helloRetryRequest, true);
    await client.sendall(Buffer.from('world'));
    return Buffer.from(await client.recv()).toString();
  } finally {
    await client.close();
  }
}

cookies('a scripted server gets its own back, alone or beside a group that it asks for', async () => {
  const cookie = Uint8Array.from({ length: 300 }, (_, i) => i);
  for (const group of ['x25519', 'secp384r1'] as const) {
    let server: ScriptedServer | undefined;
    const tcp = await startTcpServer({
      onConnection(socket) {
        server = createScriptedServer({
          credentials,
          cookie,
          group,
          onData: (data, peer) => peer.send(Buffer.concat([Buffer.from('hello '), data])),
          onAlert: () => void carrier.closeWrite(),
        });
        const carrier = overTransport(server, fromSocket(socket));
      },
    });
    try {
      assert.is(await converse(tcp.port), 'hello world');
      const sent = server?.hellos.map(({ extensions }) => findExtension(extensions, cookieExtension)?.data);
      assert.equal(sent, [undefined, Uint8Array.of(300 >> 8, 300 & 0xff, ...cookie)]);
    } finally {
      await tcp.close();
    }
  }
});

const withTlslite = hasTlslite() ? cookies : cookies.skip;
if (withTlslite === cookies.skip)
  console.log('skipped: python3 has no tlslite-ng, a server that sends cookies');

withTlslite('tlslite-ng gets its own back', async () => {
  const server = await startTlslite(credentials);
  try {
    assert.is(await converse(server.port), 'hello world');
    assert.equal(server.hellos, ['without', 'cookie']);
  } finally {
    await server.close();
  }
});

cookies.run();
