import { ours } from './aead/ours.ts';
import { peers } from './aead/peers.ts';
import {
  type Algorithm,
  algorithms,
  type Cipher,
  keyLengths,
  nonceLength,
  type Subject,
} from './aead/subject.ts';
import type { Benchmark, Measurement, TogetherTask } from './harness/benchmark.ts';
import { interleave, type Work } from './harness/slices.ts';
import { percentile } from './harness/statistics.ts';

/** A record of the largest size, one that fits a packet, one keystroke's. */
const lengths = [16_384, 1024, 64] as const;

/** As TLS 1.3 authenticates its record header. */
const additionalDataLength = 5;

/** Milliseconds of processor time, and how many slices of that each subject gets in one process. */
const sampling = { slice: 10, slices: 16, warmUp: 150 };

export const subjects: readonly Subject[] = [...ours, ...peers];

interface AeadCase {
  readonly operation: 'seal' | 'open';
  readonly algorithm: Algorithm;
  readonly length: number;
  /** Results in fresh arrays, instead of always the same one. */
  readonly fresh: boolean;
}

const cases = new Map<string, AeadCase>(
  [false, true].flatMap((fresh) =>
    (['seal', 'open'] as const).flatMap((operation) =>
      algorithms.flatMap((algorithm) =>
        lengths.map((length) => {
          const name = [operation, algorithm, length, ...(fresh ? ['fresh'] : [])].join('/');
          return [name, { operation, algorithm, length, fresh }] as const;
        }),
      ),
    ),
  ),
);

/** Record protection alone, ours and others', in one process. */
export const aead: Benchmark = {
  name: 'aead',
  describe: () =>
    `one record under a key that was set up before, with ${additionalDataLength} octets of additional data, into the same ` +
    `output each time or a fresh one; the 90th percentile of ${sampling.slices} slices of processor time`,
  cases: [...cases.keys()],
  subjects: subjects.map(({ name }) => name),
  references: ['noble', 'node'],
  metrics: [{ name: 'throughput', unit: 'MB/s' }],
  measureAll,
};

async function measureAll({ case: name }: TogetherTask): Promise<ReadonlyMap<string, Measurement>> {
  const found = cases.get(name);
  if (found === undefined) throw new Error(`There is no case ${name}`);
  const works = new Map<string, Work>();
  for (const subject of subjects) {
    const cipher = await subject.create(found.algorithm, octets(keyLengths[found.algorithm]));
    if (cipher !== undefined) works.set(subject.name, workOf(cipher, found));
  }
  const times = interleave(works, sampling);
  return new Map(
    Array.from(times, ([subject, ofOne]) => {
      const throughputs = ofOne.map((milliseconds) => found.length / milliseconds / 1000);
      return [subject, { throughput: percentile(throughputs, 0.9) }];
    }),
  );
}

function workOf(cipher: Cipher, { operation, length, fresh }: AeadCase): Work {
  const nonce = octets(nonceLength);
  const additionalData = octets(additionalDataLength);
  const plaintext = octets(length);
  const sealed = cipher.seal(nonce, additionalData, plaintext, undefined);
  if (operation === 'seal') {
    const output = fresh ? undefined : new Uint8Array(sealed.length);
    return (times) => {
      for (let time = 0; time < times; time += 1) cipher.seal(nonce, additionalData, plaintext, output);
    };
  }
  const output = fresh ? undefined : new Uint8Array(length);
  return (times) => {
    for (let time = 0; time < times; time += 1) cipher.open(nonce, additionalData, sealed, output);
  };
}

/** So many octets, all kinds of them. */
function octets(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 151 + 7) & 0xff);
}
