import {
  OSError,
  SHUT_RD,
  SHUT_WR,
  SSLCertVerificationError,
  SSLContext,
  type SSLSocket,
  ValueError,
} from '@halfclose/ssl';
import { createScriptedServer, overTransport } from '@halfclose/testing/peer';
import { memoryPair } from '@halfclose/transports/memory';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';
import {
  createScene,
  credentials,
  outcomeOf,
  quiet,
  root,
  type Scene,
  serverHostname,
} from './testing/scene.ts';

const test = suite('SSLSocket');
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const pattern = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff);

/** Plays a test on an established connection, and closes it. */
async function withScene(
  options: Parameters<typeof createScene>[0],
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = await createScene(options);
  try {
    await play(scene);
  } finally {
    await scene.close();
  }
}

test('what was agreed, before, during and after', async () => {
  await withScene(
    {
      given: 'unconnected',
      alpnProtocols: ['h2', 'http/1.1'],
      server: { alpn: 'h2', suite: 'TLS_AES_256_GCM_SHA384', flight: (steps) => steps },
    },
    async ({ socket }) => {
      assert.is(socket.cipher(), null);
      assert.is(socket.sharedCiphers(), null);
      assert.is(socket.version(), null);
      assert.is(socket.selectedAlpnProtocol(), null);
      assert.is(socket.facts, undefined);
      await socket.connect([serverHostname, 443]);
      assert.equal(socket.cipher(), ['TLS_AES_256_GCM_SHA384', 'TLSv1.3', 256]);
      assert.equal(socket.sharedCiphers(), [
        ['TLS_CHACHA20_POLY1305_SHA256', 'TLSv1.3', 256],
        ['TLS_AES_128_GCM_SHA256', 'TLSv1.3', 128],
        ['TLS_AES_256_GCM_SHA384', 'TLSv1.3', 256],
        ['ECDHE-ECDSA-CHACHA20-POLY1305', 'TLSv1.2', 256],
        ['ECDHE-RSA-CHACHA20-POLY1305', 'TLSv1.2', 256],
        ['ECDHE-ECDSA-AES128-GCM-SHA256', 'TLSv1.2', 128],
        ['ECDHE-RSA-AES128-GCM-SHA256', 'TLSv1.2', 128],
        ['ECDHE-ECDSA-AES256-GCM-SHA384', 'TLSv1.2', 256],
        ['ECDHE-RSA-AES256-GCM-SHA384', 'TLSv1.2', 256],
      ]);
      assert.is(socket.compression(), null);
      assert.is(socket.version(), 'TLSv1.3');
      assert.is(socket.selectedAlpnProtocol(), 'h2');
      assert.is(socket.serverHostname, serverHostname);
      const { facts } = socket;
      assert.ok(Object.isFrozen(facts));
      assert.is(facts?.group, 'X25519MLKEM768');
      assert.is(facts?.signatureScheme, 'ecdsa_secp256r1_sha256');
      assert.is(facts?.helloRetryRequest, false);
      assert.equal(facts?.peerCertificates, [credentials.certificate]);
      assert.equal(facts?.verifiedChain, [credentials.certificate, root.certificate]);
      assert.equal(socket.getPeerCert({ binary: true }), credentials.certificate);
      assert.equal(socket.getPeerCert().subjectAltName, [['DNS', serverHostname]]);
      assert.is(socket.session, null);
    },
  );
});

test('after close Python knows no more of it, and facts still do', async () => {
  const scene = await createScene();
  await scene.close();
  const { socket } = scene;
  assert.is(socket.cipher(), null);
  assert.is(socket.version(), null);
  assert.is(socket.sharedCiphers(), null);
  assert.is(socket.facts?.version, 'TLSv1.3');
  assert.throws(() => socket.getPeerCert(), '[Errno 9] Bad file descriptor');
});

test('getPeerCert before the handshake', async () => {
  await withScene({ given: 'unconnected' }, async ({ socket }) => {
    assert.throws(() => socket.getPeerCert(), '[Errno 107] Transport endpoint is not connected');
  });
  await withScene({ given: 'handshaking' }, async ({ socket }) => {
    assert.throws(() => socket.getPeerCert(), 'handshake not done yet');
  });
});

