/** Those who look on are told of each message once, in the order of the wire, and are no part of the connection. */
import { createEchKeys, flipBit, type TicketBook, type Trial, trials } from '@halfclose/testing/peer';
import {
  type ClientConfig,
  createClientAuthentication,
  createEarlyDataOffer,
  createEncryptedClientHello,
  type ObservedMessage,
  observeMessages,
  type Session,
} from '@halfclose/tls';
import { alertName, decodeClientHello, handshakeTypeName } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contentTypes } from './protocol/contentTypes.ts';
import { attempt12 } from './testing/trials12.ts';

const attempt = await trials();
const text = (octets: Uint8Array): string => Buffer.from(octets).toString();

/** `> clientHello none`, with 1.3 before it once that is known. */
function line({ direction, contentType, version, protection, octets }: ObservedMessage): string {
  const what: Record<ObservedMessage['contentType'], () => string> = {
    handshake: () => handshakeTypeName(octets[0] ?? -1),
    change_cipher_spec: () => 'ccs',
    alert: () => alertName(octets[1] ?? -1) ?? 'unknown alert',
    application_data: () => JSON.stringify(text(octets)),
  };
  const arrow = direction === 'sent' ? '>' : '<';
  return [...(version ? [version.slice(4)] : []), arrow, what[contentType](), protection].join(' ');
}

interface Watched {
  readonly lines: string[];
  readonly messages: ObservedMessage[];
  readonly config: Pick<ClientConfig, 'onMessage'>;
}

function watch(): Watched {
  const lines: string[] = [];
  const messages: ObservedMessage[] = [];
  const onMessage = (message: ObservedMessage): void => {
    lines.push(line(message));
    messages.push(message);
  };
  return { lines, messages, config: { onMessage: observeMessages(onMessage) } };
}

const start = ['> clientHello none', '< serverHello none'];
const answer = [
  '1.3 > ccs none',
  '1.3 < ccs none',
  '1.3 < encryptedExtensions handshake',
  '1.3 < certificate handshake',
  '1.3 < certificateVerify handshake',
  '1.3 < finished handshake',
  '1.3 > finished handshake',
];

const order = suite('onMessage: each message once, in order');

order('TLS 1.3, however its records are cut', () => {
  for (const framing of ['separate', 'coalesced', 7] as const) {
    const { lines, messages, config } = watch();
    const { client, server } = attempt({ client: config, server: { framing } });
    assert.equal(lines, [...start, ...answer]);
    assert.ok(client.facts);
    const sent = messages.filter((each) => each.direction === 'sent' && each.contentType === 'handshake');
    assert.equal(
      sent.map(({ octets }) => octets),
      server.messages.map(({ encoded }) => encoded),
    );
  }
});

order('a HelloRetryRequest', () => {
  const { lines, config } = watch();
  attempt({ client: config, server: { cookie: Uint8Array.of(1) } });
  assert.equal(lines, [
    ...start,
    '> ccs none',
    '> clientHello none',
    '< ccs none',
    '< serverHello none',
    ...answer.filter((each) => !each.endsWith('ccs none')),
  ]);
});

order('tickets, KeyUpdates of both sides, data in records, and both ends', () => {
  const { lines, config } = watch();
  const talk: Trial = {
    client: config,
    server: { sessionTickets: 2, recordSize: 3 },
    after: (server, client) => {
      lines.length = 0;
      client.write(Buffer.from('ping'));
      server.send(Buffer.from('pong'));
      server.sendKeyUpdate(true);
      server.closeNotify();
    },
  };
  const { client } = attempt(talk);
  assert.equal(lines, [
    '1.3 > "ping" application',
    '1.3 < "pon" application',
    '1.3 < "g" application',
    '1.3 < keyUpdate application',
    '1.3 < close_notify application',
  ]);
  client.write(Buffer.from('more'));
  client.closeWrite();
  assert.equal(lines.slice(5), [
    '1.3 > keyUpdate application',
    '1.3 > "more" application',
    '1.3 > close_notify application',
  ]);
});

order('tickets', () => {
  const { lines, config } = watch();
  attempt({ client: config, server: { sessionTickets: 2 } });
  const ticket = '1.3 < newSessionTicket application';
  assert.equal(lines.slice(start.length + answer.length), [ticket, ticket]);
});

order('a certificate of ours, asked for in the handshake', () => {
  const { lines, config } = watch();
  attempt({ client: config, server: { requestClientCertificate: true } });
  assert.equal(
    lines.filter((each) => /certificate(Request)? /.test(each)),
    ['1.3 < certificateRequest handshake', '1.3 < certificate handshake', '1.3 > certificate handshake'],
  );
});

order('a certificate of ours, asked for later', () => {
  const { lines, config } = watch();
  attempt({
    client: { ...config, clientAuthentication: createClientAuthentication([], { afterHandshake: true }) },
    after: (server) => server.requestAuthentication(Uint8Array.of(1)),
  });
  assert.equal(lines.slice(start.length + answer.length), [
    '1.3 < certificateRequest application',
    '1.3 > certificate application',
    '1.3 > finished application',
  ]);
});

