import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { install } from '../install.ts';
import type { Prepared, Runtime } from '../runtime.ts';
import type { Outcome, Setting } from '../scenario/scenario.ts';
import { parseOutcomes, versionOf } from './command.ts';

const configuration = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2026-01-01",
);
`;

/** Cloudflare's runtime, over the sockets of `connect`. */
export const workerd: Runtime = {
  name: 'workerd',
  carrier: 'connect()',
  async prepare(): Promise<Prepared> {
    const command = join(await install('workerd', '1'), '..', '.bin', 'workerd');
    const program = await bundle('workerd', 'browser', { external: ['cloudflare:sockets'] });
    return { version: await versionOf(command), run: (setting) => serve(command, program, setting) };
  },
};

async function serve(command: string, program: string, setting: Setting): Promise<readonly Outcome[]> {
  const directory = await mkdtemp(join(tmpdir(), 'halfclose-workerd-'));
  await writeFile(join(directory, 'worker.js'), program);
  await writeFile(join(directory, 'config.capnp'), configuration);
  const child = spawn(command, ['serve', '--control-fd=1', 'config.capnp'], { cwd: directory });
  try {
    let printed = '';
    const port = await new Promise<number>((resolve, reject) => {
      const take = (chunk: Buffer): void => {
        printed += String(chunk);
        const [, found] = /"event":"listen".*"port":(\d+)/.exec(printed) ?? [];
        if (found !== undefined) resolve(Number(found));
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`workerd ended: ${printed}`)));
    });
    const response = await fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      body: JSON.stringify(setting),
      signal: AbortSignal.timeout(120_000),
    });
    return parseOutcomes(await response.text());
  } finally {
    child.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  }
}
