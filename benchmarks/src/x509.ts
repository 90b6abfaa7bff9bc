import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Measurement, Task } from './harness/benchmark.ts';
import { spend } from './harness/measure.ts';
import { median } from './harness/statistics.ts';
import { anchorCount, type ChainType, chainTypes, createFixtures, type Fixtures } from './x509/fixtures.ts';
import { halfclose, halfcloseOnNode } from './x509/halfclose.ts';
import { node } from './x509/node.ts';
import { peculiar } from './x509/peculiar.ts';
import { pkijs } from './x509/pkijs.ts';
import type { Implementation, Subject } from './x509/subject.ts';

const subjects: readonly Subject[] = [halfclose, halfcloseOnNode, node, peculiar, pkijs];

/** Milliseconds that a work is done beforehand, so that what compiles is compiled; of each sample; and samples. */
const sampling = { warmUp: 400, sample: 60, samples: 9 };

/** Does the same thing once. */
type Work = () => unknown;

interface Case {
  /** Whether the first time in a process is measured, or later ones. */
  readonly isCold: boolean;
  /** Undefined where the implementation lacks it. */
  readonly prepare: (implementation: Implementation, fixtures: Fixtures) => Work | undefined;
}

const warm = (prepare: Case['prepare']): Case => ({ isCold: false, prepare });
const cold = (prepare: Case['prepare']): Case => ({ isCold: true, prepare });

const cases = new Map<string, Case>([
  ...(['P-256', 'RSA-2048'] as const).flatMap((type): [string, Case][] => [
    [`parse, ${type}`, warm(({ parse }, fixtures) => withLeaf(fixtures, type, parse))],
    [`parse and read, ${type}`, warm(({ read }, fixtures) => withLeaf(fixtures, type, read))],
  ]),
  ...chainTypes.flatMap((type): [string, Case][] => [
    [`verify ${type}, cold`, cold(verifying(type))],
    [`verify ${type}, warm`, warm(verifying(type))],
    [`verify ${type}, remembered`, warm(verifyingAgain(type))],
  ]),
  [`load ${anchorCount} anchors, PEM, cold`, cold(loadingPem)],
  [`load ${anchorCount} anchors, PEM, warm`, warm(loadingPem)],
  [`load ${anchorCount} anchors by default, cold`, cold(loadingDefault)],
  [`load ${anchorCount} anchors by default, warm`, warm(loadingDefault)],
  ["load Mozilla's anchors, compact, cold", cold(({ loadCompact }) => loadCompact)],
]);

function withLeaf({ chains }: Fixtures, type: ChainType, work: (der: Uint8Array) => unknown): Work {
  const [leaf] = decoded(chains[type]);
  return () => work(leaf);
}

function verifying(type: ChainType): Case['prepare'] {
  return ({ trust }, { chains }) => {
    const [leaf, intermediate, root] = decoded(chains[type]);
    const verifier = trust(root);
    return () => verifier.verify([leaf, intermediate]);
  };
}

function verifyingAgain(type: ChainType): Case['prepare'] {
  return ({ trust }, { chains }) => {
    const [leaf, intermediate, root] = decoded(chains[type]);
    return trust(root).remember([leaf, intermediate]);
  };
}

function loadingPem({ loadPem }: Implementation, { anchors }: Fixtures): Work {
  // One flat text, as a file gives it.
  const text = Buffer.from(anchors.join('')).toString('latin1');
  return () => loadPem(text, anchors);
}

function loadingDefault({ loadDefault }: Implementation, { anchorFile }: Fixtures): Work | undefined {
  // The process does nothing else.
  process.env.SSL_CERT_FILE = anchorFile;
  delete process.env.SSL_CERT_DIR;
  return loadDefault;
}

function decoded(chain: readonly string[]): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const [leaf, intermediate, root] = chain.map((text) => new Uint8Array(Buffer.from(text, 'base64')));
  if (!leaf || !intermediate || !root) throw new Error('A chain has three certificates');
  return [leaf, intermediate, root];
}

/** Certificates read and chains verified, in processes that do nothing else. */
export const x509: Benchmark = {
  name: 'x509',
  describe: () =>
    'certificates read, chains of a server, an intermediate and a root read and verified, and stores loaded, in processor ' +
    'time; cold is the first time in a process, warm with everything made anew, remembered with everything kept that can be',
  cases: [...cases.keys()],
  subjects: subjects.map(({ name }) => name),
  metrics: [
    { name: 'cpu', unit: 'µs' },
    { name: 'rate', unit: '/s' },
  ],
  async prepare() {
    const directory = mkdtempSync(join(tmpdir(), 'halfclose-bench-'));
    const value = await createFixtures(directory);
    return { value, end: async () => rmSync(directory, { recursive: true }) };
  },
  measure,
};

async function measure({ case: name, subject, setting }: Task): Promise<Measurement | undefined> {
  const found = cases.get(name);
  const implementation = await subjects.find((one) => one.name === subject)?.load();
  if (found === undefined || implementation === undefined) throw new Error(`There is no ${name}, ${subject}`);
  // What `prepare` gave, out of JSON.
  const work = found.prepare(implementation, setting as Fixtures);
  if (work === undefined) return undefined;
  const cpu = 1000 * (found.isCold ? await spentOn(work, 1) : await spentWarm(work));
  return { cpu, rate: 1e6 / cpu };
}

/** Milliseconds of processor time for each of so many times. */
async function spentOn(work: Work, times: number): Promise<number> {
  const { cpu } = await spend(async () => {
    for (let time = 0; time < times; time += 1) {
      const done = work();
      if (done instanceof Promise) await done;
    }
  });
  return cpu / times;
}

async function spentWarm(work: Work): Promise<number> {
  let once = 0;
  for (let times = 1, total = 0; total < sampling.warmUp; times *= 2) {
    once = await spentOn(work, times);
    total += once * times;
  }
  const times = Math.max(1, Math.round(sampling.sample / once));
  const samples: number[] = [];
  for (let sample = 0; sample < sampling.samples; sample += 1) samples.push(await spentOn(work, times));
  return median(samples);
}