order('early data, taken and not', () => {
  for (const rejectEarlyData of [false, true]) {
    const { lines, config } = watch();
    const sessions: Session[] = [];
    const tickets: TicketBook = new Map();
    const common = { tickets, sessionTickets: 1, maxEarlyData: 100 };
    attempt({
      server: common,
      client: { sessions: { take: () => undefined, put: (session) => void sessions.push(session) } },
    });
    const [session] = sessions;
    assert.ok(session);
    const { client } = attempt({
      server: { ...common, rejectEarlyData },
      client: { ...config, session, earlyData: createEarlyDataOffer() },
      before: (early) => void early.writeEarlyData(Buffer.from('soon')),
    });
    assert.is(client.earlyDataStatus, rejectEarlyData ? 'rejected' : 'accepted');
    assert.equal(lines.slice(0, 4), [
      '> clientHello none',
      '> ccs none',
      '> "soon" early',
      '< serverHello none',
    ]);
    assert.equal(
      lines.filter((each) => /^1.3 >/.test(each)),
      rejectEarlyData
        ? ['1.3 > finished handshake']
        : ['1.3 > endOfEarlyData early', '1.3 > finished handshake'],
    );
  }
});

order('a hidden hello after the one that it is hidden in', () => {
  for (const cookie of [undefined, Uint8Array.of(1)]) {
    const { lines, messages, config } = watch();
    const ech = createEchKeys();
    attempt({
      client: {
        ...config,
        serverName: 'secret.example',
        encryptedClientHello: createEncryptedClientHello(ech.list),
      },
      server: { ech, ...(cookie && { cookie }) },
    });
    const hellos = lines.filter((each) => /clientHello/.test(each));
    const both = ['> clientHello none', '> clientHello ech'];
    assert.equal(hellos, cookie === undefined ? both : [...both, ...both]);
    const inner = messages.filter(({ protection }) => protection === 'ech').map(({ octets }) => octets);
    for (const octets of inner) {
      assert.match(text(octets), 'secret.example');
      assert.ok(decodeClientHello(octets.subarray(4)).extensions.length > 0);
    }
  }
});

order('TLS 1.2', () => {
  const { lines, config } = watch();
  const { client } = attempt12({
    client: { ...config, requestOcsp: true },
    server: { ocspResponse: Buffer.of(1, 2), ticket: { lifetimeHint: 1, ticket: Buffer.of(1) } },
    after: (server, each) => {
      each.write(Buffer.from('ping'));
      server.sendRecord(contentTypes.applicationData, Buffer.from('pong'));
    },
  });
  assert.ok(client.facts);
  assert.equal(lines, [
    ...start,
    '1.2 < certificate none',
    '1.2 < certificateStatus none',
    '1.2 < serverKeyExchange none',
    '1.2 < serverHelloDone none',
    '1.2 > clientKeyExchange none',
    '1.2 > ccs none',
    '1.2 > finished application',
    '1.2 < newSessionTicket none',
    '1.2 < ccs none',
    '1.2 < finished application',
    '1.2 > "ping" application',
    '1.2 < "pong" application',
  ]);
});

order.run();

const trouble = suite('onMessage: where something is wrong');

trouble('the message that is refused comes before the alert about it', () => {
  const { lines, config } = watch();
  const { client } = attempt({
    client: config,
    server: { tamper: { finished: (message) => ({ ...message, encoded: flipBit(9)(message.encoded) }) } },
  });
  assert.ok(client.error);
  assert.equal(lines.slice(-2), ['1.3 < finished handshake', '1.3 > decrypt_error handshake']);
});

trouble('alerts in clear, and malformed ones', () => {
  const { lines, config } = watch();
  attempt({
    client: config,
    server: { flight: () => [(server) => server.sendAlert('handshake_failure')] },
  });
  attempt({
    client: config,
    server: { flight: () => [(server) => server.sendRecord(contentTypes.alert, Uint8Array.of(2))] },
  });
  assert.equal(lines, [
    '> clientHello none',
    '< handshake_failure none',
    '> clientHello none',
    '< unknown alert none',
    '> decode_error none',
  ]);
});

trouble('data that nobody wants any more is reported all the same', () => {
  const { lines, config } = watch();
  const { client } = attempt({
    client: config,
    after: (server, each) => {
      each.closeRead();
      server.send(Buffer.from('too late'));
    },
  });
  assert.is(client.discarded, 8);
  assert.is(lines.at(-1), '1.3 < "too late" application');
});

trouble('an observer that throws, and one that scribbles, do no harm', () => {
  const observers: ((message: ObservedMessage) => void)[] = [
    () => {
      throw new Error('no');
    },
    ({ octets }) => octets.fill(0),
  ];
  for (const onMessage of observers) {
    const { client, server, plaintext } = attempt({
      client: { onMessage: observeMessages(onMessage) },
      after: (peer, each) => {
        each.write(Buffer.from('ping'));
        peer.send(Buffer.from('pong'));
      },
    });
    assert.is(client.error, undefined);
    assert.is(text(server.received), 'ping');
    assert.is(text(plaintext), 'pong');
  }
});

trouble('nobody looks on: what is sent and read is the same', () => {
  const talk = (config: Partial<ClientConfig>): unknown => {
    const { server, plaintext } = attempt({
      client: config,
      after: (peer, client) => {
        client.write(Buffer.from('ping'));
        peer.send(Buffer.from('pong'));
      },
    });
    return [server.records, plaintext];
  };
  assert.equal(talk({}), talk(watch().config));
});

trouble.run();
