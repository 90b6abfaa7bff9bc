import { addressInQuery, connectWebSocket, type WebSocketTransport } from '@halfclose/transports/websocket';
import { PROTOCOL_TLS_CLIENT, SSLContext } from 'halfclose';
import { type Outcome, runScenario, type Setting, troubleOf } from '../scenario/scenario.ts';
import { compareDownloads } from './downloads.ts';
import { newAbort, setTimer } from './surroundings.ts';
import { createWatch } from './webAssemblyWatch.ts';

export interface PageSetting extends Setting {
  readonly relay: string;
  /** Whether WebAssembly may be used here. */
  readonly webAssembly: boolean;
  readonly worker: boolean;
  /** Whether to download with TLS and without. */
  readonly compares: boolean;
}

const setting = (globalThis as unknown as { readonly halfcloseSetting: PageSetting }).halfcloseSetting;
const watch = createWatch();

const connectTo = (port: number): Promise<WebSocketTransport> =>
  connectWebSocket(addressInQuery(setting.relay)(['127.0.0.1', port]));

/** Has the platform that it was made with looked at. */
class WatchedContext extends SSLContext {
  static provider = '';
  constructor(...[protocol, parts]: ConstructorParameters<typeof SSLContext>) {
    super(protocol, parts);
    WatchedContext.provider = this.platform.crypto.name;
  }
}

const outcomes: Outcome[] = [
  await check('this is where it should be', async () => {
    if ('WorkerGlobalScope' in globalThis !== setting.worker) throw new Error(`worker: ${!setting.worker}`);
    if (watch.isAllowed !== setting.webAssembly) throw new Error(`WebAssembly: ${watch.isAllowed}`);
  }),
  ...(await runScenario(
    {
      createContext: (parts) => new WatchedContext(PROTOCOL_TLS_CLIENT, parts),
      connectTo,
      newAbort,
      setTimer,
      // A WebSocket has no word for a half.
      endsAsOne: true,
    },
    setting,
  )),
  await check(setting.webAssembly ? 'the SIMD core was chosen' : 'the portable core was chosen', async () => {
    const [provider, instances] = setting.webAssembly ? ['simd', 1] : ['portable', 0];
    if (WatchedContext.provider !== provider) throw new Error(`the provider is ${WatchedContext.provider}`);
    if (watch.instances() !== instances) throw new Error(`${watch.instances()} instances of WebAssembly`);
  }),
];
if (setting.compares) outcomes.push(await compareDownloads(connectTo, setting));

await fetch('/outcomes', { method: 'POST', body: JSON.stringify(outcomes) });

async function check(name: string, run: () => Promise<void>): Promise<Outcome> {
  return { name, ...(await troubleOf(run)) };
}
