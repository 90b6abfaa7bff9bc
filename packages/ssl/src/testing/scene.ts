import { type Connector, SSLContext, type SSLSocket, TLSVersion, type Transport } from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import {
  type CarriedServer,
  createScriptedServer,
  createScriptedServer12,
  overTransport,
  type ScriptedServer,
  type ScriptedServer12,
  type ServerOptions,
  type ServerOverTransport,
} from '@halfclose/testing/peer';
import { alertName } from '@halfclose/tls/codec';
import { type MemoryTransport, memoryPair } from '@halfclose/transports/memory';
import { createTestPlatform, type TestPlatform } from './platform.ts';

/** What any scripted server has of what a scene needs. */
export type SceneServer = CarriedServer & Pick<ScriptedServer, 'done' | 'hellos' | 'records'>;

/** Our socket, a scripted server, and a carrier in memory between them that is watched. */
export interface SceneWith<S> {
  readonly socket: SSLSocket;
  readonly server: S;
  readonly peer: ServerOverTransport<S>;
  readonly platform: TestPlatform;
  /** The server's end of the carrier. */
  readonly theirs: MemoryTransport;
  readonly carrier: WatchedCarrier;
  /** The server reads nothing from its carrier until the function that it returns is called. */
  holdServer(): () => void;
  /** Ends that. */
  letServerRead(): void;
  /** Where it has not come to the end of it: the call of `connect`. */
  readonly connecting: Promise<void> | undefined;
  /** What our side put on the wire after the handshake, or after the hello if there was none: records, then the end. */
  wire(): string[];
  /** The server ends the carrier: its side of it, or all of it where sides can't be ended alone. */
  endCarrier(): Promise<void>;
  close(): Promise<void>;
}

/** With a server of TLS 1.3, which can do anything wrong. */
export type Scene = SceneWith<ScriptedServer>;

export interface WatchedCarrier {
  /** `none` before there is one; `open`, `half-closed` by us, or `closed` by us. */
  readonly state: string;
  /** Octets that we have read from it, and that we have written to it so far, waiting or not. */
  readonly taken: number;
  readonly given: number;
  /** The most writes that were under way together. */
  readonly writesAtOnce: number;
}

export interface SceneOptions {
  /** How far it has come: not connected; connected and unanswered; handshake done. */
  readonly given?: 'unconnected' | 'handshaking' | 'established';
  readonly halfClose?: boolean;
  readonly highWaterMark?: number;
  readonly suppressRaggedEofs?: boolean;
  readonly alpnProtocols?: readonly string[];
  /** From the beginning the server reads nothing, so that a handshake stays at its first flight. */
  readonly holdServer?: boolean;
  readonly server?: Partial<ServerOptions>;
}

export const serverHostname = 'example.com';
export const root = await createAuthority();
export const credentials = await root.issue({ dnsNames: [serverHostname] });

const alert = 21;
const applicationData = 23;

export function createScene(options: SceneOptions = {}): Promise<Scene> {
  const silent = options.given === 'handshaking' && !options.holdServer;
  const server = createScriptedServer({
    credentials,
    ...(silent && { flight: () => [] }),
    ...options.server,
  });
  return setScene(server, options);
}

/** With a server of TLS 1.2. */
export function createScene12(options: SceneOptions = {}): Promise<SceneWith<ScriptedServer12>> {
  return setScene(createScriptedServer12({ credentials }), options, TLSVersion.TLSv1_2);
}

/** With any server that answers hellos as soon as it reads them. */
export async function setScene<S extends SceneServer>(
  server: S,
  options: SceneOptions,
  version?: TLSVersion,
): Promise<SceneWith<S>> {
  const { given = 'established', halfClose = true, highWaterMark = 65_536 } = options;
  const platform = createTestPlatform();
  const context = new SSLContext(platform);
  if (version !== undefined) {
    context.minimumVersion = version;
    context.maximumVersion = version;
  }
  await context.loadVerifyLocations({ cadata: root.certificate });
  context.setAlpnProtocols(options.alpnProtocols ?? []);

  const [ours, theirs] = memoryPair({ halfClose, highWaterMark });
  const gate = createGate();
  const peer = overTransport(server, { ...theirs, read: () => gate.pass(() => theirs.read()) });
  const watched = watch(ours);
  const connector: Connector = { connect: async () => watched, close: () => watched.neverConnected() };
  const { suppressRaggedEofs = false } = options;
  const socket = context.wrapSocket({ detach: () => connector }, { serverHostname, suppressRaggedEofs });

  if (options.holdServer) gate.hold();
  const connecting = given === 'unconnected' ? undefined : socket.connect([serverHostname, 443]);
  connecting?.catch(() => {});
  if (given === 'established') {
    await connecting;
    await peer.until(({ done }) => done);
  } else if (given === 'handshaking' && !options.holdServer) {
    await peer.until(({ hellos }) => hellos.length > 0);
  }
  const before = server.records.length;
  return {
    socket,
    server,
    peer,
    platform,
    theirs,
    connecting,
    carrier: watched,
    holdServer: gate.hold,
    letServerRead: gate.release,
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

function watch(transport: MemoryTransport): Transport & WatchedCarrier & { neverConnected(): void } {
  let state = 'open';
  let taken = 0;
  let given = 0;
  let writing = 0;
  let writesAtOnce = 0;
  const { closeWrite } = transport;
  return {
    get state() {
      return state;
    },
    get taken() {
      return taken;
    },
    get given() {
      return given;
    },
    get writesAtOnce() {
      return writesAtOnce;
    },
    async read() {
      const chunk = await transport.read();
      taken += chunk?.length ?? 0;
      return chunk;
    },
    async write(chunk) {
      given += chunk.length;
      writing += 1;
      writesAtOnce = Math.max(writesAtOnce, writing);
      try {
        await transport.write(chunk);
      } finally {
        writing -= 1;
      }
    },
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
    neverConnected() {
      state = 'closed';
    },
  };
}

interface Gate {
  hold(): () => void;
  release(): void;
  pass<T>(task: () => Promise<T>): Promise<T>;
}

function createGate(): Gate {
  let held: Promise<void> = Promise.resolve();
  let release = (): void => {};
  return {
    hold() {
      held = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    release: () => release(),
    async pass(task) {
      const result = await task();
      await held;
      return result;
    },
  };
}

/** Follows a call. @returns what has become of it so far: its value, the code of its error, or `waits` */
export function follow(call: Promise<unknown>): () => string {
  let outcome = 'waits';
  call.then(
    (value) => {
      outcome = describeValue(value);
    },
    (error) => {
      outcome = describeError(error);
    },
  );
  return () => outcome;
}

/** What became of a call once nothing moves any more. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  const outcome = follow(call);
  await quiet();
  return outcome();
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
