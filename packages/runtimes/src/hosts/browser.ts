import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Relay, startRelay } from 'halfclose-relay';
import { bundle } from '../bundle.ts';
import { installDebian } from '../install.ts';
import type { Prepared, Runtime } from '../runtime.ts';
import type { Outcome, Setting } from '../scenario/scenario.ts';
import { parseOutcomes, versionOf } from './command.ts';

/** A page, what its policy is, and where the program runs in it. */
interface Place {
  readonly name: string;
  readonly policy: string;
  readonly worker: boolean;
  readonly webAssembly: boolean;
  readonly compares: boolean;
}

const places: readonly Place[] = [
  { name: 'page', policy: '', worker: false, webAssembly: true, compares: true },
  {
    name: 'page without WebAssembly, by its policy',
    policy: "default-src 'none'; script-src 'self'; connect-src 'self' ws://127.0.0.1:*",
    worker: false,
    webAssembly: false,
    compares: false,
  },
  { name: 'worker', policy: '', worker: true, webAssembly: true, compares: false },
];

/** Seconds for one page. */
const patience = 240;

interface Browser {
  readonly name: string;
  readonly commands: readonly string[];
  /** In Debian. */
  readonly packageName: string;
  args(profile: string, url: string): readonly string[];
}

export const chromium: Runtime = browser({
  name: 'chromium',
  commands: ['chromium', 'chromium-browser', 'google-chrome'],
  packageName: 'chromium',
  args: (profile, url) => [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-sync',
    `--user-data-dir=${profile}`,
    url,
  ],
});

export const firefox: Runtime = browser({
  name: 'firefox',
  commands: ['firefox-esr', 'firefox'],
  packageName: 'firefox-esr',
  args: (profile, url) => ['--headless', '--no-remote', '--profile', profile, url],
});

/** A browser that is installed, with nothing but a page that it opens: the page sends its outcomes back. */
function browser({ name, commands, packageName, args }: Browser): Runtime {
  return {
    name,
    carrier: 'WebSocket through halfclose-relay',
    async prepare(mayInstall): Promise<Prepared> {
      const command = await installDebian(commands, packageName, mayInstall);
      const program = await bundle('page', 'browser');
      return {
        version: (await versionOf(command)).replace(/ built on.*/, ''),
        run: (setting) =>
          runPages(
            (profile, url) => spawn(command, args(profile, url), { stdio: 'ignore' }),
            program,
            setting,
          ),
      };
    },
  };
}

async function runPages(
  open: (profile: string, url: string) => ChildProcess,
  program: string,
  setting: Setting,
): Promise<readonly Outcome[]> {
  const relay = await startRelay({ allow: ['127.0.0.1:*'] });
  try {
    const all: Outcome[] = [];
    for (const place of places) {
      const outcomes = await runPage(open, place, settingFor(place, program, setting, relay));
      all.push(...outcomes.map((outcome) => ({ ...outcome, name: `${place.name}: ${outcome.name}` })));
    }
    return all;
  } finally {
    await relay.close();
  }
}

function settingFor(place: Place, program: string, setting: Setting, relay: Relay): string {
  const { webAssembly, worker, compares } = place;
  const whole = {
    ...setting,
    relay: relay.url,
    webAssembly,
    worker,
    compares,
    ...(compares && { octets: setting.downloadOctets }),
  };
  return `globalThis.halfcloseSetting = ${JSON.stringify(whole)};\n${program}`;
}

async function runPage(
  open: (profile: string, url: string) => ChildProcess,
  { policy, worker }: Place,
  program: string,
): Promise<readonly Outcome[]> {
  let tell = (_text: string): void => {};
  const told = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const script = (response: ServerResponse, text: string): void => {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(text);
  };
  const server = createServer((request, response) => {
    if (request.url === '/program.js') script(response, program);
    else if (request.url === '/start.js') {
      script(response, worker ? "new Worker('/program.js', { type: 'module' });" : "import '/program.js';");
    } else if (request.url === '/outcomes') {
      let text = '';
      request.on('data', (chunk) => {
        text += String(chunk);
      });
      request.on('end', () => {
        response.end();
        tell(text);
      });
    } else {
      response.writeHead(200, {
        'content-type': 'text/html',
        ...(policy !== '' && { 'content-security-policy': policy }),
      });
      response.end('<!doctype html><title>halfclose</title><script type="module" src="/start.js"></script>');
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const profile = await mkdtemp(join(tmpdir(), 'halfclose-browser-'));
  const child = open(profile, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`the page said nothing in ${patience} s`)), patience * 1000);
      child.once('exit', (code) => reject(new Error(`the browser ended with ${code}`)));
    });
    return parseOutcomes(await Promise.race([told, late]));
  } finally {
    clearTimeout(timer);
    child.removeAllListeners('exit');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    server.closeAllConnections();
    server.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
