/** RFC 8446 section 4.2: which extension may stand where, and what it has to say. */
import {
  body,
  extension,
  extensions,
  type MessageName,
  type Outcome,
  outcomeOf,
  refusal,
  type ServerOptions,
  type Trial,
  type Tried,
  trials,
  withoutExtension,
  writeAll,
} from '@halfclose/testing/peer';
import { createClientAuthentication, createRecordLimits } from '@halfclose/tls';
import {
  encodeCertificateRequest,
  extensionTypeName,
  extensionTypes,
  signatureAlgorithmsExtension,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();

/** The client offers as much as it can: more answers are then in the wrong place instead of unasked. */
const client: NonNullable<Trial['client']> = {
  alpnProtocols: ['h2', 'http/1.1'],
  // Neither hello is as long as one that is padded.
  groups: ['X25519MLKEM768', 'x25519', 'SecP256r1MLKEM768'],
  keyShares: ['x25519', 'X25519MLKEM768'],
  sessions: { put: () => {}, take: () => undefined },
};

type Place = 'SH' | 'HRR' | 'EE' | 'CR' | 'CT' | 'NST';

/** The table of section 4.2 (and RFC 8449 section 4, RFC 7250 section 3, RFC 8879 section 3), without the column of the ClientHello. */
const table: Readonly<Record<number, readonly Place[]>> = {
  [extensionTypes.serverName]: ['EE'],
  [extensionTypes.maxFragmentLength]: ['EE'],
  [extensionTypes.statusRequest]: ['CR', 'CT'],
  [extensionTypes.supportedGroups]: ['EE'],
  [extensionTypes.ecPointFormats]: [],
  [extensionTypes.signatureAlgorithms]: ['CR'],
  [extensionTypes.applicationLayerProtocolNegotiation]: ['EE'],
  [extensionTypes.signedCertificateTimestamp]: ['CR', 'CT'],
  [extensionTypes.clientCertificateType]: ['EE'],
  [extensionTypes.serverCertificateType]: ['EE'],
  [extensionTypes.padding]: [],
  [extensionTypes.encryptThenMac]: [],
  [extensionTypes.extendedMasterSecret]: [],
  [extensionTypes.compressCertificate]: ['CR'],
  [extensionTypes.recordSizeLimit]: ['EE'],
  [extensionTypes.delegatedCredential]: ['CR', 'CT'],
  [extensionTypes.sessionTicket]: [],
  [extensionTypes.preSharedKey]: ['SH'],
  [extensionTypes.earlyData]: ['EE', 'NST'],
  [extensionTypes.supportedVersions]: ['SH', 'HRR'],
  [extensionTypes.cookie]: ['HRR'],
  [extensionTypes.pskKeyExchangeModes]: [],
  [extensionTypes.certificateAuthorities]: ['CR'],
  [extensionTypes.oidFilters]: ['CR'],
  [extensionTypes.postHandshakeAuth]: [],
  [extensionTypes.signatureAlgorithmsCert]: ['CR'],
  [extensionTypes.keyShare]: ['SH', 'HRR'],
  [extensionTypes.encryptedClientHello]: ['HRR', 'EE'],
  [extensionTypes.renegotiationInfo]: [],
};

/** Nothing that we know: use_srtp, heartbeat, renegotiation_info, one for GREASE, the last one. */
const unknownTypes = [14, 15, 0xff02, 0x3a3a, 0xffff];

const offered: readonly number[] = [
  extensionTypes.serverName,
  extensionTypes.supportedGroups,
  extensionTypes.signatureAlgorithms,
  extensionTypes.applicationLayerProtocolNegotiation,
  extensionTypes.supportedVersions,
  extensionTypes.pskKeyExchangeModes,
  extensionTypes.keyShare,
];

const messages: Readonly<Record<Place, MessageName>> = {
  SH: 'serverHello',
  HRR: 'helloRetryRequest',
  EE: 'encryptedExtensions',
  CR: 'certificateRequest',
  CT: 'certificate',
  NST: 'newSessionTicket',
};

/** A right conversation in which each of those messages has its place. */
const conversation: Partial<ServerOptions> = {
  group: 'SecP256r1MLKEM768',
  requestClientCertificate: true,
  sessionTickets: 1,
};

function withExtension(place: Place, type: number): Trial {
  return {
    client,
    server: { ...conversation, tamper: { [messages[place]]: extension(type, [0, 0]) } },
  };
}

const places = suite('extensions: the table of RFC 8446 section 4.2');

places('the client offers what this file takes for granted', () => {
  const { server } = attempt({ client });
  const types = server.hellos[0]?.extensions.map(({ type }) => type) ?? [];
  assert.equal([...types].sort(), [...offered].sort());
  assert.equal(Object.keys(table), Object.values(extensionTypes).map(String));
});

// Answers: to be refused where they are unasked, and where they are out of place.
for (const place of ['SH', 'HRR', 'EE', 'CT'] as const) {
  for (const type of [...Object.keys(table).map(Number), ...unknownTypes]) {
    const permitted = table[type]?.includes(place) ?? false;
    const asked = offered.includes(type) || (place === 'HRR' && type === extensionTypes.cookie);
    if (permitted && asked) continue;
    const unasked =
      type === extensionTypes.delegatedCredential ? 'unexpected_message' : 'unsupported_extension';
    const alert = asked ? 'illegal_parameter' : unasked;
    places(`${extensionTypeName(type)} in ${messages[place]} is ${alert}`, () => {
      const encrypted = place === 'EE' || place === 'CT';
      assert.equal(
        outcomeOf(attempt(withExtension(place, type))),
        refusal(alert, 'UNEXPECTED_EXTENSION', encrypted),
      );
    });
  }
}

/** Of a client that can answer a CertificateRequest, and so reads it. */
const asked = (trial: Trial): Tried =>
  attempt({ ...trial, client: { ...trial.client, clientAuthentication: createClientAuthentication([]) } });

// Requests and tickets: what is not known is ignored (sections 4.3.2 and 4.6.1), what is out of place is not.
for (const place of ['CR', 'NST'] as const) {
  for (const type of Object.keys(table).map(Number)) {
    if (table[type]?.includes(place)) continue;
    places(`${extensionTypeName(type)} in ${messages[place]} is illegal_parameter`, () => {
      assert.equal(
        outcomeOf(asked(withExtension(place, type))),
        refusal('illegal_parameter', 'UNEXPECTED_EXTENSION'),
      );
    });
  }

  places(`what is not known is ignored in ${messages[place]}`, () => {
    for (const type of unknownTypes) {
      const { client: connection, server } = attempt(withExtension(place, type));
      assert.is(connection.error, undefined);
      assert.ok(server.done);
    }
  });
}

/** As they are in a request, where `[0, 0]` is malformed. */
const inRequests: Readonly<Record<number, readonly number[]>> = {
  [extensionTypes.signedCertificateTimestamp]: [],
  [extensionTypes.compressCertificate]: [2, 0, 1],
  [extensionTypes.delegatedCredential]: [0, 2, 4, 3],
  [extensionTypes.certificateAuthorities]: [0, 4, 0, 2, 0x30, 0],
  [extensionTypes.signatureAlgorithmsCert]: [0, 2, 4, 1],
};

places('a request may have everything that belongs in it', () => {
  const inRequest = Object.keys(table)
    .map(Number)
    .filter((type) => table[type]?.includes('CR') && type !== extensionTypes.signatureAlgorithms);
  for (const type of inRequest) {
    const { client: connection, server } = attempt({
      client,
      server: {
        ...conversation,
        tamper: { certificateRequest: extension(type, inRequests[type] ?? [0, 0]) },
      },
    });
    assert.is(connection.error, undefined, extensionTypeName(type));
    assert.ok(server.done);
  }
});

places('an unasked extension of a certificate further up', () => {
  const twoCertificates: Trial = {
    server: {
      tamper: {
        certificate: body((bytes) => {
          // certificate_request_context, the list's length, one entry: which is then sent twice, first without.
          const entry = bytes.subarray(4);
          const marked = Uint8Array.from([...entry.subarray(0, -2), 0, 4, 0, 5, 0, 0]);
          const length = entry.length + marked.length;
          return Uint8Array.from([
            0,
            length >>> 16,
            (length >>> 8) & 0xff,
            length & 0xff,
            ...entry,
            ...marked,
          ]);
        }),
      },
    },
  };
  assert.equal(outcomeOf(attempt(twoCertificates)), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'));
});

places('what a shaped hello asks about certificates may be answered', () => {
  for (const [type, answer] of [
    [extensionTypes.statusRequest, [1, 0, 0, 1, 0]],
    [extensionTypes.signedCertificateTimestamp, [0, 3, 0, 1, 0]],
  ] as const) {
    const asked = { type, data: Uint8Array.of(1, 0, 0, 0, 0) };
    const { client: connection, server } = attempt({
      client: {
        shapeClientHello: (plain) => ({ ...plain, extensions: [...plain.extensions, asked] }),
      },
      server: { tamper: { certificate: extension(type, answer) } },
    });
    assert.is(connection.error, undefined);
    assert.ok(server.done);
  }
});

places('a cookie in EncryptedExtensions, after one was asked for', () => {
  const tried = attempt({
    server: {
      cookie: Uint8Array.of(1),
      tamper: { encryptedExtensions: extension(extensionTypes.cookie, [0, 1, 1]) },
    },
  });
  assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'UNEXPECTED_EXTENSION'));
});

