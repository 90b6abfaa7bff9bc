import { fileURLToPath } from 'node:url';
import { type Relay, startRelay } from 'halfclose-relay';
import { build, type PreviewServer, preview } from 'vite';
import type { Demo } from './demo.ts';
import { type DemoServers, startDemoServers } from './demoServers.ts';

export interface ExampleOptions {
  /** 0 takes any that is free. */
  readonly port: number;
  /** `HOST:PORT` each: what the relay may reach beside the demonstration's servers. */
  readonly allow?: readonly string[];
}

export interface Example {
  readonly url: string;
  readonly relay: string;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the page may do: run its own scripts and the engine's WebAssembly, and talk to relays. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
].join('; ');

/** Builds the page, and serves it together with a relay and the servers of the demonstration. */
export async function startExample({ port, allow = [] }: ExampleOptions): Promise<Example> {
  const servers = await startDemoServers();
  const relay = await startRelay({
    allow: [...servers.hosts.map(({ port: each }) => `127.0.0.1:${each}`), ...allow],
  });
  const demo: Demo = { relay: relay.url, authority: servers.authority, hosts: servers.hosts };
  const server = await servePage(port, demo);
  const [url = ''] = server.resolvedUrls?.local ?? [];
  return { url, relay: relay.url, close: () => closeAll(server, relay, servers) };
}

async function servePage(port: number, demo: Demo): Promise<PreviewServer> {
  const common = { root, logLevel: 'warn' } as const;
  await build(common);
  return preview({
    ...common,
    preview: {
      host: '127.0.0.1',
      port,
      strictPort: port !== 0,
      headers: { 'content-security-policy': policy },
    },
    plugins: [
      {
        name: 'demo',
        configurePreviewServer({ middlewares }) {
          middlewares.use('/demo.json', (_request, response) => {
            response.setHeader('content-type', 'application/json');
            response.end(JSON.stringify(demo));
          });
        },
      },
    ],
  });
}

async function closeAll(server: PreviewServer, relay: Relay, servers: DemoServers): Promise<void> {
  await server.close();
  await relay.close();
  await servers.close();
}
