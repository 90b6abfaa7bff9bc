import { findChromium, openPage, type Page } from './browser/chromium.ts';
import { processorTimeOf } from './browser/processorTime.ts';
import type { Transfer } from './browser/task.ts';
import type { Benchmark, Measurement, Setting, TogetherTask } from './harness/benchmark.ts';
import { ask, end, start } from './harness/process.ts';
import { median } from './harness/statistics.ts';
import { type Parameters, type Suite, strongerSuite13, suites13, type Target } from './tls/cases.ts';
import { findTarget, startServers } from './tls/servers.ts';

const mebibyte = 1_048_576;

/** Transfers of each kind in a page, by turns, and those beforehand in which things compile. */
const rounds = 5;
const warmUps = 2;

/** Whose processor time is told. */
const parts = ['page', 'network', 'browser', 'relay', 'server'] as const;

interface BrowserCase {
  readonly parameters: Parameters;
  readonly upload: boolean;
}

const suites: readonly Suite[] = [...suites13, strongerSuite13];

const cases = new Map<string, BrowserCase>(
  suites.flatMap((suite): [string, BrowserCase][] => [
    [`${suite}, down`, { parameters: parametersOf(suite), upload: false }],
    [`${suite}, up`, { parameters: parametersOf(suite), upload: true }],
  ]),
);

interface Surroundings {
  readonly targets: readonly Target[];
  readonly relay: string;
  readonly relayPid: number;
}

/**
 * A page of Chromium reads and writes through the relay, over TLS and in clear, by turns, the same octets from the same server by
 * the same transport. Each transfer has a connection, and a handshake, of its own. All processes share the machine's processors, so
 * that what the server's own encryption takes counts, too.
 */
export const browser: Benchmark = {
  name: 'browser',
  describe: ({ mib }) =>
    `${mib} MiB in one direction between a page in Chromium and a server of node:tls, through halfclose-relay, handshake ` +
    `included, the median of ${rounds} in each page; and the processor time of all that have a part in it`,
  cases: [...cases.keys()],
  subjects: ['over TLS', 'in clear'],
  metrics: [{ name: 'throughput', unit: 'MiB/s' }, ...parts.map((name) => ({ name, unit: 'ms/MiB' }))],
  missing: () => (findChromium() === undefined ? 'Chromium' : undefined),
  async prepare(): Promise<Setting> {
    const servers = await startServers(suites.map(parametersOf));
    const relay = start(new URL('./browser/relayProcess.js', import.meta.url));
    const url = await ask(relay, 'url', 60);
    return {
      value: { targets: servers.value, relay: url, relayPid: relay.pid },
      async end() {
        await end(relay);
        await servers.end();
      },
    };
  },
  async measureAll(task) {
    const command = findChromium();
    if (command === undefined) throw new Error('Chromium is not installed');
    const page = await openPage(command);
    try {
      return await measureIn(page, task);
    } finally {
      await page.close();
    }
  },
};

async function measureIn(
  page: Page,
  { case: name, effort, setting }: TogetherTask,
): Promise<ReadonlyMap<string, Measurement>> {
  const found = cases.get(name);
  if (found === undefined) throw new Error(`There is no case ${name}`);
  const { parameters, upload } = found;
  const { targets, relay, relayPid } = setting as Surroundings;
  const { port, plainPort, ca, pid } = findTarget(targets, parameters);
  const octets = effort.mib * mebibyte;
  const inClear: Transfer = {
    relay,
    port: plainPort,
    ca: undefined,
    suite: parameters.suite,
    upload,
    octets,
  };
  const kinds = [
    { subject: 'over TLS', transfer: { ...inClear, port, ca }, samples: [] as Measurement[] },
    { subject: 'in clear', transfer: inClear, samples: [] as Measurement[] },
  ];
  const processorTime = (): Record<(typeof parts)[number], number> => ({
    ...page.processorTime(),
    relay: processorTimeOf(relayPid),
    server: processorTimeOf(pid),
  });
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (const { transfer, samples } of kinds) {
      const before = processorTime();
      const { wall, trouble } = await page.run(transfer);
      if (trouble !== undefined) throw new Error(`The page could not do its transfer: ${trouble}`);
      const after = processorTime();
      const spent = parts.map((part) => [part, (after[part] - before[part]) / effort.mib] as const);
      if (round >= warmUps)
        samples.push({ throughput: (1000 * effort.mib) / wall, ...Object.fromEntries(spent) });
    }
  }
  return new Map(kinds.map(({ subject, samples }) => [subject, middleOf(samples)]));
}

function middleOf(samples: readonly Measurement[]): Measurement {
  const names = ['throughput', ...parts];
  return Object.fromEntries(
    names.map((name) => [name, median(samples.map((sample) => sample[name] ?? Number.NaN))]),
  );
}

function parametersOf(suite: Suite): Parameters {
  return { suite, keyType: 'P-256', group: 'X25519' };
}
