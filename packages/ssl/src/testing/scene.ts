import { type Connector, SSLContext, type SSLSocket, type Transport } from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import {
  createScriptedServer,
  overTransport,
  type ScriptedServer,
  type ServerOptions,
  type ServerOverTransport,
} from '@halfclose/testing/peer';
import { alertName } from '@halfclose/tls/codec';
import { type MemoryTransport, memoryPair } from '@halfclose/transports/memory';
import { createTestPlatform, type TestPlatform } from './platform.ts';

/** Our socket, a scripted server, and a carrier in memory between them that is watched. */
export interface Scene {
  readonly socket: SSLSocket;
  readonly server: ScriptedServer;
  readonly peer: ServerOverTransport;
  readonly platform: TestPlatform;
  /** The server's end of the carrier. */
  readonly theirs: MemoryTransport;
  readonly carrier: WatchedCarrier;
  /** The server reads nothing from its carrier until the function that it returns is called. */
  holdServer(): () => void;
  /** What our side put on the wire after the handshake, or after the hello if there was none: records, then the end. */
  wire(): string[];
  /** The server ends the carrier: its side of it, or all of it where sides can't be ended alone. */
  endCarrier(): Promise<void>;
  close(): Promise<void>;
}

export interface WatchedCarrier {
  /** `open`, `half-closed` by us, or `closed` by us. */
  readonly state: string;
}

export interface SceneOptions {
  /** How far it has come: not connected; connected and unanswered; handshake done. */
  readonly given?: 'unconnected' | 'handshaking' | 'established';
  readonly halfClose?: boolean;
  readonly highWaterMark?: number;
  readonly suppressRaggedEofs?: boolean;
  readonly alpnProtocols?: readonly string[];
  readonly server?: Partial<ServerOptions>;
}

export const serverHostname = 'example.com';
export const root = await createAuthority();
export const credentials = await root.issue({ dnsNames: [serverHostname] });

const alert = 21;
const applicationData = 23;

export async function createScene(options: SceneOptions = {}): Promise<Scene> {
  const { given = 'established', halfClose = true, highWaterMark = 65_536 } = options;
  const platform = createTestPlatform();
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.certificate });
  context.setAlpnProtocols(options.alpnProtocols ?? []);

  const [ours, theirs] = memoryPair({ halfClose, highWaterMark });
  const server = createScriptedServer({
    credentials,
    ...(given !== 'established' && { flight: () => [] }),
    ...options.server,
  });
  const gate = createGate();
  const peer = overTransport(server, { ...theirs, read: () => gate.pass(() => theirs.read()) });
  const watched = watch(ours);
  const connector: Connector = { connect: async () => watched, close() {} };
  const { suppressRaggedEofs = false } = options;
  const socket = context.wrapSocket({ detach: () => connector }, { serverHostname, suppressRaggedEofs });

  if (given !== 'unconnected') {
    const connecting = socket.connect([serverHostname, 443]);
    if (given === 'established') await connecting;
    else connecting.catch(() => {});
    await peer.until(({ hellos, done }) => (given === 'established' ? done : hellos.length > 0));
  }
  const before = server.records.length;
  return {
    socket,
    server,
    peer,
    platform,
    theirs,
    carrier: watched,
    holdServer: gate.hold,
    wire() {
      const records = server.records.slice(before).map(describeRecord);
      return peer.clientEnded && halfClose ? [...records, 'FIN'] : records;
    },
    async endCarrier() {
      await peer.flushed();
      await (theirs.closeWrite ?? theirs.close)();
    },
    async close() {
      const closing = socket.close();
      theirs.break();
      await closing;
    },
  };
}

function describeRecord({ contentType, content }: ScriptedServer['records'][number]): string {
  if (content === undefined) return 'unreadable';
  if (contentType === alert) return alertText(content);
  return contentType === applicationData ? `data ${textOf(content)}` : `type ${contentType}`;
}

function alertText([level = 0, description = -1]: Uint8Array): string {
  const name = alertName(description) ?? String(description);
  return level === 2 ? `fatal ${name}` : name;
}

/** Short data as it is, long data as its length. */
export function textOf(bytes: Uint8Array): string {
  return bytes.length < 40 ? new TextDecoder().decode(bytes) : `of ${bytes.length}`;
}

function watch(transport: MemoryTransport): Transport & WatchedCarrier {
  let state = 'open';
  const { closeWrite } = transport;
  return {
    get state() {
      return state;
    },
    read: () => transport.read(),
    write: (chunk) => transport.write(chunk),
    ...(closeWrite && {
      closeWrite() {
        if (state === 'open') state = 'half-closed';
        return closeWrite();
      },
    }),
    close() {
      state = 'closed';
      return transport.close();
    },
  };
}

function createGate(): { hold(): () => void; pass<T>(task: () => Promise<T>): Promise<T> } {
  let held: Promise<void> = Promise.resolve();
  return {
    hold() {
      let release = (): void => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    async pass(task) {
      const result = await task();
      await held;
      return result;
    },
  };
}

/** What became of a call: its value, the code of its error, or `waits` once nothing moves any more. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  let outcome = 'waits';
  call.then(
    (value) => {
      outcome = describeValue(value);
    },
    (error) => {
      outcome = describeError(error);
    },
  );
  await quiet();
  return outcome;
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'ok';
  if (value instanceof Uint8Array) return value.length === 0 ? 'EOF' : textOf(value);
  return typeof value === 'object' ? 'carrier' : String(value);
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  return 'reason' in error
    ? `${error.name} ${error.reason}`
    : 'errno' in error && 'code' in error
      ? `${error.code}`
      : error.name;
}

/** Everything that can happen without time passing has happened. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
