import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CertificateError, DerError, PemError, PrivateKeyError } from '@halfclose/x509';
import { UnsupportedKey } from '@halfclose/x509/codec';
import type { Case, Suite } from '../runner/suite.ts';
import { boundedly } from './boundedly.ts';
import { type Questions, readers } from './readers.ts';
import { feed, streamOf } from './streams.ts';
import { waivers } from './waivers.ts';

/**
 * Fuzzers' corpora: octets that once took a reader somewhere new. Nobody says what they mean; each has to end in a value
 * or an error of a known type, in time. The id of a case is the directory's name without `_corpus`, and the file's.
 */
export const corpora: Suite = {
  name: 'corpora',
  source: { option: 'dir', path: '../shared/corpora/boringssl' },
  waivers,
  *cases(directory) {
    const corpora = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.endsWith('_corpus'))
      .map(({ name }) => name)
      .sort();
    if (corpora.length === 0) throw new Error(`There are no directories …_corpus in ${directory}`);
    for (const corpus of corpora) yield* casesOf(corpus, join(directory, corpus));
  },
};

/** Why a corpus is for nothing here, by its name. The first pattern that fits says it. */
const reasons: readonly (readonly [corpora: RegExp, reason: string])[] = [
  [/^server|^decode_client_hello/, 'it is for servers, and this is a client'],
  [/^session/, "sessions of BoringSSL's own encoding are not read here"],
];

function* casesOf(directoryName: string, directory: string): Iterable<Case> {
  const corpus = directoryName.slice(0, -'_corpus'.length);
  const runFile = corpus.startsWith('client') ? runStream : runReader(corpus);
  if (runFile === undefined) {
    const reason = reasons.find(([corpora]) => corpora.test(corpus))?.[1];
    yield { id: `${corpus}/*`, skip: reason ?? 'nobody has said yet what this corpus is for' };
    return;
  }
  for (const file of readdirSync(directory).sort()) {
    yield {
      id: `${corpus}/${file}`,
      run: () => runFile(new Uint8Array(readFileSync(join(directory, file)))),
    };
  }
}

type RunFile = (input: Uint8Array) => void | Promise<void>;

function runReader(corpus: string): RunFile | undefined {
  const read = readers.get(corpus);
  return read && ((input) => boundedly(() => askAll(() => read(input))));
}

/** What a server sends; of a file that has no such part, all of it. */
function runStream(file: Uint8Array): Promise<void> {
  return feed(streamOf(file) ?? file);
}

const typedErrors = [CertificateError, DerError, PemError, PrivateKeyError, UnsupportedKey];

/** Asks all questions there are. @throws the first error that is of no known type */
function askAll(questions: () => Questions): void {
  answered(() => {
    for (const question of questions()) answered(question);
  });
}

function answered(question: () => unknown): void {
  try {
    question();
  } catch (error) {
    if (!typedErrors.some((type) => error instanceof type)) throw error;
  }
}
