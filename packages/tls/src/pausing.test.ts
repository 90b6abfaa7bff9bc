/** The handshake waits for what is outside: a verifier, a signature, a key exchange that answer later. */
import { CryptoError, type CryptoProvider, type MaybePromise } from '@halfclose/crypto';
import { createAuthority } from '@halfclose/testing/ca';
import {
  carryToServer,
  converse,
  converseWaiting,
  createScriptedServer,
  insertAfter,
  type Outcome,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type ServerOptions,
  testConfig,
  testProvider,
  trustingVerifier,
} from '@halfclose/testing/peer';
import { type ClientConfig, type ClientConnection, createClientConnection } from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });
const hello = Uint8Array.of(1, 2, 3);
const nothing = new Uint8Array(0);

/** Where a handshake can wait, in its order; `retry` is the key pair of the second hello. */
const places = ['generate', 'retry', 'agree', 'verifier', 'signature'] as const;
type Place = (typeof places)[number];

/** Turns an answer into one that comes later, in the place that it is for. */
type Delay = <T>(place: Place, answer: () => MaybePromise<T>) => MaybePromise<T>;

function delayedConfig(delay: Delay): ClientConfig {
  const provider = testProvider('client');
  let generated = 0;
  const crypto: CryptoProvider = {
    ...provider,
    groups: provider.groups.map((group) => ({
      ...group,
      generate: (random) =>
        delay(generated++ === 0 ? 'generate' : 'retry', async () => {
          const exchange = await group.generate(random);
          return { ...exchange, agree: (share) => delay('agree', () => exchange.agree(share)) };
        }),
    })),
    signatures: provider.signatures.map((signature) => ({
      ...signature,
      verify: (...args) => delay('signature', () => signature.verify(...args)),
    })),
  };
  const verifier: ClientConfig['verifier'] = {
    verifyServer: (identity) => delay('verifier', () => trustingVerifier.verifyServer(identity)),
  };
  return testConfig({ crypto, verifier });
}

/** A client that waits at one place until it is told how to go on. */
interface Paused {
  readonly client: ClientConnection;
  readonly server: ScriptedServer;
  /** Goes on with the right answer. */
  resume(): void;
  reject(cause: unknown): void;
}

async function pauseAt(place: Place, options: Partial<ServerOptions> = {}): Promise<Paused> {
  let resume = (): void => {};
  let reject = (_cause: unknown): void => {};
  const config = delayedConfig((at, answer) => {
    if (at !== place) return Promise.resolve(answer());
    return new Promise((resolved, rejected) => {
      resume = () => resolved(answer());
      reject = rejected;
    });
  });
  const server = createScriptedServer({
    credentials,
    crypto: testProvider('server'),
    // Every place has its turn only after a HelloRetryRequest.
    group: 'secp256r1',
    ...options,
  });
  const client = createClientConnection(config);
  // Until it waits for longer than others take.
  for (let turns = 0; turns < 30; turns++) {
    converse(client, server);
    await Promise.resolve();
  }
  converse(client, server);
  return { client, server, resume: () => resume(), reject: (cause) => reject(cause) };
}

