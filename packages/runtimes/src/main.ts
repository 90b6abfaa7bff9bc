import { parseArgs } from 'node:util';
import { chromium, firefox } from './hosts/browser.ts';
import { bun } from './hosts/bun.ts';
import { deno } from './hosts/deno.ts';
import { examplePage } from './hosts/examplePage.ts';
import { hermes } from './hosts/hermes.ts';
import { node } from './hosts/node.ts';
import { quickjs } from './hosts/quickjs.ts';
import { workerd } from './hosts/workerd.ts';
import { AbsentError, type Runtime } from './runtime.ts';
import type { Outcome } from './scenario.ts';
import { startServers } from './servers.ts';

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
];

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const chosen =
  values.only === undefined ? runtimes : runtimes.filter(({ name }) => values.only?.includes(name));
if (chosen.length === 0) {
  console.error(`--only takes ${runtimes.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const table: string[] = [];
const servers = await startServers();
try {
  for (const runtime of chosen) table.push(await runIn(runtime));
} finally {
  await servers.close();
}
console.log(`\n| runtime | byte stream | checks |\n|---|---|---|\n${table.join('\n')}\n`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function runIn({ name, carrier, prepare }: Runtime): Promise<string> {
  console.log(`\n== ${name}`);
  let version = name;
  let outcomes: readonly Outcome[];
  try {
    const prepared = await prepare();
    version = prepared.version;
    console.log(version);
    outcomes = await prepared.run(servers.setting);
  } catch (error) {
    if (error instanceof AbsentError) {
      counts.skipped += 1;
      console.log(`skipped: ${error.message}`);
      return `| ${name} | ${carrier} | absent: ${error.message} |`;
    }
    outcomes = [
      { name: 'runs', trouble: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) },
    ];
  }
  for (const { name: check, trouble } of outcomes) {
    console.log(
      `  ${trouble === undefined ? 'ok     ' : 'FAILED '} ${check}${trouble === undefined ? '' : `\n${trouble}`}`,
    );
  }
  const failed = outcomes.filter(({ trouble }) => trouble !== undefined).length;
  counts.failed += failed;
  counts.passed += outcomes.length - failed;
  return `| ${version} | ${carrier} | ${outcomes.length - failed} of ${outcomes.length} |`;
}
