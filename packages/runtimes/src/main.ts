import { parseArgs } from 'node:util';
import { chromium, firefox } from './hosts/browser.ts';
import { bun } from './hosts/bun.ts';
import { deno } from './hosts/deno.ts';
import { examplePage } from './hosts/examplePage.ts';
import { hermes } from './hosts/hermes.ts';
import { node } from './hosts/node.ts';
import { quickjs } from './hosts/quickjs.ts';
import { tunnels } from './hosts/tunnels.ts';
import { workerd } from './hosts/workerd.ts';
import { createReport } from './report.ts';
import { AbsentError, type Prepared, type Runtime } from './runtime.ts';
import type { Outcome } from './scenario/scenario.ts';
import { type Servers, startServers } from './servers/servers.ts';
import { runTests } from './tests/run.ts';

const runtimes: readonly Runtime[] = [
  node(20),
  node(22),
  node(24),
  node(26),
  deno,
  bun,
  chromium,
  firefox,
  examplePage,
  workerd,
  quickjs,
  hermes,
  ...tunnels,
];
const isCalled = ({ name, group }: Runtime, called: string): boolean => name === called || group === called;

const usage = `Leads the built packages through the same checks in every runtime.

  --only NAME   this one, more than once for several: ${[...new Set(runtimes.flatMap(({ name, group }) => group ?? name))].join(', ')}
  --install     gets the browsers by apt-get where they are not installed; takes root
  --no-tests    leaves out the tests beside the code, which Node, Deno and Bun run, too
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    install: { type: 'boolean', default: false },
    'no-tests': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const unknown = values.only?.find((name) => !runtimes.some((runtime) => isCalled(runtime, name)));
if (values.help || unknown !== undefined) {
  if (unknown !== undefined) console.error(`there is no runtime ${unknown}\n`);
  console.log(usage);
  process.exit(unknown === undefined ? 0 : 2);
}

const report = createReport();
const servers = await startServers();
try {
  for (const runtime of runtimes) {
    if (values.only?.some((name) => isCalled(runtime, name)) ?? true) await lead(runtime, servers);
  }
} finally {
  await servers.close();
}
report.end();

async function lead(runtime: Runtime, { setting }: Servers): Promise<void> {
  report.begin(runtime);
  let prepared: Prepared;
  try {
    prepared = await runtime.prepare(values.install);
  } catch (error) {
    if (error instanceof AbsentError) report.absent(error.message);
    else report.scenario(failed(error));
    return;
  }
  report.version(prepared.version);
  report.scenario(await prepared.run(setting).catch(failed));
  const { tests } = prepared;
  if (tests === undefined || values['no-tests']) return;
  await runTests(tests.launch, tests.directories, tests.leftOut ?? {}, report.tests);
  report.endTests();
}

function failed(error: unknown): readonly Outcome[] {
  return [
    { name: 'runs', trouble: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) },
  ];
}
