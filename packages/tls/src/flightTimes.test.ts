/** When the flights of a handshake came about, by the injected clock. */
import { createAuthority } from '@halfclose/testing/ca';
import { createScriptedServer, testProvider, trustingVerifier } from '@halfclose/testing/peer';
import { createClientConnection } from '@halfclose/tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const credentials = await (await createAuthority()).issue({ dnsNames: ['example.com'] });

test('made, answered, done: in TLS 1.3, with and without a HelloRetryRequest', () => {
  for (const group of ['x25519', 'secp384r1'] as const) {
    let now = 1_000_000;
    const client = createClientConnection({
      crypto: testProvider('client'),
      verifier: trustingVerifier,
      clock: () => now,
      serverName: 'example.com',
    });
    const server = createScriptedServer({ credentials, group });
    const toServer = (): void => {
      const output = client.output();
      server.receive(output.slice());
      client.outputTaken(output.length);
    };
    now += 5;
    toServer();
    const answer = server.output().slice();
    server.outputTaken(answer.length);
    const firstRecord = 5 + 256 * (answer[3] ?? 0) + (answer[4] ?? 0);
    client.receive(answer.subarray(0, firstRecord));
    now += 20;
    client.receive(answer, firstRecord);
    if (group === 'secp384r1') {
      toServer();
      client.receive(server.output().slice());
    }
    assert.equal(client.facts?.timing, { begun: 1_000_000, answered: 1_000_005, done: 1_000_025 });
    now += 1;
    assert.is(client.facts?.timing.done, 1_000_025);
  }
});

test.run();
