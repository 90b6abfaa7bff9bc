import { randomFillSync } from 'node:crypto';
import { type AeadAlgorithm, constantTimeEqual, createPortableProvider } from '@halfclose/crypto';
import { cores } from './aead/cores.ts';
import { nonceLength } from './aead/subject.ts';
import type { Benchmark, Measurement, TogetherTask } from './harness/benchmark.ts';
import { connectionTrial, endings, recordTrial } from './timing/paddingTrials.ts';
import { compare, compareLong, type LongTrial, type Trial } from './timing/trials.ts';
import type { Comparison } from './timing/welch.ts';

/** Octets of a record: some blocks, so that what depends on the key is most of the time. */
const length = 256;

/** Runs of one trial in one process; and of one that makes a connection for each. */
const count = 50_000;
const longCount = 5_000;

const none = new Uint8Array(0);

interface TimingCase {
  readonly name: string;
  /** Undefined where the subject has nothing of the kind. */
  trialOf(subject: string): Trial | Promise<LongTrial> | undefined;
}

const cases: readonly TimingCase[] = [
  ...(['AES-128-GCM', 'AES-256-GCM', 'AES-128-CCM', 'CHACHA20-POLY1305'] as const).flatMap((name) => [
    {
      name: `key/${name.toLowerCase()}`,
      trialOf: (subject: string) => withAead(subject, name, keyTrial),
    },
    {
      name: `tag/${name.toLowerCase()}`,
      trialOf: (subject: string) =>
        subject === 'early exit'
          ? withAead('portable', name, (aead) => tagTrial(comparingWithEarlyExit(aead)))
          : withAead(subject, name, tagTrial),
    },
  ]),
  ...Object.entries(endings).flatMap(([name, both]) => [
    {
      name: `${name}/aes-128-cbc-hmac-sha1`,
      trialOf: (subject: string) => recordTrial(subject, both),
    },
    {
      name: `${name}/aes-128-cbc-hmac-sha1, connection`,
      trialOf: (subject: string) =>
        subject === 'portable' ? connectionTrial(createPortableProvider(fill), both) : undefined,
    },
  ]),
  {
    name: 'compare',
    trialOf(subject) {
      if (subject === 'constantTimeEqual') return comparisonTrial(constantTimeEqual);
      return subject === 'early exit' ? comparisonTrial(equalWithEarlyExit) : undefined;
    },
  },
];

/**
 * Whether the time of record protection depends on what is secret. `key`: sealing under one key that stays or under random
 * ones. `tag`: refusing a tag that is wrong in its first octet or in its last. `padding`: refusing a record for its MAC,
 * MAC-then-encrypt, with the longest padding or a wrong one; `length`: with the longest padding or the shortest. Both also as
 * a whole connection refuses it. `compare`: our comparison alone. Beside it, and beside the ways to refuse a record, is one
 * that stops as soon as it knows, to show that the test sees such a thing.
 */
export const timing: Benchmark = {
  name: 'timing',
  describe: () =>
    `|t| of Welch's test on ${count} runs (${longCount} connections), with two kinds of secrets; above 4.5 is no chance, ` +
    'below does not prove that there is nothing',
  cases: cases.map(({ name }) => name),
  subjects: [...cores.map(({ name }) => name), 'constantTimeEqual', 'early exit'],
  references: [],
  metrics: [
    { name: 't', unit: '|t|' },
    { name: 'difference', unit: 'ns' },
  ],
  measureAll,
};

