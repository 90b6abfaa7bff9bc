/** Records that hold padding, nothing, or change_cipher_spec, RFC 8446 sections 5 and 5.4. */
import {
  type FlightStep,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type Trial,
} from '@halfclose/testing/peer';
import { maximumPlaintext } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { afterData, attempt, hello, inHandshake, protectedSteps } from './testing/recordTrials.ts';

const unexpected = refusal('unexpected_message', 'UNEXPECTED_RECORD');
const nothing = new Uint8Array(0);

const padding = suite('records: padding');

padding('every record may have it', () => {
  for (const octets of [1, 15, 16, 17, 255, 4096]) {
    const { client, server, plaintext } = attempt({
      server: { padding: octets, sessionTickets: 1 },
      after: (scripted) => {
        scripted.send(hello);
        scripted.sendKeyUpdate(true);
        // Zeros at the end of the content are content.
        scripted.send(Uint8Array.of(1, 0, 0));
        scripted.closeNotify();
      },
    });
    assert.is(client.error, undefined);
    assert.ok(server.done);
    assert.equal(plaintext, Uint8Array.of(1, 2, 3, 1, 0, 0));
    assert.ok(client.peerClosed);
  }
});

padding('a record that has not even a type', () => {
  const bare = (server: ScriptedServer): void => server.sendRecord(23, nothing, { withoutType: true });
  assert.equal(outcomeOf(afterData(bare)), unexpected);
  for (const step of protectedSteps) assert.equal(outcomeOf(inHandshake(step, bare)), unexpected);
});

padding('a record of nothing else', () => {
  for (const octets of [0, 1, 100, maximumPlaintext]) {
    const tried = afterData((server) => server.sendRecord(0, nothing, { padding: octets }));
    assert.equal(outcomeOf(tried), unexpected);
    const earlier = inHandshake('certificate', (server) =>
      server.sendRecord(0, nothing, { padding: octets }),
    );
    assert.equal(outcomeOf(earlier), unexpected);
  }
});

padding.run();

const empty = suite('records: nothing in them');
const flood = refusal('unexpected_message', 'TOO_MANY_EMPTY_FRAGMENTS');

empty('some empty application data is traffic, a flood of it is not', () => {
  const some = attempt({
    after: (server) => {
      for (let round = 0; round < 10; round++) {
        for (let i = 0; i < 32; i++) server.sendRecord(23, nothing, { padding: i });
        server.send(hello);
      }
    },
  });
  assert.is(some.client.error, undefined);
  assert.is(some.plaintext.length, 30);
  const many = afterData((server) => {
    for (let i = 0; i < 33; i++) server.sendRecord(23, nothing);
  });
  assert.equal(outcomeOf(many), flood);
});

empty('a flood of change_cipher_spec', () => {
  const spec = (count: number): FlightStep => {
    return (server) => {
      for (let i = 0; i < count; i++) server.sendChangeCipherSpec();
    };
  };
  assert.is(inHandshake('certificate', spec(32)).client.error, undefined);
  assert.equal(outcomeOf(inHandshake('certificate', spec(33))), flood);
  assert.equal(outcomeOf(attempt({ server: { flight: () => [spec(33)] } })), {
    ...flood,
    encrypted: false,
  });
});

empty.run();

const spec = suite('records: change_cipher_spec');
const badSpec = refusal('unexpected_message', 'BAD_CHANGE_CIPHER_SPEC');

spec('is dropped anywhere between our hello and the server’s Finished, section 5', () => {
  const everywhere = (steps: readonly FlightStep[]): FlightStep[] =>
    steps
      .flatMap((step): FlightStep[] => ['changeCipherSpec', step])
      .filter((step, i, all) => {
        // The change of keys follows Finished.
        return !(step === 'changeCipherSpec' && all[i + 1] === 'applicationKeys');
      });
  for (const group of ['x25519', 'secp256r1'] as const) {
    const { client, server } = attempt({ server: { group, flight: everywhere } });
    assert.is(client.error, undefined);
    assert.ok(server.done);
  }
});

spec('is legal also for a client without middlebox compatibility', () => {
  const { client } = attempt({
    client: { middleboxCompatibility: false },
    server: { changeCipherSpec: true },
  });
  assert.is(client.error, undefined);
  assert.is(attempt({ server: { changeCipherSpec: false } }).client.error, undefined);
});

spec('is illegal after Finished', () => {
  assert.equal(outcomeOf(afterData((server) => server.sendChangeCipherSpec())), badSpec);
  assert.equal(outcomeOf(inHandshake('finished', 'changeCipherSpec')), badSpec);
});

spec('has one octet, which is 1', () => {
  for (const content of [[], [0], [2], [255], [1, 1], [1, 0]]) {
    const act: FlightStep = (server) => server.sendRecord(20, Uint8Array.from(content), { protected: false });
    assert.equal(outcomeOf(inHandshake('certificate', act)), badSpec, `[${content}]`);
    assert.equal(outcomeOf(attempt({ server: { flight: () => [act] } })), { ...badSpec, encrypted: false });
  }
});

spec('is never protected', () => {
  const act = (server: ScriptedServer): void => server.sendRecord(20, Uint8Array.of(1));
  assert.is(outcomeOf(inHandshake('certificate', act)).alert, 'unexpected_message');
  assert.is(outcomeOf(afterData(act)).alert, 'unexpected_message');
});

spec('comes from us once, before our second flight', () => {
  const sent = (client: Trial['client'] = {}): number[] =>
    attempt({ client }).server.records.map(({ type }) => type);
  assert.equal(sent(), [22, 20, 23]);
  assert.equal(sent({ middleboxCompatibility: false }), [22, 23]);
});

spec.run();