places.run();

const doubled = suite('extensions: none twice in a block');

for (const place of Object.keys(messages) as Place[]) {
  doubled(messages[place], () => {
    // One that is legal there, or would be ignored if it stood once.
    const spare = { type: place === 'EE' ? extensionTypes.serverName : 0x3a3a, data: new Uint8Array(0) };
    const twice = extensions((present) => [
      ...present,
      ...(place === 'SH' || place === 'HRR' ? present : [spare, spare]),
    ]);
    const tried = attempt({ client, server: { ...conversation, tamper: { [messages[place]]: twice } } });
    const encrypted = place !== 'SH' && place !== 'HRR';
    const alert = place === 'EE' || place === 'SH' ? 'decode_error' : 'illegal_parameter';
    assert.equal(outcomeOf(tried), refusal(alert, 'DUPLICATE_EXTENSION', encrypted));
  });
}

doubled.run();

// ALPN, RFC 7301 section 3.2.

const alpn = suite('extensions: ALPN');
const alpnType = extensionTypes.applicationLayerProtocolNegotiation;

function answering(...data: readonly number[]): Trial {
  return { client, server: { tamper: { encryptedExtensions: extension(alpnType, data) } } };
}

alpn('the selected protocol is a fact', () => {
  for (const protocol of ['h2', 'http/1.1']) {
    assert.is(attempt({ client, server: { alpn: protocol } }).client.facts?.alpnProtocol, protocol);
  }
  assert.is(attempt({ client }).client.facts?.alpnProtocol, undefined);
});

