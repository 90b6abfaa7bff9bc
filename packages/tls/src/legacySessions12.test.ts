/** Sessions of TLS 1.2 without the extended master secret (RFC 7627 section 5.3), against node:tls. */
import { createAuthority } from '@halfclose/testing/ca';
import { testConfig } from '@halfclose/testing/peer';
import { startTlsServer, type TestServer } from '@halfclose/testing/servers';
import {
  createTls12,
  type Session,
  sessionFromBytes,
  sessionToBytes,
  type Tls12Options,
} from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connectTcp, type TcpClient } from './testing/overTcp.ts';

const root = await createAuthority();
const credentials = await root.issue({ keyType: 'P-256' });

const servers: TestServer[] = [];
const clients: TcpClient[] = [];

async function serve(withoutExtendedMasterSecret: boolean): Promise<number> {
  const version = 'TLSv1.2';
  const server = await startTlsServer({
    credentials,
    minVersion: version,
    maxVersion: version,
    withoutExtendedMasterSecret,
    onConnection: (socket) => socket.resume(),
  });
  servers.push(server);
  return server.port;
}

/** One connection, with what it may resume, and the session it gives. */
async function dial(port: number, options: Tls12Options, session?: Session) {
  const sessions: Session[] = [];
  const client = await connectTcp(
    port,
    testConfig({
      tls12: createTls12(options),
      maximumVersion: 'TLSv1.2',
      ...(session && { session }),
      sessions: { take: () => undefined, put: (given) => void sessions.push(given) },
    }),
  );
  clients.push(client);
  await client.until(({ facts }) => facts !== undefined);
  const { connection } = client;
  assert.is(connection.error, undefined);
  return { connection, session: sessions[0] };
}

const onRequest: Tls12Options = { resumeWithoutExtendedMasterSecret: true };

const legacy = suite('sessions without the extended master secret');
legacy.after(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) await server.close();
});

legacy('are not kept', async () => {
  const { connection, session } = await dial(await serve(true), {});
  assert.is(connection.facts?.extendedMasterSecret, false);
  assert.is(session, undefined);
});

legacy('are resumed on request, by their octets, and bind nothing then', async () => {
  const port = await serve(true);
  const { session } = await dial(port, onRequest);
  assert.ok(session);
  const kept = sessionFromBytes(sessionToBytes(session));
  assert.equal(kept, session);
  const { connection } = await dial(port, onRequest, kept);
  assert.is(connection.facts?.resumed, true);
  assert.is(connection.facts?.extendedMasterSecret, false);
  assert.is(connection.facts?.tlsUnique, undefined);
  assert.throws(() => connection.exportKeyingMaterial('EXPORTER-test', undefined, 32), /RFC 7627/);
});

legacy('are left aside by who does not ask for them, or wants better', async () => {
  const port = await serve(true);
  const { session } = await dial(port, onRequest);
  assert.ok(session);
  assert.is((await dial(port, {}, session)).connection.facts?.resumed, false);
  const strict = await serve(false);
  const better: Tls12Options = { ...onRequest, requireExtendedMasterSecret: true };
  const { connection } = await dial(strict, better, session);
  assert.is(connection.facts?.resumed, false);
  assert.is(connection.facts?.extendedMasterSecret, true);
});

legacy('make room for better ones where the server has learnt of it', async () => {
  const old = await dial(await serve(true), onRequest);
  const { connection, session } = await dial(await serve(false), onRequest, old.session);
  assert.is(connection.facts?.resumed, false);
  assert.is(session?.version === 'TLSv1.2' && session.extendedMasterSecret, true);
});

legacy.run();