async function measureAll({ case: name }: TogetherTask): Promise<ReadonlyMap<string, Measurement>> {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no case ${name}`);
  const measurements = new Map<string, Measurement>();
  for (const subject of timing.subjects) {
    const trial = found.trialOf(subject);
    if (trial === undefined) continue;
    const { t, difference } = await comparisonOf(trial);
    measurements.set(subject, { t, difference: Math.round(difference) });
  }
  return measurements;
}

async function comparisonOf(trial: Trial | Promise<LongTrial>): Promise<Comparison> {
  return trial instanceof Promise ? compareLong(await trial, longCount) : compare(trial, count);
}

function fill(octets: Uint8Array): void {
  randomFillSync(octets);
}

function withAead(
  subject: string,
  name: AeadAlgorithm['name'],
  trialOf: (aead: AeadAlgorithm) => Trial,
): Trial | undefined {
  const aead = cores
    .find((core) => core.name === subject)
    ?.aeads()
    .find((one) => one.name === name);
  return aead && trialOf(aead);
}

/** Seals the same octets. Key 0 stays, key 1 is another one each time; both are set up anew, and into the same place. */
function keyTrial(aead: AeadAlgorithm): Trial {
  const { keyLength } = aead;
  const fixed = randomFillSync(new Uint8Array(keyLength));
  const octets = new Uint8Array(keyLength);
  const nonce = new Uint8Array(nonceLength);
  const record = new Uint8Array(length);
  const output = new Uint8Array(length + aead.tagLength);
  let key = aead.create(fixed);
  return {
    prepare(kind) {
      key.destroy();
      randomFillSync(octets);
      // Without a branch: what was done just before would be seen in the time of what comes next.
      for (let index = 0; index < keyLength; index += 1) {
        octets[index] = ((octets[index] ?? 0) & -kind) | ((fixed[index] ?? 0) & (kind - 1));
      }
      key = aead.create(octets);
    },
    run() {
      key.seal(nonce, none, record, 0, length, output, 0);
    },
  };
}

/** An AEAD for `tagTrial`, whose plaintext it knows, that makes the good tag and compares as ours must not. */
function comparingWithEarlyExit(aead: AeadAlgorithm): AeadAlgorithm {
  return {
    ...aead,
    create(octets) {
      const key = aead.create(octets);
      const plaintext = new Uint8Array(16);
      const good = new Uint8Array(16 + aead.tagLength);
      return {
        ...key,
        open(nonce, additionalData, input, inputOffset, length) {
          key.seal(nonce, additionalData, plaintext, 0, 16, good, 0);
          return equalWithEarlyExit(
            good.subarray(16),
            input.subarray(inputOffset + 16, inputOffset + length),
          );
        },
      };
    },
  };
}

/** Opens a record whose tag is wrong in its first octet, or in its last. */
function tagTrial(aead: AeadAlgorithm): Trial {
  const key = aead.create(randomFillSync(new Uint8Array(aead.keyLength)));
  const nonce = new Uint8Array(nonceLength);
  const record = new Uint8Array(16);
  const sealed = new Uint8Array(record.length + aead.tagLength);
  key.seal(nonce, none, record, 0, record.length, sealed, 0);
  const good = sealed.slice();
  return {
    prepare(kind) {
      sealed.set(good);
      // Without a branch, here and below, for the same reason.
      flip(sealed, record.length + kind * (aead.tagLength - 1));
    },
    run() {
      key.open(nonce, none, sealed, 0, sealed.length, record, 0);
    },
  };
}

/** Compares tags that differ in their first octet, or in their last, so often that the clock can tell. */
function comparisonTrial(equal: (a: Uint8Array, b: Uint8Array) => boolean): Trial {
  const times = 64;
  const good = randomFillSync(new Uint8Array(16));
  const other = good.slice();
  let equals = 0;
  return {
    prepare(kind) {
      if (equals > 0) throw new Error('Unequal tags were found equal');
      other.set(good);
      flip(other, 15 * kind);
    },
    run() {
      for (let time = 0; time < times; time += 1) equals += equal(good, other) ? 1 : 0;
    },
  };
}

/** What our comparison must not be. */
function equalWithEarlyExit(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index]);
}

function flip(octets: Uint8Array, index: number): void {
  octets[index] = (octets[index] ?? 0) ^ 1;
}