const alpnCases: Readonly<Record<string, readonly [Trial, Outcome]>> = {
  'a protocol that was not offered': [
    { client, server: { alpn: 'h3' } },
    refusal('illegal_parameter', 'INVALID_ALPN_PROTOCOL'),
  ],
  'the beginning of one that was': [
    { client, server: { alpn: 'http/1' } },
    refusal('illegal_parameter', 'INVALID_ALPN_PROTOCOL'),
  ],
  'one that differs by case': [
    { client, server: { alpn: 'H2' } },
    refusal('illegal_parameter', 'INVALID_ALPN_PROTOCOL'),
  ],
  'a selection without an offer': [
    { server: { alpn: 'h2' } },
    refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'),
  ],
  'two protocols': [
    answering(0, 6, 2, 0x68, 0x32, 2, 0x68, 0x32),
    refusal('illegal_parameter', 'BAD_EXTENSION'),
  ],
  'no protocol': [answering(0, 0), refusal('decode_error', 'DECODE_ERROR')],
  'an empty protocol': [answering(0, 1, 0), refusal('decode_error', 'DECODE_ERROR')],
  'an empty protocol and another': [
    answering(0, 4, 0, 2, 0x68, 0x32),
    refusal('decode_error', 'DECODE_ERROR'),
  ],
  'nothing at all': [answering(), refusal('decode_error', 'DECODE_ERROR')],
  'a length beyond its end': [answering(0, 4, 2, 0x68, 0x32), refusal('decode_error', 'DECODE_ERROR')],
  'a name beyond its list': [answering(0, 3, 3, 0x68, 0x32), refusal('decode_error', 'DECODE_ERROR')],
  'an octet after the list': [answering(0, 3, 2, 0x68, 0x32, 0), refusal('decode_error', 'DECODE_ERROR')],
};

for (const [name, [trial, expected]] of Object.entries(alpnCases)) {
  alpn(name, () => assert.equal(outcomeOf(attempt(trial)), expected));
}

alpn.run();

// What the other extensions of EncryptedExtensions say.

const contents = suite('extensions: contents');

function saying(type: number, ...data: readonly number[]): Trial {
  return { client, server: { tamper: { encryptedExtensions: extension(type, data) } } };
}

const malformed = refusal('decode_error', 'DECODE_ERROR');

contents('server_name is acknowledged by nothing, RFC 6066 section 3', () => {
  assert.is(attempt(saying(extensionTypes.serverName)).client.error, undefined);
  assert.equal(outcomeOf(attempt(saying(extensionTypes.serverName, 0))), malformed);
  assert.equal(
    outcomeOf(attempt({ ...saying(extensionTypes.serverName), client: { serverName: '127.0.0.1' } })),
    refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'),
  );
});

