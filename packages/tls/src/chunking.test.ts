/** The same octets in any pieces are the same conversation; other octets are never other plaintext. */
import { createAuthority } from '@halfclose/testing/ca';
import {
  concat,
  createScriptedServer,
  flipBit,
  readAll,
  type ScriptedServer,
  type ServerOptions,
  testConfig,
  testProvider,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  type ClientConnection,
  type ConnectionEvent,
  type ConnectionFacts,
  createClientConnection,
  type Session,
} from '@halfclose/tls';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });

/** All that anybody can see of a client. */
interface Observed {
  readonly plaintext: Uint8Array;
  readonly output: Uint8Array;
  readonly facts: ConnectionFacts | undefined;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  readonly peerClosed: boolean;
  readonly events: readonly ConnectionEvent[];
  readonly sessions: readonly Session[];
}

interface Observer {
  readonly client: ClientConnection;
  read(length: number): void;
  seen(): Observed;
}

/** A client that does the same each time. */
function observe(changes: Partial<ClientConfig> = {}): Observer {
  const plaintext: Uint8Array[] = [];
  const events: ConnectionEvent[] = [];
  const sessions: Session[] = [];
  const client = createClientConnection(
    testConfig({
      alpnProtocols: ['h2'],
      onEvent: (event) => void events.push(event),
      sessions: { put: (session) => void sessions.push(session), take: () => undefined },
      ...changes,
    }),
  );
  return {
    client,
    read(length) {
      const target = new Uint8Array(Math.min(length, client.readable));
      if (target.length > 0) plaintext.push(target.subarray(0, client.read(target)));
    },
    seen() {
      plaintext.push(readAll(client));
      return {
        plaintext: concat(plaintext),
        output: client.output().slice(),
        facts: client.facts,
        reason: client.error?.reason,
        message: client.error?.message,
        peerClosed: client.peerClosed,
        events,
        sessions,
      };
    },
  };
}

interface Recorded {
  readonly title: string;
  /** All that the server sends. It says the same to the same client. */
  readonly octets: Uint8Array;
  /** How many of them are the handshake. */
  readonly handshake: number;
  readonly seen: Observed;
}

/** Plays a conversation and records what the server says. The client's output is never taken, so that all is seen. */
function record(
  title: string,
  options: Partial<ServerOptions>,
  act: (server: ScriptedServer) => void,
): Recorded {
  const server = createScriptedServer({
    credentials,
    crypto: testProvider('server'),
    alpn: 'h2',
    ...options,
  });
  const observer = observe();
  const { client } = observer;
  const octets: Uint8Array[] = [];
  let carried = 0;
  const carry = (): void => {
    for (let before = -1; before < octets.length; ) {
      before = octets.length;
      const output = client.output();
      if (output.length > carried) server.receive(output.slice(carried));
      carried = output.length;
      const answer = server.output().slice();
      if (answer.length === 0) continue;
      octets.push(answer);
      server.outputTaken(answer.length);
      for (let at = 0; at < answer.length && client.error === undefined && !client.peerClosed; ) {
        at += client.receive(answer, at);
        observer.read(Number.POSITIVE_INFINITY);
      }
    }
  };
  carry();
  const handshake = concat(octets).length;
  act(server);
  carry();
  return { title, octets: concat(octets), handshake, seen: observer.seen() };
}

const data = new Uint8Array(3000).map((_, i) => i);

function chatter(server: ScriptedServer): void {
  server.send(data.subarray(0, 10));
  server.sendTicket();
  server.sendRecord(23, new Uint8Array(0), { padding: 3 });
  server.sendKeyUpdate(true);
  server.send(data);
  server.sendKeyUpdate(false);
  server.sendRecord(23, data.subarray(0, 100), { padding: 77 });
  server.sendTicket();
  server.send(data.subarray(0, 1));
}

