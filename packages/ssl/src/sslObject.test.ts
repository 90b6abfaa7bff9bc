/** TLS without I/O, against the scripted server and Node's TLS. */
import { connect as connectTCP } from 'node:net';
import { type CryptoProvider, createPortableProvider } from '@halfclose/crypto';
import {
  MemoryBIO,
  OP_IGNORE_UNEXPECTED_EOF,
  SHUT_RD,
  SHUT_WR,
  SSL_ERROR_WANT_X509_LOOKUP,
  SSLCertVerificationError,
  SSLContext,
  SSLEOFError,
  SSLError,
  SSLObject,
  SSLWantReadError,
  SSLZeroReturnError,
  ValueError,
  type WrapOptions,
} from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import {
  createScriptedServer,
  createScriptedServer12,
  type ScriptedServer,
  type ServerOptions,
} from '@halfclose/testing/peer';
import { startTlsServer } from '@halfclose/testing/servers';
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';
import { outcomeOf } from './testing/scene.ts';

const test = suite('SSLObject');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['example.com'] });
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const words = (octets: Uint8Array): string => new TextDecoder().decode(octets);

type AnyServer = Pick<ScriptedServer, 'receive' | 'output' | 'outputTaken'>;

interface Pair<S> {
  readonly object: SSLObject;
  readonly incoming: MemoryBIO;
  readonly outgoing: MemoryBIO;
  readonly server: S;
  /** What one side wrote goes to the other, in pieces of `pieceLength`. */
  exchange(pieceLength?: number): void;
}

async function newContext(crypto?: CryptoProvider): Promise<SSLContext> {
  const context = new SSLContext(createTestPlatform(crypto && { crypto }));
  await context.loadVerifyLocations({ cadata: root.certificate });
  return context;
}

function pairOf<S extends AnyServer>(context: SSLContext, server: S, options: WrapOptions = {}): Pair<S> {
  const [incoming, outgoing] = [new MemoryBIO(), new MemoryBIO()];
  const object = context.wrapBio(incoming, outgoing, { serverHostname: 'example.com', ...options });
  const exchange = (pieceLength = Number.POSITIVE_INFINITY): void => {
    const sent = outgoing.read();
    if (sent.length > 0) server.receive(sent);
    const answer = server.output().slice();
    server.outputTaken(answer.length);
    for (let at = 0; at < answer.length; at += pieceLength)
      incoming.write(answer.subarray(at, at + pieceLength));
  };
  return { object, incoming, outgoing, server, exchange };
}

async function established(options: Partial<ServerOptions> = {}): Promise<Pair<ScriptedServer>> {
  const pair = pairOf(await newContext(), createScriptedServer({ credentials, ...options }));
  shakeHands(pair);
  return pair;
}

function shakeHands({ object, exchange }: Pair<AnyServer>): void {
  assert.throws(() => object.doHandshake(), isInstance(SSLWantReadError));
  exchange();
  object.doHandshake();
  exchange();
}

function isInstance(type: new (...args: never[]) => Error, reason?: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof type && (reason === undefined || (error instanceof SSLError && error.reason === reason));
}

test('a handshake, then octets both ways, all of it synchronous', async () => {
  const { object, outgoing, server, exchange } = await established();
  assert.is(object.version(), 'TLSv1.3');
  assert.is(object.serverHostname, 'example.com');
  assert.is(object.serverSide, false);
  assert.is(object.context instanceof SSLContext, true);
  assert.is(object.sessionReused, false);
  assert.equal(object.getPeerCert({ binary: true }), credentials.certificate);
  assert.equal(object.getVerifiedChain(), [credentials.certificate, root.certificate]);
  assert.equal(object.getUnverifiedChain()[0], credentials.certificate);

  assert.is(object.write(text('hello')), 5);
  exchange();
  assert.is(words(server.received), 'hello');
  server.send(text('an answer'));
  exchange();
  assert.is(words(object.read(2)), 'an');
  assert.is(object.pending(), 7);
  const buffer = new Uint8Array(20);
  assert.is(object.read(3, buffer), 3);
  assert.is(words(buffer.subarray(0, 3)), ' an');
  assert.is(words(object.read()), 'swer');
  assert.throws(() => object.read(), isInstance(SSLWantReadError, 'WANT_READ'));
  assert.is(outgoing.pending, 0);
});

test('the same octet by octet, and in TLS 1.2', async () => {
  const context = await newContext();
  for (const server of [createScriptedServer({ credentials }), createScriptedServer12({ credentials })]) {
    const pair = pairOf(context, server);
    for (let flight = 0; flight < 4; flight++) {
      await outcomeOf((async () => pair.object.doHandshake())());
      pair.exchange(1);
    }
    pair.object.doHandshake();
    assert.is(pair.object.write(text('hello')), 5);
    pair.exchange();
    assert.is(words(server.records.at(-1)?.content ?? new Uint8Array(0)), 'hello');
  }
});