contents('supported_groups is a list, and changes nothing now (RFC 8446 section 4.2.7)', () => {
  const type = extensionTypes.supportedGroups;
  const { client: connection } = attempt(saying(type, 0, 6, 0xfa, 0xfa, 0, 0x17, 0, 0x1d));
  assert.is(connection.error, undefined);
  assert.is(connection.facts?.group, 'x25519');
  for (const data of [[], [0], [0, 0], [0, 1, 0], [0, 3, 0, 0x1d, 0], [0, 2, 0], [0, 2, 0, 0x1d, 0]]) {
    assert.equal(outcomeOf(attempt(saying(type, ...data))), malformed, `[${data}]`);
  }
});

/** A client that offers record_size_limit, and a server that answers with this. */
function limiting(...data: readonly number[]): Trial {
  return {
    client: { recordLimits: createRecordLimits({ recordSizeLimit: 0x4001 }) },
    server: { tamper: { encryptedExtensions: extension(extensionTypes.recordSizeLimit, data) } },
  };
}

contents(
  'record_size_limit bounds what we send, with the octet of the type in it (RFC 8449 section 4)',
  () => {
    for (const limit of [64, 65, 1000, 2 ** 14, 2 ** 14 + 1, 2 ** 16 - 1]) {
      const { client: connection, server } = attempt(limiting(limit >>> 8, limit & 0xff));
      assert.is(connection.error, undefined);
      const data = new Uint8Array(40_000).map((_, i) => i);
      writeAll(connection, server, data);
      assert.equal(server.received, data);
      const contentLengths = server.records
        .filter(({ contentType }) => contentType === 23)
        .map(({ content }) => content?.length ?? 0);
      assert.is(Math.max(...contentLengths), Math.min(limit - 1, 2 ** 14));
    }
  },
);

contents('record_size_limit is no less than 64, and a number', () => {
  for (const limit of [0, 1, 63]) {
    assert.equal(outcomeOf(attempt(limiting(0, limit))), refusal('illegal_parameter', 'BAD_EXTENSION'));
  }
  for (const data of [[], [64], [0, 0, 64]]) {
    assert.equal(outcomeOf(attempt(limiting(...data))), malformed);
  }
});

contents.run();

// CertificateRequest, RFC 8446 section 4.3.2.

const request = suite('extensions: CertificateRequest');

request('is answered with an empty Certificate, before Finished', () => {
  const { client: connection, server } = attempt({ server: { requestClientCertificate: true } });
  assert.is(connection.error, undefined);
  assert.ok(server.done);
  assert.equal(
    server.messages.map(({ type }) => type),
    [1, 11, 20],
  );
  // An empty context, an empty list.
  assert.equal(server.messages[1]?.body, Uint8Array.of(0, 0, 0, 0));
});

request('has to say which signature algorithms it takes', () => {
  const tried = asked({
    server: {
      requestClientCertificate: true,
      tamper: { certificateRequest: withoutExtension(extensionTypes.signatureAlgorithms) },
    },
  });
  assert.equal(outcomeOf(tried), refusal('missing_extension', 'MISSING_EXTENSION'));
});

request('has algorithms in its signature_algorithms', () => {
  for (const data of [[], [0, 0], [0, 1, 4], [0, 2, 4], [0, 2, 4, 3, 0]]) {
    const tried = asked({
      server: {
        requestClientCertificate: true,
        tamper: { certificateRequest: extension(extensionTypes.signatureAlgorithms, data) },
      },
    });
    assert.equal(outcomeOf(tried), malformed, `[${data}]`);
  }
});

request('may take only algorithms that nobody here knows', () => {
  const { client: connection } = attempt({
    server: {
      requestClientCertificate: true,
      tamper: { certificateRequest: extension(extensionTypes.signatureAlgorithms, [0, 2, 0xfa, 0xfa]) },
    },
  });
  assert.is(connection.error, undefined);
});

request('has an empty context', () => {
  const certificateRequest = body(() =>
    encodeCertificateRequest({
      certificateRequestContext: Uint8Array.of(1),
      extensions: [signatureAlgorithmsExtension([0x0403])],
    }),
  );
  const tried = attempt({ server: { requestClientCertificate: true, tamper: { certificateRequest } } });
  assert.is(outcomeOf(tried).alert, 'illegal_parameter');
});

request.run();