const conversations: readonly Recorded[] = [
  record('one that ends well', { padding: 5, sessionTickets: 1 }, (server) => {
    chatter(server);
    server.closeNotify();
    server.sendRaw(data.subarray(0, 50));
  }),
  record(
    'one with a HelloRetryRequest and messages in pieces',
    { group: 'secp256r1', framing: 50, requestClientCertificate: true },
    (server) => {
      chatter(server);
      server.closeNotify();
    },
  ),
  record('one with as much in a record as fits', { framing: 'coalesced' }, (server) => {
    server.send(new Uint8Array(40_000).fill(3));
    server.closeNotify();
  }),
  record('one that the server breaks off', {}, (server) => {
    chatter(server);
    server.sendAlert('internal_error');
    server.send(data);
  }),
  record('one that the client breaks off', {}, (server) => {
    chatter(server);
    server.sendHandshake(1, data);
    server.send(data);
  }),
  record(
    'one with a wrong Finished',
    { tamper: { finished: (message) => ({ ...message, encoded: flipBit(-1)(message.encoded) }) } },
    () => {},
  ),
];

/** Feeds octets in pieces, reading as little as `lengthToRead` says; 0 is nothing at all. */
function feed(
  observer: Observer,
  octets: Uint8Array,
  nextPiece: () => number,
  lengthToRead: () => number,
): void {
  const { client } = observer;
  for (let at = 0; at < octets.length; ) {
    const piece = octets.subarray(at, at + nextPiece());
    let taken = 0;
    while (taken < piece.length && !client.peerClosed) {
      const before = client.readable;
      const count = client.receive(piece, taken);
      taken += count;
      if (count === 0 && before === client.readable) {
        assert.ok(client.readable > 0, 'octets are left only where plaintext waits to be read');
        observer.read(Math.max(1, lengthToRead()));
      } else {
        observer.read(lengthToRead());
      }
    }
    at += piece.length;
    if (client.peerClosed) return;
  }
}

const everything = (): number => Number.POSITIVE_INFINITY;

const chunks = suite('any chunking');

for (const { title, octets, seen } of conversations) {
  chunks(`${title}: whole, and nothing read before the end where that is possible`, () => {
    const observer = observe();
    feed(observer, octets, everything, () => 0);
    assert.equal(observer.seen(), seen);
  });

  chunks(`${title}: one octet at a time`, () => {
    const observer = observe();
    feed(observer, octets, () => 1, everything);
    assert.equal(observer.seen(), seen);
  });

  chunks(`${title}: pieces and reads of random lengths`, () => {
    const length = fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 2000 }));
    const lengths = fc.infiniteStream(length);
    const reads = fc.infiniteStream(fc.oneof(fc.constant(0), length));
    fc.assert(
      fc.property(lengths, reads, (pieceLengths, readLengths) => {
        const observer = observe();
        feed(
          observer,
          octets,
          () => pieceLengths.next().value ?? 1,
          () => readLengths.next().value ?? 0,
        );
        assert.equal(observer.seen(), seen);
      }),
      { numRuns: 20, seed: 8446 },
    );
  });
}

chunks('neither keeps nor changes what it is given', () => {
  for (const { octets, seen } of conversations) {
    const observer = observe();
    const buffer = new Uint8Array(64);
    for (let at = 0; at < octets.length && !observer.client.peerClosed; ) {
      const length = Math.min(buffer.length, octets.length - at);
      buffer.set(octets.subarray(at, at + length));
      const given = buffer.slice(0, length);
      const taken = observer.client.receive(buffer.subarray(0, length));
      assert.equal(buffer.subarray(0, length), given);
      buffer.fill(0xee);
      observer.read(everything());
      at += taken;
    }
    assert.equal(observer.seen(), seen);
  }
});

chunks('from an offset on, and of a view into something larger', () => {
  const [first] = conversations;
  assert.ok(first);
  const observer = observe();
  const padded = concat([data.subarray(0, 7), first.octets, data.subarray(0, 9)]);
  const view = padded.subarray(3, 7 + first.octets.length);
  for (let at = 4; at < view.length && !observer.client.peerClosed; ) {
    at += observer.client.receive(view, at);
    observer.read(everything());
  }
  assert.equal(observer.seen(), first.seen);
});

chunks.run();

const truncation = suite('truncation');

/** A conversation that can be cut at every octet in reasonable time. */
const short = record('a short one', { sessionTickets: 1 }, (server) => {
  server.send(data.subarray(0, 10));
  server.sendKeyUpdate(true);
  server.send(data.subarray(10, 20));
  server.send(data.subarray(20, 30));
  server.closeNotify();
});

