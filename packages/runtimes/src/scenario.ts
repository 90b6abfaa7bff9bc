/** What is proved in each runtime. Runs there, so nothing of any platform is used. */
import {
  SHUT_RD,
  SHUT_WR,
  SSLCertVerificationError,
  type SSLContext,
  SSLEOFError,
  type SSLSocket,
  type Transport,
} from '@halfclose/ssl';

/** What a runtime brings. */
export interface World {
  createContext(): SSLContext;
  /** A byte stream to a port of the machine that runs the tests. */
  connectTo(port: number): Promise<Transport>;
}

/** What runs on that machine. */
export interface Setting {
  /** PEM. */
  readonly authority: string;
  readonly ports: {
    /** Answer with what came, once the client has ended its side. */
    readonly echo13: number;
    readonly echo12: number;
    /** Certificates that are to be refused. */
    readonly otherName: number;
    readonly expired: number;
    readonly otherAuthority: number;
    /** Sends `truncated` and cuts the connection without close_notify. */
    readonly truncating: number;
    /** Send octets and end, over TLS 1.3 and in clear. */
    readonly download: number;
    readonly plainDownload: number;
    /** Echoes, too; of groups it has X25519MLKEM768 alone. Absent where Node 24 can't be had. */
    readonly hybrid?: number;
    /** `openssl s_server -rev`; absent where there is no OpenSSL. */
    readonly openssl13?: number;
    readonly openssl12?: number;
  };
  /** Octets to send there and back. */
  readonly octets: number;
  /** Octets that the two servers for downloads send. */
  readonly downloadOctets: number;
}

export interface Outcome {
  readonly name: string;
  /** Undefined where it held. */
  readonly trouble?: string;
}

type Check = (world: World, setting: Setting) => Promise<void>;

const checks: readonly (readonly [string, Check])[] = [
  ['TLS 1.3: verified, half-closed, all octets back', echoed('echo13', 'TLSv1.3')],
  ['TLS 1.2: verified, half-closed, all octets back', echoed('echo12', 'TLSv1.2')],
  ['TLS 1.3: a session resumed', resumed('echo13')],
  ['TLS 1.2: a session resumed', resumed('echo12')],
  ['after shutdown(SHUT_RD) writing goes on', readingShut],
  ['a certificate for another name is refused', refused('otherName', 62)],
  ['an expired certificate is refused', refused('expired', 10)],
  ['a certificate of an unknown authority is refused', refused('otherAuthority', 20)],
  ['a truncated stream is no end', truncated],
  ['X25519MLKEM768 with OpenSSL 3.5, at once', hybrid],
  ['OpenSSL over TLS 1.3', reversed('openssl13', 'TLSv1.3')],
  ['OpenSSL over TLS 1.2', reversed('openssl12', 'TLSv1.2')],
];

/** The names of the checks, in the order in which they run. */
export const checkNames: readonly string[] = checks.map(([name]) => name);

/** @param only the name of the one check to run; left out: all of them */
export async function runScenario(
  world: World,
  setting: Setting,
  only?: string,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [name, check] of checks.filter(([name]) => only === undefined || name === only)) {
    try {
      await check(world, setting);
      outcomes.push({ name });
    } catch (error) {
      outcomes.push({
        name,
        trouble: error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error),
      });
    }
  }
  return outcomes;
}

async function newContext({ createContext }: World, { authority }: Setting): Promise<SSLContext> {
  const context = createContext();
  await context.loadVerifyLocations({ cadata: authority });
  return context;
}

async function connect(
  world: World,
  context: SSLContext,
  port: number,
  session?: SSLSocket['session'],
): Promise<SSLSocket> {
  const socket = context.wrapSocket(await world.connectTo(port), {
    serverHostname: 'localhost',
    ...(session && { session }),
  });
  await socket.doHandshake();
  return socket;
}

function echoed(server: 'echo13' | 'echo12', version: string): Check {
  return async (world, setting) => {
    const socket = await connect(world, await newContext(world, setting), setting.ports[server]);
    expect(socket.version(), version);
    await goThereAndBack(socket, setting.octets);
  };
}

function resumed(server: 'echo13' | 'echo12'): Check {
  return async (world, setting) => {
    const context = await newContext(world, setting);
    const first = await connect(world, context, setting.ports[server]);
    await goThereAndBack(first, 100);
    expect(first.sessionReused, false);
    const second = await connect(world, context, setting.ports[server], first.session);
    expect(second.sessionReused, true);
    await goThereAndBack(second, 100);
  };
}

/** The server answers once we have shut down writing, so that octets back show both halves. */
async function goThereAndBack(socket: SSLSocket, octets: number): Promise<void> {
  const data = Uint8Array.from({ length: octets }, (_, i) => i % 251);
  await socket.sendall(data);
  await socket.shutdown(SHUT_WR);
  let position = 0;
  for (;;) {
    const chunk = await socket.recv(65_536);
    if (chunk.length === 0) break;
    for (const octet of chunk) {
      if (octet !== data[position]) throw new Error(`octet ${position} came back as another`);
      position += 1;
    }
  }
  expect(position, octets);
  await socket.close();
}

async function readingShut(world: World, setting: Setting): Promise<void> {
  const socket = await connect(world, await newContext(world, setting), setting.ports.echo13);
  await socket.shutdown(SHUT_RD);
  expect((await socket.recv(1)).length, 0);
  await socket.sendall(new Uint8Array(1000));
  await socket.shutdown(SHUT_WR);
  await socket.close();
}

function refused(server: 'otherName' | 'expired' | 'otherAuthority', verifyCode: number): Check {
  return async (world, setting) => {
    const context = await newContext(world, setting);
    try {
      await connect(world, context, setting.ports[server]);
    } catch (error) {
      if (!(error instanceof SSLCertVerificationError)) throw error;
      expect(error.verifyCode, verifyCode);
      return;
    }
    throw new Error('the certificate was taken');
  };
}

async function truncated(world: World, setting: Setting): Promise<void> {
  const socket = await connect(world, await newContext(world, setting), setting.ports.truncating);
  let received = 0;
  try {
    for (;;) {
      const chunk = await socket.recv(100);
      if (chunk.length === 0) break;
      received += chunk.length;
    }
  } catch (error) {
    if (!(error instanceof SSLEOFError)) throw error;
    expect(received, 'truncated'.length);
    await socket.close();
    return;
  }
  throw new Error('the cut was taken for an end');
}

async function hybrid(world: World, setting: Setting): Promise<void> {
  const port = setting.ports.hybrid;
  if (port === undefined) return;
  const socket = await connect(world, await newContext(world, setting), port);
  expect(socket.facts?.group, 'X25519MLKEM768');
  expect(socket.facts?.helloRetryRequest, false);
  await goThereAndBack(socket, 100);
}

function reversed(server: 'openssl13' | 'openssl12', version: string): Check {
  return async (world, setting) => {
    const port = setting.ports[server];
    if (port === undefined) return;
    const socket = await connect(world, await newContext(world, setting), port);
    expect(socket.version(), version);
    await socket.sendall(Uint8Array.of(97, 98, 99, 10));
    const line: number[] = [];
    while (line.length < 4) {
      const chunk = await socket.recv(4);
      if (chunk.length === 0) break;
      line.push(...chunk);
    }
    expect(line.join(), '99,98,97,10');
    await socket.close();
  };
}

function expect(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`it is ${String(actual)}, and not ${String(expected)}`);
}
