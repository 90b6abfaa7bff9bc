/** For an engine with nothing but the language: entropy, clock, timer and the byte stream are the host's. */
import type { CryptoProvider, RandomSource } from '@halfclose/crypto';
import { allParts, type Platform, PROTOCOL_TLS_CLIENT, SSLContext, type Transport } from '@halfclose/ssl';
import { runScenario, type Setting, type World } from '../scenario/scenario.ts';

/** What the host puts into the engine. */
interface Host {
  /** JSON. */
  readonly setting: string;
  /** The one check to run; undefined for all. */
  readonly only?: string;
  /** Whether a timer's end ever comes. */
  readonly hasTimers: boolean;
  now(): number;
  random(octets: number): ArrayBuffer;
  setTimer(callback: () => void, milliseconds: number): number;
  clearTimer(timer: number): void;
  connect(port: number): Promise<number>;
  read(connection: number): Promise<ArrayBuffer | null>;
  write(connection: number, octets: ArrayBuffer): Promise<void>;
  closeWrite(connection: number): Promise<void>;
  close(connection: number): void;
  report(outcomes: string): void;
}

const { host } = globalThis as unknown as { readonly host: Host };

export function runOn(createProvider: (random: RandomSource) => CryptoProvider): void {
  const platform: Platform = {
    crypto: createProvider((output) => output.set(new Uint8Array(host.random(output.length)))),
    clock: () => host.now(),
    setTimer(callback, milliseconds) {
      const timer = host.setTimer(callback, milliseconds);
      return () => host.clearTimer(timer);
    },
    ...allParts,
  };

  const setting: Setting = JSON.parse(host.setting);
  const createContext = (parts?: Partial<Platform>): SSLContext =>
    new SSLContext({ ...platform, ...parts }, PROTOCOL_TLS_CLIENT);
  const world: World = {
    createContext,
    connectTo,
    ...(host.hasTimers && { setTimer: platform.setTimer }),
  };
  runScenario(world, setting, host.only).then(
    (outcomes) => host.report(JSON.stringify(outcomes)),
    (error) => host.report(JSON.stringify([{ name: 'runs', trouble: String(error) }])),
  );
}

async function connectTo(port: number): Promise<Transport> {
  const connection = await host.connect(port);
  return {
    async read() {
      const octets = await host.read(connection);
      return octets && new Uint8Array(octets);
    },
    write: (chunk) => host.write(connection, chunk.slice().buffer),
    closeWrite: () => host.closeWrite(connection),
    close: () => host.close(connection),
  };
}