truncation('at every octet is an error, and everything before it is readable', () => {
  let whole = 0;
  for (let length = 0; length < short.octets.length; length++) {
    const observer = observe();
    const { client } = observer;
    feed(observer, short.octets.subarray(0, length), everything, () => 0);
    client.receiveEnd();
    assert.is(client.error?.reason, 'UNEXPECTED_EOF_WHILE_READING');
    assert.is(client.error?.fault, 'truncation');
    assert.is(client.facts === undefined, client.error?.message.includes('handshake'));
    const { plaintext } = observer.seen();
    assert.equal(plaintext, data.subarray(0, plaintext.length));
    assert.ok(plaintext.length >= whole && plaintext.length % 10 === 0);
    whole = plaintext.length;
    assert.throws(
      () => client.read(new Uint8Array(1)),
      (error: unknown) => error === client.error,
    );
  }
  assert.is(whole, 30, 'all of it was there before close_notify');
});

truncation('none where close_notify came', () => {
  const observer = observe();
  feed(observer, short.octets, everything, everything);
  observer.client.receiveEnd();
  assert.is(observer.client.error, undefined);
  assert.equal(observer.seen().plaintext, data.subarray(0, 30));
});

truncation.run();

const corruption = suite('corruption');

corruption('of any octet after the handshake is an error, and never other plaintext', () => {
  for (let at = short.handshake; at < short.octets.length; at++) {
    const observer = observe();
    feed(observer, flipBit(at, at % 8)(short.octets), everything, everything);
    observer.client.receiveEnd();
    const { plaintext, reason } = observer.seen();
    assert.ok(
      [
        'DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
        'ENCRYPTED_LENGTH_TOO_LONG',
        'UNEXPECTED_RECORD',
        'BAD_CHANGE_CIPHER_SPEC',
        // A longer record is waited for.
        'UNEXPECTED_EOF_WHILE_READING',
      ].includes(reason ?? ''),
      `octet ${at}: ${reason}`,
    );
    assert.equal(plaintext, data.subarray(0, plaintext.length));
    assert.ok(plaintext.length < 30 || at >= short.octets.length - 24);
  }
});

corruption('of anything, anywhere, never throws, hangs or invents', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...conversations),
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 20 }),
      fc.boolean(),
      ({ octets, seen }, position, replacement, insert) => {
        const at = position % octets.length;
        const spoiled = concat([
          octets.subarray(0, at),
          replacement,
          octets.subarray(insert ? at : at + replacement.length),
        ]);
        const observer = observe();
        feed(observer, spoiled, () => 500, everything);
        observer.client.receiveEnd();
        const { plaintext } = observer.seen();
        assert.equal(plaintext, seen.plaintext.subarray(0, plaintext.length));
      },
    ),
    { numRuns: 200, seed: 8446 },
  );
});

corruption('random octets instead of a server', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 3 }), (octets, kind) => {
      // With a header that is one, or without.
      const header = [[], [22, 3, 3, 0, octets.length], [21, 3, 3, 0, octets.length], [20, 3, 3, 0, 1]][kind];
      const { client } = observe();
      client.receive(Uint8Array.from([...(header ?? []), ...octets]));
      client.receiveEnd();
      assert.ok(client.error);
      assert.is(client.facts, undefined);
    }),
    { numRuns: 200, seed: 8446 },
  );
});

corruption.run();

const determinism = suite('determinism');

determinism('the same entropy and clock make the same octets', () => {
  for (const { octets, seen } of conversations) {
    const [first, second] = [observe(), observe()].map((observer) => {
      feed(observer, octets, everything, everything);
      return observer.seen();
    });
    assert.equal(first, second);
    assert.equal(first?.output, seen.output);
  }
});

determinism('other entropy makes another random, session id and key share', () => {
  const [one, other] = [observe(), observe({ crypto: testProvider('another client') })];
  const [first, second] = [one, other].map(({ client }) => client.output().slice());
  assert.ok(first && second);
  assert.is(first.length, second.length);
  const same = first.filter((octet, i) => octet === second[i]).length;
  // 32 octets each: some agree by chance.
  assert.ok(first.length - same > 80, `${first.length - same} octets differ`);
});

determinism('another clock changes nothing that is sent, only when a session ends', () => {
  const [first] = conversations;
  assert.ok(first);
  const observer = observe({ clock: () => 5000 });
  feed(observer, first.octets, everything, everything);
  const { output, sessions } = observer.seen();
  assert.equal(output, first.seen.output);
  assert.is(sessions[0]?.receivedAt, 5000);
});

determinism.run();
