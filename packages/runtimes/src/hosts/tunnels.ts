/** Relays that others made, and that people run: the client in this Node, through each of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Transport } from '@halfclose/ssl';
import {
  addressInQuery,
  type ConnectWebSocketOptions,
  connectWebSocket,
} from '@halfclose/transports/websocket';
import { connectWisp } from '@halfclose/transports/wisp';
import { PROTOCOL_TLS_CLIENT, SSLContext } from 'halfclose';
import { WebSocket } from 'ws';
import { newAbort, setTimer } from '../entries/surroundings.ts';
import { install, installGo, installPython } from '../install.ts';
import type { Runtime } from '../runtime.ts';
import { runScenario, type Setting } from '../scenario/scenario.ts';

/** How a relay is started, and how it is told where to connect to. */
interface Relay {
  readonly name: string;
  readonly carrier: string;
  /** Gets it. @returns its version, and how to start it on a port for connections to other ports of this machine */
  prepare(): Promise<{
    readonly version: string;
    start(port: number, targets: readonly number[], directory: string): Promise<ChildProcess>;
  }>;
  connectTo(relayPort: number, target: number): Promise<Transport>;
}

/**
 * Octets there and back. What a relay has not passed on when the WebSocket is closed is lost, and `close` waits for the server
 * for a second, so that it can't be much.
 */
const octets = 1 << 20;
/** Milliseconds for a relay to listen. */
const patience = 20_000;

const options: ConnectWebSocketOptions = {
  createWebSocket: (url, protocols) => new WebSocket(url, protocols),
};

const websockify: Relay = {
  name: 'websockify',
  carrier: 'WebSocket through websockify',
  async prepare() {
    const version = '0.13.0';
    const commands = await installPython('websockify', version);
    return {
      version: `websockify ${version}`,
      async start(port, targets, directory) {
        const tokens = join(directory, 'tokens');
        await writeFile(tokens, targets.map((target) => `${target}: 127.0.0.1:${target}\n`).join(''));
        const plugin = ['--token-plugin=TokenFile', `--token-source=${tokens}`];
        return spawn(join(commands, 'websockify'), [...plugin, `127.0.0.1:${port}`], { stdio: 'ignore' });
      },
    };
  },
  connectTo: (port, target) => connectWebSocket(`ws://127.0.0.1:${port}/?token=${target}`, options),
};

const neon: Relay = {
  name: 'wsproxy',
  carrier: "WebSocket through Neon's wsproxy",
  async prepare() {
    const command = await installGo('github.com/neondatabase/wsproxy');
    return {
      version: "Neon's wsproxy",
      start: async (port) =>
        spawn(command, {
          stdio: 'ignore',
          env: {
            LISTEN_PORT: `127.0.0.1:${port}`,
            PROMETHEUS_BIND: '127.0.0.1:0',
            ALLOW_ADDR_REGEX: '^127\\.0\\.0\\.1:[0-9]+$',
          },
        }),
    };
  },
  connectTo: (port, target) =>
    connectWebSocket(addressInQuery(`ws://127.0.0.1:${port}/v1`)(['127.0.0.1', target]), options),
};

const wispServer = (module: string, port: number): string => `
import { createServer } from 'node:http';
import { logging, server } from ${JSON.stringify(module)};
logging.set_level(logging.NONE);
Object.assign(server.options, { allow_loopback_ips: true, allow_private_ips: true });
createServer().on('upgrade', (request, socket, head) => server.routeRequest(request, socket, head)).listen(${port}, '127.0.0.1');
`;

const wisp: Relay = {
  name: 'wisp-js',
  carrier: 'Wisp through wisp-js',
  async prepare() {
    const directory = await install('@mercuryworkshop/wisp-js', '0.5');
    const { version }: { version: string } = JSON.parse(
      await readFile(join(directory, 'package.json'), 'utf8'),
    );
    const module = pathToFileURL(join(directory, 'src/entrypoints/server.mjs')).href;
    return {
      version: `wisp-js ${version}`,
      start: async (port) =>
        spawn(process.execPath, ['--input-type=module', '-e', wispServer(module, port)], { stdio: 'ignore' }),
    };
  },
  async connectTo(port, target) {
    const connections = await connectWisp(`ws://127.0.0.1:${port}/`, options);
    const transport = await connections.connect(['127.0.0.1', target]);
    // The WebSocket has this one stream.
    const close = async (): Promise<void> => {
      await transport.close();
      await connections.close();
    };
    return {
      read: () => transport.read(),
      write: (chunk) => transport.write(chunk),
      close,
    };
  },
};

/** Of this group, as `--only` takes it. */
export const tunnels: readonly Runtime[] = [websockify, neon, wisp].map((relay) => ({
  name: relay.name,
  group: 'tunnels',
  carrier: relay.carrier,
  async prepare() {
    const { version, start } = await relay.prepare();
    return { version, run: (setting) => runThrough(relay, start, { ...setting, octets }) };
  },
}));

async function runThrough(
  { connectTo, name }: Relay,
  start: Awaited<ReturnType<Relay['prepare']>>['start'],
  setting: Setting,
): ReturnType<typeof runScenario> {
  const directory = await mkdtemp(join(tmpdir(), 'halfclose-tunnel-'));
  const port = await freePort();
  const child = await start(port, Object.values(setting.ports), directory);
  const ended = once(child, 'close');
  const failed = once(child, 'error').then(([error]) => Promise.reject(error));
  try {
    await Promise.race([listening(port, name), failed]);
    return await runScenario(
      {
        createContext: (parts) => new SSLContext(PROTOCOL_TLS_CLIENT, parts),
        connectTo: (target) => connectTo(port, target),
        newAbort,
        setTimer,
        // None of them has a word for a half.
        endsAsOne: true,
      },
      setting,
    );
  } finally {
    child.kill();
    await ended;
    await rm(directory, { recursive: true, force: true });
  }
}

/** None of them can be asked which port it took. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}

async function listening(port: number, name: string): Promise<void> {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(50)) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
  }
  throw new Error(`${name} doesn't listen after ${patience} ms`);
}