/** Whether a promise is settled before anything else happens. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  const turns = async (): Promise<symbol> => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
    return pending;
  };
  return (await Promise.race([promise, turns()])) !== pending;
}

const waiting = suite('waiting');

for (const place of places) {
  waiting(`for ${place}: takes nothing meanwhile, and goes on`, async () => {
    const { client, server, resume } = await pauseAt(place, { framing: 'coalesced' });
    const promise = client.waiting;
    assert.ok(promise);
    assert.not.ok(await isSettled(promise));
    assert.is(client.error, undefined);
    assert.is(client.facts, undefined);

    assert.is(client.receive(hello), 0);
    assert.is(client.receive(nothing), 0);
    assert.is(client.output().length, 0);
    assert.is(client.write(hello), 0);
    assert.is(client.read(new Uint8Array(4)), 0);
    assert.is(client.readable, 0);
    assert.is(client.waiting, promise, 'it is still the same that it waits for');

    resume();
    assert.is(await promise, undefined);
    await converseWaiting(client, server);
    assert.is(client.error, undefined);
    assert.ok(client.facts);
    assert.ok(server.done);
    assert.is(client.waiting, undefined);
    server.send(hello);
    assert.equal(converse(client, server), hello);
  });

  waiting(`for ${place}: what the answer changed is there when the promise resolves`, async () => {
    const { client, resume } = await pauseAt(place, { framing: 'coalesced' });
    const promise = client.waiting;
    assert.ok(promise);
    resume();
    await promise;
    assert.is.not(client.waiting, promise);
    if (place === 'generate' || place === 'retry') assert.ok(client.output().length > 0);
    if (place === 'signature') assert.ok(client.facts);
  });

  waiting(`for ${place}: destroy`, async () => {
    const { client, resume } = await pauseAt(place);
    const promise = client.waiting;
    assert.ok(promise);
    client.destroy();
    assert.is(client.waiting, undefined);
    assert.is(client.error?.reason, 'CONNECTION_DESTROYED');
    assert.ok(await isSettled(promise), 'whoever waits is told that it is over');
    resume();
    for (let i = 0; i < 10; i++) await Promise.resolve();
    assert.is(client.error?.reason, 'CONNECTION_DESTROYED');
    assert.is(client.output().length, 0);
    assert.throws(
      () => client.write(hello),
      (error: unknown) => error === client.error,
    );
  });

  waiting(`for ${place}: closeWrite gives the handshake up`, async () => {
    const { client, server, resume } = await pauseAt(place);
    const promise = client.waiting;
    assert.ok(promise);
    client.closeWrite();
    assert.is(client.waiting, undefined);
    assert.is(client.error?.reason, 'CONNECTION_CANCELED');
    assert.ok(await isSettled(promise), 'whoever waits is told that it is over');
    carryToServer(client, server);
    assert.equal(
      server.alerts.map(({ name, level }) => [name, level]),
      [
        ['user_canceled', 'warning'],
        ['close_notify', 'warning'],
      ],
    );
    resume();
    for (let i = 0; i < 10; i++) await Promise.resolve();
    assert.is(client.output().length, 0);
    assert.is(client.error?.reason, 'CONNECTION_CANCELED');
  });

  waiting(`for ${place}: the carrier ends`, async () => {
    const { client, resume } = await pauseAt(place);
    const promise = client.waiting;
    assert.ok(promise);
    client.receiveEnd();
    assert.is(client.error?.reason, 'UNEXPECTED_EOF_WHILE_READING');
    assert.is(client.waiting, undefined);
    assert.ok(await isSettled(promise), 'whoever waits is told that it is over');
    resume();
    for (let i = 0; i < 10; i++) await Promise.resolve();
    assert.is(client.error?.reason, 'UNEXPECTED_EOF_WHILE_READING');
    assert.is(client.facts, undefined);
  });
}

waiting('closeRead changes nothing about it', async () => {
  const { client, server, resume } = await pauseAt('verifier');
  client.closeRead();
  assert.ok(client.waiting);
  resume();
  await converseWaiting(client, server);
  assert.ok(server.done);
  server.send(hello);
  converse(client, server);
  assert.is(client.discarded, 3);
});

waiting('no step is taken once it is over', async () => {
  let answer = (): void => {};
  let generated = 0;
  const provider = testProvider('client');
  const client = createClientConnection(
    testConfig({
      sessions: {
        put: () => {},
        take: () =>
          new Promise((resolve) => {
            answer = () => resolve(undefined);
          }),
      },
      crypto: {
        ...provider,
        groups: provider.groups.map((group) => ({
          ...group,
          generate(random) {
            generated++;
            return group.generate(random);
          },
        })),
      },
    }),
  );
  assert.ok(client.waiting);
  client.destroy();
  answer();
  for (let i = 0; i < 10; i++) await Promise.resolve();
  assert.is(generated, 0);
});

waiting('the first hello may be late: until then there is nothing to send', async () => {
  const { client, server, resume } = await pauseAt('generate');
  assert.is(client.output().length, 0);
  assert.equal(server.records, []);
  resume();
  await client.waiting;
  assert.ok(client.output().length > 0);
});

waiting('what came with the message that it waits over is not lost, whatever the pieces', async () => {
  for (const framing of ['coalesced', 'separate', 1, 100] as const) {
    for (const size of [1, 7, 100_000]) {
      const server = createScriptedServer({
        credentials,
        crypto: testProvider('server'),
        group: 'secp256r1',
        framing,
        flight: (steps, count) => (count === 1 ? steps : [...steps, (scripted) => scripted.send(hello)]),
      });
      const client = createClientConnection(delayedConfig((_, answer) => Promise.resolve(answer())));
      const plaintext = await converseWaiting(client, server, { chunk: () => size });
      assert.is(client.error, undefined);
      assert.equal(plaintext, hello);
      assert.ok(server.done);
    }
  }
});

waiting('a promise that is already kept, and a thenable that is no Promise', async () => {
  const server = createScriptedServer({ credentials, crypto: testProvider('server') });
  const thenable: ClientConfig['verifier'] = {
    verifyServer: (identity) => {
      const answer = trustingVerifier.verifyServer(identity);
      // A platform's promise may be of another realm.
      // biome-ignore lint/suspicious/noThenProperty: that is what it is about
      return { then: (take: (value: unknown) => void) => take(answer) } as unknown as typeof answer;
    },
  };
  const client = createClientConnection(testConfig({ verifier: thenable }));
  await converseWaiting(client, server);
  assert.ok(server.done);
});

waiting.run();

const rejections = suite('rejections');

const internal: Outcome = {
  alert: 'internal_error',
  encrypted: true,
  reason: 'INTERNAL_ERROR',
  fault: 'local',
};

async function rejectedAt(place: Place, cause: unknown): Promise<Outcome> {
  const { client, server, reject } = await pauseAt(place);
  const promise = client.waiting;
  assert.ok(promise);
  reject(cause);
  assert.is(await promise, undefined, 'it never rejects');
  assert.is(client.waiting, undefined);
  carryToServer(client, server);
  assert.is(client.error?.cause, place === 'agree' && cause instanceof CryptoError ? undefined : cause);
  return outcomeOf({ client, server, plaintext: nothing });
}

for (const place of places) {
  rejections(`of ${place} by a part that is broken`, async () => {
    const cause = new Error('out of order');
    const outcome = await rejectedAt(place, cause);
    if (place === 'verifier') {
      assert.equal(outcome, {
        alert: 'certificate_unknown',
        encrypted: true,
        reason: 'CERTIFICATE_VERIFY_FAILED',
        fault: 'certificate',
      });
    } else {
      const encrypted = place === 'signature';
      assert.equal(outcome, { ...internal, encrypted });
    }
  });
}

rejections('of the certificate, with its alert', async () => {
  const cause = Object.assign(new Error('too old'), { alert: 'certificate_expired' });
  assert.equal(await rejectedAt('verifier', cause), {
    alert: 'certificate_expired',
    encrypted: true,
    reason: 'CERTIFICATE_VERIFY_FAILED',
    fault: 'certificate',
  });
});

rejections('of the key', async () => {
  assert.equal(await rejectedAt('signature', new CryptoError('unsupported_public_key', 'too short')), {
    alert: 'unsupported_certificate',
    encrypted: true,
    reason: 'CERTIFICATE_VERIFY_FAILED',
    fault: 'certificate',
  });
});

rejections('of the key share', async () => {
  assert.equal(
    await rejectedAt('agree', new CryptoError('invalid_public_key', 'not on the curve')),
    refusal('illegal_parameter', 'BAD_ECPOINT', false),
  );
});

rejections('a signature that is wrong, later', async () => {
  const provider = testProvider('client');
  const client = createClientConnection(
    testConfig({
      crypto: {
        ...provider,
        signatures: provider.signatures.map((each) => ({ ...each, verify: () => Promise.resolve(false) })),
      },
    }),
  );
  const server = createScriptedServer({ credentials, crypto: testProvider('server') });
  const plaintext = await converseWaiting(client, server);
  assert.equal(outcomeOf({ client, server, plaintext }), refusal('decrypt_error', 'BAD_SIGNATURE'));
});

rejections('something wrong behind the message that it waits over', async () => {
  const { client, server, resume } = await pauseAt('verifier', {
    framing: 'coalesced',
    flight: (steps, count) => (count === 1 ? steps : insertAfter(steps, 'certificate', 'certificate')),
  });
  const promise = client.waiting;
  assert.ok(promise);
  assert.is(client.error, undefined);
  resume();
  assert.is(await promise, undefined);
  carryToServer(client, server);
  assert.equal(
    outcomeOf({ client, server, plaintext: nothing }),
    refusal('unexpected_message', 'UNEXPECTED_MESSAGE'),
  );
});

rejections.run();