test('write takes all of a megabyte, and read gives all that came', async () => {
  const { object, server, exchange } = await established();
  const much = new Uint8Array(2 ** 20).fill(7);
  assert.is(object.write(much), much.length);
  exchange();
  assert.is(server.receivedLength, much.length);
  server.send(much);
  exchange();
  assert.equal(object.read(2 ** 21), much);
});

test('whatever the pieces that it comes in, and that it is read in', async () => {
  const sent = Uint8Array.from({ length: 70_000 }, (_, i) => i * 13);
  const size = fc.integer({ min: 7, max: 30_000 });
  await fc.assert(
    fc.asyncProperty(size, size, fc.integer({ min: 500, max: 2 ** 14 }), async (piece, part, recordSize) => {
      const { object, server, exchange } = await established({ recordSize });
      server.send(sent);
      server.closeNotify();
      exchange(piece);
      const parts: Uint8Array[] = [];
      for (let read = object.read(part); read.length > 0; read = object.read(part)) parts.push(read);
      assert.equal(Buffer.concat(parts), Buffer.from(sent));
      for (const read of parts) assert.ok(read.length <= part);
    }),
    { numRuns: 25 },
  );
});

test('before the handshake is done, calls go on with it', async () => {
  const { object, outgoing, exchange } = pairOf(await newContext(), createScriptedServer({ credentials }));
  assert.throws(() => object.getPeerCert(), isInstance(ValueError));
  assert.throws(() => object.unwrap(), isInstance(SSLError, 'SHUTDOWN_WHILE_IN_INIT'));
  assert.throws(() => object.read(5), isInstance(SSLWantReadError));
  assert.ok(outgoing.pending > 0, 'the hello');
  assert.throws(() => object.write(text('a')), isInstance(SSLWantReadError));
  assert.equal(object.read(0), new Uint8Array(0));
  assert.throws(() => object.read(-1), isInstance(ValueError));
  assert.is(object.cipher(), null);
  assert.equal(object.getVerifiedChain(), []);
  exchange();
  assert.is(object.write(text('a')), 1);
});

test('unwrap: close_notify both ways, and what follows is left for others', async () => {
  const { object, incoming, outgoing, server, exchange } = await established();
  assert.throws(() => object.unwrap(), isInstance(SSLWantReadError));
  assert.throws(() => object.write(text('more')), isInstance(SSLError, 'PROTOCOL_IS_SHUTDOWN'));
  exchange();
  assert.is(server.clientClosed, true);
  server.send(text('not read'));
  exchange();
  assert.throws(() => object.unwrap(), isInstance(SSLError, 'APPLICATION_DATA_AFTER_CLOSE_NOTIFY'));
  assert.is(words(object.read()), 'not read');
  server.closeNotify();
  server.sendRaw(text('220 in clear'));
  exchange();
  object.unwrap();
  object.unwrap();
  assert.is(words(incoming.read()), '220 in clear');
  assert.is(outgoing.pending, 0);
  assert.throws(() => object.read(), isInstance(SSLZeroReturnError));
});

test("the server's close_notify is an end of file, and writing goes on", async () => {
  const { object, server, exchange } = await established();
  server.closeNotify();
  exchange();
  assert.is(object.read().length, 0);
  assert.is(object.read(5, new Uint8Array(5)), 0);
  object.write(text('still here'));
  exchange();
  assert.is(words(server.received), 'still here');
  object.unwrap();
});

test('an end without it is an error, unless that was asked for', async () => {
  const { object, incoming, server, exchange } = await established();
  server.send(text('cut'));
  exchange();
  incoming.writeEof();
  assert.is(words(object.read()), 'cut');
  assert.throws(() => object.read(), isInstance(SSLEOFError));
  assert.throws(() => object.unwrap(), isInstance(SSLEOFError));

  const context = await newContext();
  context.options |= OP_IGNORE_UNEXPECTED_EOF;
  const lax = pairOf(context, createScriptedServer({ credentials }));
  shakeHands(lax);
  lax.incoming.writeEof();
  assert.is(lax.object.read().length, 0);

  const early = pairOf(context, createScriptedServer({ credentials }));
  early.incoming.writeEof();
  assert.throws(() => early.object.doHandshake(), isInstance(SSLEOFError));
});

test('a failure leaves its alert in outgoing', async () => {
  const other = await createAuthority();
  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: other.certificate });
  const { object, server, exchange } = pairOf(context, createScriptedServer({ credentials }));
  assert.throws(() => object.doHandshake(), isInstance(SSLWantReadError));
  exchange();
  for (const call of [() => object.doHandshake(), () => object.read(), () => object.write(text('a'))]) {
    assert.throws(call, isInstance(SSLCertVerificationError, 'CERTIFICATE_VERIFY_FAILED'));
  }
  exchange();
  assert.is(server.alerts[0]?.name, 'unknown_ca');
});

test('halves can be shut down one by one', async () => {
  const { object, server, exchange } = await established();
  object.shutdown(SHUT_WR);
  exchange();
  assert.is(server.clientClosed, true);
  server.send(text('later'));
  exchange();
  assert.is(words(object.read()), 'later');
  object.shutdown(SHUT_RD);
  server.send(text('dropped'));
  exchange();
  assert.is(object.read().length, 0);
  assert.throws(() => object.shutdown(3 as 0), isInstance(TypeError));
});