test('recv and recvInto take what fits and leave the rest', async () => {
  await withScene({}, async ({ socket, server }) => {
    server.send(text('abcdefgh'));
    assert.is((await socket.recv(0)).length, 0);
    assert.equal(await socket.recv(3), text('abc'));
    assert.is(socket.pending(), 5);
    const target = text('--------');
    assert.is(await socket.recvInto(target, 2), 2);
    assert.equal(target, text('de------'));
    assert.is(await socket.recvInto(target), 3);
    assert.equal(target, text('fgh-----'));
    assert.is(await socket.recvInto(new Uint8Array(0)), 0);
    for (const length of [-1, 1.5, Number.NaN]) {
      assert.instance(await socket.recv(length).catch((error) => error), ValueError);
    }
    assert.instance(await socket.recvInto(target, 9).catch((error) => error), ValueError);
  });
});

test('a recv of a gigabyte allocates what there is', async () => {
  await withScene({}, async ({ socket, server }) => {
    server.send(text('small'));
    const received = await socket.recv(2 ** 30);
    assert.is(received.buffer.byteLength, 5);
  });
});

test('recv gives what the server sent or nothing, whatever is called in the turns after it', async () => {
  const receivers = {
    recv: ({ socket }: Scene): Promise<Uint8Array> => socket.recv(100),
    async recvInto({ socket }: Scene): Promise<Uint8Array> {
      const target = new Uint8Array(100);
      return target.subarray(0, await socket.recvInto(target));
    },
  };
  const enders = {
    EOF: ({ socket }: Scene): Promise<void> => socket.shutdown(SHUT_RD),
    EBADF: ({ socket }: Scene): void => void socket.close(),
  };
  for (const [name, receive] of Object.entries(receivers)) {
    for (const [end, call] of Object.entries(enders)) {
      for (let turns = 0; turns < 12; turns++) {
        await withScene({}, async (scene) => {
          scene.server.send(text('first,second'));
          await scene.socket.recv(6);
          const receiving = receive(scene);
          receiving.catch(() => {});
          for (let turn = 0; turn < turns; turn++) await null;
          await call(scene);
          const outcome = await outcomeOf(receiving);
          assert.ok(['second', end].includes(outcome), `${name}, after ${turns} turns: ${outcome}`);
        });
      }
    }
  }
});

test('who has written and asks pending() gets everything, without ever waiting in recv', async () => {
  await withScene({ highWaterMark: 4096 }, async ({ socket, server }) => {
    await socket.sendall(text('hello'));
    server.send(new Uint8Array(100_000));
    await quiet();
    let received = 0;
    while (socket.pending() > 0) {
      received += (await socket.recv(socket.pending())).length;
      await quiet();
    }
    assert.is(received, 100_000);
  });
});

test('sends never interleave, and recvs are served in order', async () => {
  await withScene({ highWaterMark: 1000 }, async ({ socket, server, peer }) => {
    const parts = [1, 2, 3, 4].map((value) => new Uint8Array(100_000).fill(value));
    const receiving = [socket.recv(2), socket.recv(2), socket.recv(2)];
    await Promise.all(parts.map((part) => socket.sendall(part)));
    await peer.until(({ receivedLength }) => receivedLength === 400_000);
    assert.equal(server.received, Uint8Array.from(Buffer.concat(parts)));
    server.send(text('abcdef'));
    assert.equal(await Promise.all(receiving), [text('ab'), text('cd'), text('ef')]);
  });
});

test('the memory that was sent may be used again', async () => {
  await withScene({ highWaterMark: 1 }, async ({ socket, server, peer }) => {
    const data = text('before');
    await socket.sendall(data);
    data.fill(0);
    await peer.until(({ receivedLength }) => receivedLength === 6);
    assert.equal(server.received, text('before'));
    assert.is(await socket.send(new Uint8Array(0)), 0);
    assert.instance(await socket.send('text' as unknown as Uint8Array).catch((error) => error), TypeError);
  });
});

test('a server that reads nothing holds up send after a few records', async () => {
  await withScene({ highWaterMark: 16_384 }, async ({ socket, holdServer }) => {
    const release = holdServer();
    let sent = 0;
    for (;;) {
      const sending = socket.send(new Uint8Array(100_000));
      const outcome = await outcomeOf(sending);
      if (outcome === 'waits') {
        sending.catch(() => {});
        break;
      }
      sent += Number(outcome);
    }
    assert.ok(sent <= 16 * 16_384, `${sent} octets were taken`);
    release();
  });
});

