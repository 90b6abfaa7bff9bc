import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DerError } from '@halfclose/x509';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runSuite } from '../runner/run.ts';
import { boundedly } from './boundedly.ts';
import { readers } from './readers.ts';
import { streamOf } from './streams.ts';
import { corpora } from './suite.ts';

type Files = Readonly<Record<string, Uint8Array | string>>;

/** What comes of a directory with these corpora. */
async function run(directories: Readonly<Record<string, Files>>): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-corpora-'));
  try {
    for (const [name, files] of Object.entries(directories)) {
      mkdirSync(join(directory, name));
      for (const [file, octets] of Object.entries(files)) writeFileSync(join(directory, name, file), octets);
    }
    const results = await runSuite({ ...corpora, waivers: [] }, directory, () => true);
    return results.map(({ id, result }) => `${id} ${result}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('what no reader takes ends well for each of them', async () => {
  const directories = Object.fromEntries(
    Array.from(readers.keys(), (name) => [
      `${name}_corpus`,
      { empty: '', text: 'text', nested: '0'.repeat(999) },
    ]),
  );
  const results = await run(directories);
  assert.is(results.length, 3 * readers.size);
  assert.ok(
    results.every((result) => result.endsWith(' pass')),
    results.join('\n'),
  );
});

test('a corpus that nothing reads is skipped', async () => {
  const results = await run({
    session_corpus: { a: 'x' },
    other_corpus: { a: 'x' },
    read_pem_corpus: { a: 'x' },
  });
  assert.equal(results, ['other/* skip', 'read_pem/a pass', 'session/* skip']);
});

test('an error of another type, a stack that ends, and a loop without end are told from good ends', () => {
  assert.is(
    boundedly(() => 1),
    1,
  );
  const own = new DerError('here', 0, 'no');
  const thrown = (work: () => unknown): unknown => {
    try {
      return boundedly(work);
    } catch (error) {
      return error;
    }
  };
  assert.is(
    thrown(() => {
      throw own;
    }),
    own,
  );
  const recurse = (): number => 1 + recurse();
  assert.instance(thrown(recurse), RangeError);
  assert.match(
    String(
      thrown(() => {
        for (;;);
      }),
    ),
    /HANG: it took longer than 1000 ms/,
  );
});

test('the stream of a server stands after tags', () => {
  assert.equal(streamOf(Uint8Array.of(0, 0, 1, 2)), Uint8Array.of(1, 2));
  assert.equal(streamOf(Uint8Array.of(2, 0, 1, 0, 0, 0, 2, 9, 9, 5, 0, 0, 0, 0, 0, 0, 7)), Uint8Array.of(7));
  assert.is(streamOf(Uint8Array.of(3, 0, 0, 0)), undefined);
  assert.is(streamOf(Uint8Array.of(0)), undefined);
});

test('streams end in an alert, the same in one piece and in many', async () => {
  const record = (...octets: readonly number[]) => Uint8Array.of(0, 0, 22, 3, 3, 0, octets.length, ...octets);
  const results = await run({
    client_corpus: {
      empty: '',
      hello: record(2, 0, 0, 1, 0),
      alert: Uint8Array.of(0, 0, 21, 3, 3, 0, 2, 2, 40),
    },
  });
  assert.equal(results, ['client/alert pass', 'client/empty pass', 'client/hello pass']);
});

test('an error of another type fails', async () => {
  const original = Uint8Array.prototype.subarray;
  let results: string[] = [];
  try {
    Uint8Array.prototype.subarray = () => {
      throw new TypeError('of no known type');
    };
    results = await run({ spki_corpus: { a: '0\0' } });
  } finally {
    Uint8Array.prototype.subarray = original;
  }
  assert.equal(results, ['spki/a fail']);
});

test.run();