test('an asynchronous part is awaited, and then it goes on', async () => {
  const portable = createPortableProvider((octets) => void crypto.getRandomValues(octets));
  const groups = portable.groups.map((group) => ({
    ...group,
    generate: async (random: CryptoProvider['random']) => group.generate(random),
  }));
  const { object, exchange } = pairOf(
    await newContext({ ...portable, groups }),
    createScriptedServer({ credentials }),
  );
  let error: unknown;
  try {
    object.doHandshake();
  } catch (thrown) {
    error = thrown;
  }
  assert.instance(error, SSLError);
  assert.is((error as SSLError).reason, 'WANT_ASYNC');
  assert.is((error as SSLError).errno, SSL_ERROR_WANT_X509_LOOKUP);
  for (let turn = 0; turn < 10 && object.version() === null; turn++) {
    await object.waiting;
    await outcomeOf((async () => object.doHandshake())());
    exchange();
  }
  assert.is(object.version(), 'TLSv1.3');
});

test('contexts make objects of the class that they are given, and none for servers', async () => {
  class Mine extends SSLObject {}
  const context = await newContext();
  context.sslobjectClass = Mine;
  const bio = new MemoryBIO();
  assert.instance(context.wrapBio(bio, bio, { serverHostname: 'example.com' }), Mine);
  assert.throws(() => context.wrapBio(bio, bio), isInstance(ValueError));
  assert.throws(
    () => context.wrapBio(bio, bio, { serverHostname: 'example.com', serverSide: true }),
    isInstance(SSLError),
  );
});

test("against Node's TLS, with a socket that somebody else moves", async () => {
  const server = await startTlsServer({
    credentials,
    onConnection: (socket) => socket.on('data', (data) => socket.end(data)),
  });
  const tcp = connectTCP({ host: '127.0.0.1', port: server.port, allowHalfOpen: true });
  try {
    const [incoming, outgoing] = [new MemoryBIO(), new MemoryBIO()];
    const object = (await newContext()).wrapBio(incoming, outgoing, { serverHostname: 'example.com' });
    const arrived = tcp[Symbol.asyncIterator]();
    const complete = async <T>(call: () => T): Promise<T> => {
      for (;;) {
        try {
          return call();
        } catch (error) {
          if (!(error instanceof SSLWantReadError)) throw error;
        } finally {
          if (outgoing.pending > 0) tcp.write(outgoing.read());
        }
        const { value, done } = await arrived.next();
        if (done) incoming.writeEof();
        else incoming.write(value);
      }
    };
    await complete(() => object.doHandshake());
    await complete(() => object.write(text('there and back')));
    assert.is(words(await complete(() => object.read())), 'there and back');
    assert.is((await complete(() => object.read())).length, 0);
    await complete(() => object.unwrap());
  } finally {
    tcp.destroy();
    await server.close();
  }
});

test.run();

const bios = suite('MemoryBIO');

bios('gives what was written, in any pieces', () => {
  const bio = new MemoryBIO();
  assert.is(bio.eof, false);
  assert.is(bio.read().length, 0);
  const written = Uint8Array.from({ length: 5000 }, (_, i) => i);
  for (let at = 0; at < written.length; at += 7) bio.write(written.subarray(at, at + 7));
  assert.is(bio.pending, 5000);
  const parts = [bio.read(3), bio.read(0), bio.read(4), bio.read(100), bio.read(4000), bio.read()];
  assert.equal(
    parts.map((part) => part.length),
    [3, 0, 4, 100, 4000, 893],
  );
  assert.equal(Uint8Array.from(parts.flatMap((part) => [...part])), written);
  assert.is(bio.pending, 0);
});

bios('goes on for ever without growing', () => {
  const bio = new MemoryBIO();
  let next = 0;
  for (let i = 0; i < 100_000; i++) {
    bio.write(Uint8Array.of(i, i + 1));
    if (i % 2 === 1) assert.is(bio.read(3).length, 3);
    next = bio.pending;
  }
  assert.is(next, 50_000);
  assert.equal(bio.read().subarray(-2), Uint8Array.of(99_999, 100_000));
});

bios('takes copies', () => {
  const bio = new MemoryBIO();
  const data = Uint8Array.of(1, 2, 3);
  assert.is(bio.write(data), 3);
  data.fill(0);
  assert.equal(bio.peek(), Uint8Array.of(1, 2, 3));
  assert.equal(bio.read(), Uint8Array.of(1, 2, 3));
});

bios('ends once all was read, and takes nothing more', () => {
  const bio = new MemoryBIO();
  bio.write(Uint8Array.of(1));
  bio.writeEof();
  bio.writeEof();
  assert.is(bio.eof, false);
  assert.throws(() => bio.write(Uint8Array.of(2)), isInstance(SSLError));
  bio.read();
  assert.is(bio.eof, true);
  assert.throws(() => bio.write('text' as unknown as Uint8Array), isInstance(TypeError));
  assert.throws(() => bio.read(1.5), isInstance(ValueError));
});

bios.run();