test('a server that nobody reads from is held up after a few records', async () => {
  await withScene({ highWaterMark: 16_384 }, async ({ socket, server, peer }) => {
    // Someone who writes pulls input without asking, and must stop all the same.
    await socket.sendall(text('hello'));
    server.send(new Uint8Array(100 * 16_384));
    assert.is(await outcomeOf(peer.flushed()), 'waits');
    assert.ok(socket.pending() <= 16_384, `${socket.pending()} octets wait in the engine`);
    let received = 0;
    while (received < 100 * 16_384) received += (await socket.recv(65_536)).length;
    assert.is(received, 100 * 16_384);
  });
});

test('who only sends sees KeyUpdate, and answers it', async () => {
  await withScene({}, async ({ socket, server, peer, wire }) => {
    await socket.sendall(text('one'));
    server.sendKeyUpdate(true);
    await quiet();
    await socket.sendall(text('two'));
    await peer.until(({ receivedLength }) => receivedLength === 6);
    assert.equal(wire(), ['data one', 'type 22', 'data two']);
  });
});

test('a ticket becomes the session', async () => {
  await withScene({}, async ({ socket, server }) => {
    server.sendTicket();
    server.send(text('x'));
    await socket.recv(1);
    assert.is(socket.session?.serverName, serverHostname);
  });
});

test('unwrap gives the very carrier back, or one that begins with what was read beyond TLS', async () => {
  const [ours, theirs] = memoryPair();
  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: root.pem });
  const socket = context.wrapSocket(ours, { serverHostname });
  const server = createScriptedServer({
    credentials,
    onAlert(_, answering) {
      answering.closeNotify();
      answering.sendRaw(text('220 plain again'));
    },
  });
  const peer = overTransport(server, theirs);
  await socket.sendall(text('over TLS'));
  const carrier = await socket.unwrap();
  assert.equal(await carrier.read(), text('220 plain again'));
  server.sendRaw(text('more'));
  assert.equal(await carrier.read(), text('more'));
  await carrier.write(text('QUIT'));
  await socket.close();
  await carrier.closeWrite?.();
  await peer.closeWrite();
  assert.is(await carrier.read(), null);
});

test('unwrap gives the carrier itself back if it gave nothing beyond TLS', async () => {
  const [ours, theirs] = memoryPair();
  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: root.pem });
  const socket = context.wrapSocket(ours, { serverHostname });
  overTransport(createScriptedServer({ credentials, onAlert: (_, server) => server.closeNotify() }), theirs);
  await socket.doHandshake();
  assert.is(await socket.unwrap(), ours);
});

test('a connected transport begins the handshake with the first call that needs it', async () => {
  for (const first of ['send', 'recv', 'doHandshake'] as const) {
    const [ours, theirs] = memoryPair();
    const context = new SSLContext(createTestPlatform());
    await context.loadVerifyLocations({ cadata: root.pem });
    const socket = context.wrapSocket(ours, { serverHostname });
    const server = createScriptedServer({ credentials, onDone: (done) => done.send(text('welcome')) });
    overTransport(server, theirs);
    await quiet();
    assert.is(server.hellos.length, 0);
    if (first === 'send') assert.is(await socket.send(text('hi')), 2);
    if (first === 'recv') assert.equal(await socket.recv(), text('welcome'));
    if (first === 'doHandshake') await socket.doHandshake();
    assert.is(socket.version(), 'TLSv1.3');
    const again = await socket.connect([serverHostname, 443]).catch((error) => error);
    assert.is(again.message, 'attempt to connect already-connected SSLSocket!');
    const closing = socket.close();
    theirs.break();
    await closing;
  }
});

test('connect without doHandshakeOnConnect, and again after it failed', async () => {
  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: root.pem });
  const [ours, theirs] = memoryPair();
  overTransport(createScriptedServer({ credentials }), theirs);
  let attempts = 0;
  const connector = {
    async connect() {
      attempts += 1;
      if (attempts === 1) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      return ours;
    },
    close() {},
  };
  const socket = context.wrapSocket(
    { detach: () => connector },
    { serverHostname, doHandshakeOnConnect: false },
  );
  const refused: OSError = await socket.connect([serverHostname, 443]).catch((error) => error);
  assert.instance(refused, OSError);
  assert.is(refused.message, '[Errno 111] Connection refused');
  assert.is((refused.cause as Error).message, 'refused');
  await socket.connect([serverHostname, 443]);
  assert.is(socket.version(), null);
  await socket.doHandshake();
  assert.is(socket.version(), 'TLSv1.3');
  const closing = socket.close();
  theirs.break();
  await closing;
});

