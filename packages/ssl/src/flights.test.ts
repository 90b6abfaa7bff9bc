import { SHUT_WR, SSLContext } from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import { startTlsServer } from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const timing = suite('when the flights of a handshake begin');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });

/** The sides that sent, in turn, of a handshake after which data went both ways. */
async function flightsWith(version: 'TLSv1.2' | 'TLSv1.3', groups?: string): Promise<string> {
  const server = await startTlsServer({
    credentials,
    minVersion: version,
    maxVersion: version,
    allowHalfOpen: true,
    ...(groups !== undefined && { groups }),
    onConnection: (socket) => socket.pipe(socket),
  });
  let now = 1_000;
  const context = new SSLContext(
    createTestPlatform({
      setTimer(callback, milliseconds) {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
      clock: () => Date.now() + now++,
    }),
  );
  await context.loadVerifyLocations({ cadata: root.pem });
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  assert.equal(socket.flights, []);
  try {
    await socket.connect(['127.0.0.1', server.port]);
    await socket.sendall(Uint8Array.of(1));
    await socket.shutdown(SHUT_WR);
    while ((await socket.recv()).length > 0);
    const times = socket.flights.map(({ at }) => at);
    assert.equal(
      times,
      [...new Set(times)].sort((a, b) => a - b),
    );
    return socket.flights.map(({ from }) => from).join();
  } finally {
    await socket.close();
    await server.close();
  }
}

timing('TLS 1.3: theirs is between ours', async () => {
  assert.is(await flightsWith('TLSv1.3'), 'client,server,client');
});

timing('TLS 1.3 with a HelloRetryRequest: one round trip more', async () => {
  assert.is(await flightsWith('TLSv1.3', 'P-521'), 'client,server,client,server,client');
});

timing('TLS 1.2: they have the last word', async () => {
  assert.is(await flightsWith('TLSv1.2'), 'client,server,client,server');
});

timing.run();
