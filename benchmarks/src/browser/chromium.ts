import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { allProcesses, commandLineOf } from './processorTime.ts';
import { nextPath, type Transfer, type Transferred } from './task.ts';

/** The processes of Chromium that have a part in a transfer. */
export type Part = 'page' | 'network' | 'browser';

export interface Page {
  run(transfer: Transfer): Promise<Transferred>;
  /** Milliseconds of processor time that its processes have taken so far. */
  processorTime(): Readonly<Record<Part, number>>;
  close(): Promise<void>;
}

/** The command of Chromium; undefined where it isn't installed. */
export function findChromium(): string | undefined {
  return ['chromium', 'chromium-browser', 'google-chrome'].find(
    (command) => spawnSync(command, ['--version']).status === 0,
  );
}

/** Opens Chromium with the page of the benchmark. */
export async function openPage(command: string): Promise<Page> {
  const program = await bundlePage();
  const { server, next } = serve(program);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const profile = await mkdtemp(join(tmpdir(), 'halfclose-bench-'));
  const child = spawn(command, [...switches, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
  });
  const gone = once(child, 'exit').then(() => {
    throw new Error('Chromium has ended');
  });
  gone.catch(() => {});
  await Promise.race([next.asked(), gone]);
  return {
    async run(transfer) {
      next.answer(transfer);
      return (await Promise.race([next.asked(), gone])) ?? { wall: 0, trouble: 'The page was loaded anew' };
    },
    processorTime: () => timesOf(child),
    async close() {
      child.kill('SIGKILL');
      await gone.catch(() => {});
      server.closeAllConnections();
      server.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

const switches = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
];

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./page.js', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'silent',
    tsconfigRaw: '{}',
  });
  return outputFiles[0]?.text ?? '';
}

interface Next {
  /** Resolves when the page asks for a transfer, with how the last one went. */
  asked(): Promise<Transferred | null>;
  answer(transfer: Transfer): void;
}

function serve(program: string): { readonly server: ReturnType<typeof createServer>; readonly next: Next } {
  let tell = (_last: Transferred | null): void => {};
  const nextQuestion = (): Promise<Transferred | null> =>
    new Promise((resolve) => {
      tell = resolve;
    });
  let asked = nextQuestion();
  let waiting: ServerResponse | undefined;
  const server = createServer((request, response) => {
    if (request.url === nextPath) {
      let text = '';
      request.on('data', (chunk) => {
        text += String(chunk);
      });
      request.on('end', () => {
        waiting = response;
        tell(JSON.parse(text));
      });
    } else if (request.url === '/page.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(program);
    } else {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>halfclose</title><script type="module" src="/page.js"></script>');
    }
  });
  const next: Next = {
    asked: () => asked,
    answer(transfer) {
      asked = nextQuestion();
      waiting?.end(JSON.stringify(transfer));
    },
  };
  return { server, next };
}

function timesOf({ pid }: ChildProcess): Record<Part, number> {
  const times = { page: 0, network: 0, browser: 0 };
  const family = new Set([pid]);
  // A child is never listed before its parent unless numbers have come round, which a second look finds.
  const processes = allProcesses();
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const one of processes) if (family.has(one.parent)) family.add(one.pid);
  }
  for (const one of processes) if (family.has(one.pid)) times[partOf(commandLineOf(one.pid))] += one.time;
  return times;
}

function partOf(commandLine: string): Part {
  if (commandLine.includes('--type=renderer')) return 'page';
  return commandLine.includes('network.mojom.NetworkService') ? 'network' : 'browser';
}