test('close during connect gives it up, and lets go of a carrier that comes too late', async () => {
  const context = new SSLContext(createTestPlatform());
  const [ours, theirs] = memoryPair();
  let arrive = (): void => {};
  let givenUp = 0;
  const connector = {
    connect: () =>
      new Promise<typeof ours>((resolve) => {
        arrive = () => resolve(ours);
      }),
    close: () => {
      givenUp += 1;
    },
  };
  const socket = context.wrapSocket({ detach: () => connector }, { serverHostname });
  const connecting = socket.connect([serverHostname, 443]);
  assert.is(await outcomeOf(connecting), 'waits');
  await socket.close();
  assert.is(givenUp, 1);
  arrive();
  assert.is(await outcomeOf(connecting), 'EBADF');
  assert.is(await theirs.read(), null);
});

test('close while a certificate is being checked, by a check that never ends', async () => {
  const [ours, theirs] = memoryPair();
  const platform = createTestPlatform();
  const endless = platform.crypto.signatures.map((signature) => ({
    ...signature,
    verify: () => new Promise<boolean>(() => {}),
  }));
  const context = new SSLContext({ ...platform, crypto: { ...platform.crypto, signatures: endless } });
  await context.loadVerifyLocations({ cadata: root.pem });
  const server = createScriptedServer({ credentials });
  const peer = overTransport(server, theirs);
  const socket = context.wrapSocket(ours, { serverHostname });
  const shaking = socket.doHandshake();
  assert.is(await outcomeOf(shaking), 'waits');
  const closing = socket.close();
  assert.is(await outcomeOf(shaking), 'EBADF');
  await peer.closeWrite();
  platform.passTime();
  assert.is(await outcomeOf(closing), 'ok');
  assert.equal(
    server.alerts.map(({ name }) => name),
    ['user_canceled', 'close_notify'],
  );
});

test('a certificate that is refused: the error and the alert say why', async () => {
  const [ours, theirs] = memoryPair();
  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: root.pem });
  const server = createScriptedServer({ credentials });
  const peer = overTransport(server, theirs);
  const socket = context.wrapSocket(ours, { serverHostname: 'wrong.example' });
  const error: SSLCertVerificationError = await socket.doHandshake().catch((caught) => caught);
  assert.instance(error, SSLCertVerificationError);
  assert.is(error.reason, 'CERTIFICATE_VERIFY_FAILED');
  assert.is(error.code, 'ERR_TLS_CERTIFICATE_VERIFY_FAILED');
  assert.is(error.verifyCode, 62);
  assert.match(error.verifyMessage, /mismatch/);
  assert.match(error.message, /^\[SSL: CERTIFICATE_VERIFY_FAILED\] .*wrong\.example/);
  assert.is(error.alert, 'bad_certificate');
  await peer.until(({ alerts }) => alerts[0]?.name === 'bad_certificate');
  await peer.closeWrite();
  await socket.close();
});

test('Symbol.asyncDispose closes', async () => {
  const scene = await createScene();
  const disposing = scene.socket[Symbol.asyncDispose]();
  scene.theirs.break();
  await disposing;
  assert.is(scene.carrier.state, 'closed');
});

test('whatever the sizes of sends, recvs, records and carrier, the octets are the same', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 6 });
  const options = fc.record({
    highWaterMark: fc.integer({ min: 100, max: 40_000 }),
    recordSize: fc.integer({ min: 1_000, max: 16_384 }),
    receive: fc.integer({ min: 1_000, max: 50_000 }),
    sends: sizes,
    answers: sizes,
  });
  await fc.assert(
    fc.asyncProperty(options, async ({ highWaterMark, recordSize, receive, sends, answers }) => {
      await withScene({ highWaterMark, server: { recordSize } }, async ({ socket, server, peer }) => {
        const sent = sends.map(pattern);
        const answer = answers.map(pattern);
        for (const part of answer) server.send(part);
        server.closeNotify();
        const receiving = receiveAll(socket, receive);
        await Promise.all(sent.map((part) => socket.sendall(part)));
        await socket.shutdown(SHUT_WR);
        await peer.until(({ clientClosed }) => clientClosed);
        assert.is(Buffer.compare(server.received, Buffer.concat(sent)), 0);
        assert.is(Buffer.compare(await receiving, Buffer.concat(answer)), 0);
      });
    }),
    { numRuns: 25 },
  );
});

async function receiveAll(socket: SSLSocket, size: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let part = await socket.recv(size); part.length > 0; part = await socket.recv(size)) parts.push(part);
  return Buffer.concat(parts);
}

test.run();
