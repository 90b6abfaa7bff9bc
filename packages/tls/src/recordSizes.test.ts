/** Records smaller than 2^14 octets, RFC 8449 and RFC 6066 section 4. */
import { type Outcome, outcomeOf, refusal, type Trial, trials, writeAll } from '@halfclose/testing/peer';
import { createRecordLimits, type RecordLimitOptions, TLSError } from '@halfclose/tls';
import {
  contentTypes,
  type Extension,
  extensionTypes,
  findExtension,
  maxFragmentLengthExtension,
  readMaxFragmentLength,
  readRecordSizeLimit,
  recordSizeLimitExtension,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const { applicationData } = contentTypes;
const tooLong: Outcome = refusal('record_overflow', 'DATA_LENGTH_TOO_LONG');
const badAnswer: Outcome = refusal('illegal_parameter', 'BAD_EXTENSION');

function trial(limits: RecordLimitOptions, ...encryptedExtensions: readonly Extension[]): Trial {
  return {
    client: { recordLimits: createRecordLimits(limits) },
    server: { encryptedExtensions, framing: 60 },
  };
}

const limit = suite('record_size_limit');

limit('is asked for, and what the server answers is kept to, by both', () => {
  for (const [asked, answered] of [
    [64, 100],
    [1000, 64],
    [16_385, 16_385],
  ] as const) {
    const tried = attempt({
      ...trial({ recordSizeLimit: asked }, recordSizeLimitExtension(answered)),
      after: (server, client) => {
        server.sendRecord(applicationData, new Uint8Array(asked - 1));
        server.sendRecord(applicationData, new Uint8Array(asked - 11), { padding: 10 });
        writeAll(client, server, new Uint8Array(3000));
      },
    });
    assert.is(tried.client.error, undefined);
    assert.is(tried.plaintext.length, 2 * asked - 12);
    const sent = findExtension(tried.server.hellos[0]?.extensions ?? [], extensionTypes.recordSizeLimit);
    assert.is(sent && readRecordSizeLimit(sent.data), asked);
    const longest = Math.max(...tried.server.records.map(({ content }) => content?.length ?? 0));
    assert.ok(answered > 3000 || tried.server.receivedLength === 3000);
    const application = tried.server.records.filter(({ contentType }) => contentType === applicationData);
    assert.is(
      Math.max(...application.map(({ content }) => content?.length ?? 0)),
      Math.min(3000, answered - 1),
    );
    assert.ok(longest > 0);
  }
});

limit('a record with an octet more is too long, its padding counted', () => {
  for (const padding of [0, 1, 30]) {
    const tried = attempt({
      ...trial({ recordSizeLimit: 500 }, recordSizeLimitExtension(16_385)),
      after: (server) => server.sendRecord(applicationData, new Uint8Array(500 - padding), { padding }),
    });
    assert.equal(outcomeOf(tried), tooLong);
  }
});

limit('counts from the message on that agreed on it', () => {
  const tried = attempt({
    client: { recordLimits: createRecordLimits({ recordSizeLimit: 64 }) },
    server: { encryptedExtensions: [recordSizeLimitExtension(16_385)] },
  });
  assert.equal(outcomeOf(tried), tooLong);
});

limit('binds nobody where the server does not answer', () => {
  const tried = attempt({
    client: { recordLimits: createRecordLimits({ recordSizeLimit: 64 }) },
    after: (server) => server.sendRecord(applicationData, new Uint8Array(2 ** 14)),
  });
  assert.is(tried.client.error, undefined);
  assert.is(tried.plaintext.length, 2 ** 14);
});

limit('less than 64 in an answer is illegal', () => {
  assert.equal(outcomeOf(attempt(trial({ recordSizeLimit: 500 }, recordSizeLimitExtension(63)))), badAnswer);
});

limit.run();

const fragment = suite('max_fragment_length');

for (const length of [512, 1024, 2048, 4096] as const) {
  fragment(`${length}: kept to by both`, () => {
    const agreed = { ...trial({ maxFragmentLength: length }, maxFragmentLengthExtension(length)) };
    const { client, server, plaintext } = attempt({
      ...agreed,
      after: (other, own) => {
        other.sendRecord(applicationData, new Uint8Array(length));
        writeAll(own, other, new Uint8Array(10_000));
      },
    });
    assert.is(client.error, undefined);
    assert.is(plaintext.length, length);
    assert.is(server.receivedLength, 10_000);
    const asked = findExtension(server.hellos[0]?.extensions ?? [], extensionTypes.maxFragmentLength);
    assert.is(asked && readMaxFragmentLength(asked.data), length);
    assert.is(Math.max(...server.records.map(({ content }) => content?.length ?? 0)), length);

    const over = (other: { sendRecord(type: number, content: Uint8Array): void }): void =>
      other.sendRecord(applicationData, new Uint8Array(length + 1));
    assert.equal(outcomeOf(attempt({ ...agreed, after: over })), tooLong);
  });
}

fragment('an answer has to be what was asked for, and not beside record_size_limit', () => {
  const asked = { maxFragmentLength: 1024, recordSizeLimit: 2000 } as const;
  const wrong = { type: extensionTypes.maxFragmentLength, data: Uint8Array.of(9) };
  for (const answers of [
    [maxFragmentLengthExtension(512)],
    [wrong],
    [maxFragmentLengthExtension(1024), recordSizeLimitExtension(2000)],
  ]) {
    assert.equal(outcomeOf(attempt(trial(asked, ...answers))), badAnswer);
  }
  assert.is(attempt(trial(asked, maxFragmentLengthExtension(1024))).client.error, undefined);
  assert.is(attempt(trial(asked, recordSizeLimitExtension(2000))).client.error, undefined);
});

fragment.run();

const configuration = suite('record sizes: what can be asked for');

configuration('nothing else', () => {
  const wrong: readonly RecordLimitOptions[] = [
    ...[0, 63, 16_386, 100.5, Number.NaN].map((recordSizeLimit) => ({ recordSizeLimit })),
    // Who has no compiler to say so.
    ...[0, 511, 16_384].map((length) => ({ maxFragmentLength: length as 512 })),
  ];
  for (const changes of wrong) {
    assert.throws(
      () => createRecordLimits(changes),
      (error: unknown) => error instanceof TLSError && error.reason === 'INVALID_CONFIGURATION',
    );
  }
});

configuration.run();
