/** Smaller records in TLS 1.2: record_size_limit (RFC 8449), where the content alone counts, and max_fragment_length (RFC 6066). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createRecordLimits } from './handshake/recordLimits.ts';
import { contentTypes } from './protocol/contentTypes.ts';
import { extension } from './testing/flights12.ts';
import { attempt12, converse12, outcome12, type Trial12, type Tried12 } from './testing/trials12.ts';

const test = suite('TLS 1.2: sizes of records');
const recordSizeLimit = 28;
const maxFragmentLength = 1;
const suites = ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA'] as const;

const send =
  (length: number): NonNullable<Trial12['after']> =>
  (server, client) => {
    client.write(Buffer.alloc(3000));
    converse12(client, server);
    server.sendRecord(contentTypes.applicationData, Buffer.alloc(length));
  };
const longest = ({ server }: Tried12): number =>
  Math.max(...server.records.filter(({ type }) => type === 23).map(({ length }) => length));

for (const name of suites) {
  const limited = (length: number): Tried12 =>
    attempt12({
      client: { recordLimits: createRecordLimits({ recordSizeLimit: 600 }) },
      server: { suite: name, ...extension(recordSizeLimit, [2, 0]) },
      after: send(length),
    });
  const fragments = (length: number): Tried12 =>
    attempt12({
      client: { recordLimits: createRecordLimits({ maxFragmentLength: 1024 }) },
      server: { suite: name, ...extension(maxFragmentLength, [2]) },
      after: send(length),
    });

  test(`each side keeps to the limit of the other: ${name}`, () => {
    const tried = limited(600);
    assert.is(outcome12(tried), 'done');
    assert.is(tried.plaintext.length, 600);
    assert.is(tried.server.data.length, 3000);
    assert.is(longest(tried), 512);
    assert.is(outcome12(limited(601)), 'record_overflow DATA_LENGTH_TOO_LONG');
  });

  test(`both keep to the same length: ${name}`, () => {
    const tried = fragments(1024);
    assert.is(outcome12(tried), 'done');
    assert.is(longest(tried), 1024);
    assert.is(outcome12(fragments(1025)), 'record_overflow DATA_LENGTH_TOO_LONG');
  });
}

const wrong: Readonly<Record<string, readonly [Trial12, string]>> = {
  'a limit that was not asked for': [
    { server: extension(recordSizeLimit, [2, 0]) },
    'unsupported_extension UNEXPECTED_EXTENSION',
  ],
  'a length that was not asked for': [
    { server: extension(maxFragmentLength, [2]) },
    'unsupported_extension UNEXPECTED_EXTENSION',
  ],
  'another length': [
    {
      client: { recordLimits: createRecordLimits({ maxFragmentLength: 1024 }) },
      server: extension(maxFragmentLength, [3]),
    },
    'illegal_parameter BAD_EXTENSION',
  ],
  'a limit below 64': [
    {
      client: { recordLimits: createRecordLimits({ recordSizeLimit: 600 }) },
      server: extension(recordSizeLimit, [0, 63]),
    },
    'illegal_parameter BAD_EXTENSION',
  ],
  both: [
    {
      client: { recordLimits: createRecordLimits({ recordSizeLimit: 600, maxFragmentLength: 1024 }) },
      server: {
        hello: ({ extensions }) => ({
          extensions: [
            ...extensions,
            { type: recordSizeLimit, data: Buffer.of(2, 0) },
            { type: maxFragmentLength, data: Buffer.of(2) },
          ],
        }),
      },
    },
    'illegal_parameter BAD_EXTENSION',
  ],
};
for (const [name, [trial, expected]] of Object.entries(wrong)) {
  test(`a server may not answer with ${name}`, () => assert.is(outcome12(attempt12(trial)), expected));
}
test.run();
