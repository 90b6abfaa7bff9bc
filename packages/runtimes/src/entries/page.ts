import { addressInQuery, connectWebSocket, type WebSocketTransport } from '@halfclose/transports/websocket';
import { SSLContext } from 'halfclose';
import { type Outcome, runScenario, type Setting } from '../scenario.ts';

export interface PageSetting extends Setting {
  readonly relay: string;
  /** Whether WebAssembly may be used here. */
  readonly webAssembly: boolean;
  /** Whether to download with TLS and without. */
  readonly compares: boolean;
}

const setting = (globalThis as unknown as { readonly halfcloseSetting: PageSetting }).halfcloseSetting;

let instances = 0;
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: { Instance: new (...parts: unknown[]) => object };
};
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, parts: unknown[]) {
    instances += 1;
    return new target(...parts);
  },
});

const connectTo = (port: number): Promise<WebSocketTransport> =>
  connectWebSocket(addressInQuery(setting.relay)(['127.0.0.1', port]));

const outcomes: Outcome[] = [
  ...(await runScenario({ createContext: () => new SSLContext(), connectTo }, setting)),
];

const core: Outcome = {
  name: setting.webAssembly ? 'the SIMD core was chosen' : 'no WebAssembly was needed',
};
outcomes.push(instances > 0 === setting.webAssembly ? core : { ...core, trouble: `${instances} instances` });

if (setting.compares) outcomes.push(await compareDownloads());

await fetch('/outcomes', { method: 'POST', body: JSON.stringify(outcomes) });

async function compareDownloads(): Promise<Outcome> {
  const { downloadOctets: octets } = setting;
  const context = new SSLContext();
  await context.loadVerifyLocations({ cadata: setting.authority });
  const inClear = async (): Promise<number> => {
    const transport = await connectTo(setting.ports.plainDownload);
    let received = 0;
    for (let chunk = await transport.read(); chunk !== null; chunk = await transport.read())
      received += chunk.length;
    await transport.close();
    return received;
  };
  const overTls = async (): Promise<number> => {
    const socket = context.wrapSocket(await connectTo(setting.ports.download), {
      serverHostname: 'localhost',
    });
    await socket.doHandshake();
    const target = new Uint8Array(1 << 18);
    let received = 0;
    for (let length = await socket.recvInto(target); length > 0; length = await socket.recvInto(target))
      received += length;
    await socket.close();
    return received;
  };
  const times: { readonly clear: number[]; readonly tls: number[] } = { clear: [], tls: [] };
  for (let round = 0; round < 4; round += 1) {
    for (const [kind, download] of [
      ['clear', inClear],
      ['tls', overTls],
    ] as const) {
      const begun = performance.now();
      const received = await download();
      if (received !== octets) return { name: 'downloads', trouble: `${received} octets came of ${octets}` };
      // The first of each compiles.
      if (round > 0) times[kind].push(performance.now() - begun);
    }
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const [clear, over] = [median(times.clear), median(times.tls)];
  const speed = (milliseconds: number): string => `${Math.round(octets / 1000 / milliseconds)} MB/s`;
  return {
    name: `${octets >> 20} MiB: ${speed(clear)} in clear, ${speed(over)} over TLS 1.3, which is ${(clear / over).toFixed(2)} of it`,
  };
}
