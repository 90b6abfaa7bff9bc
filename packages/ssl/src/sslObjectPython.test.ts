/** SSLObject, call by call, against Python's: the same calls in the same situation come to the same. */
import { MemoryBIO, SSLContext, SSLError, type SSLObject, TLSVersion, ValueError } from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import { createScriptedServer, createScriptedServer12 } from '@halfclose/testing/peer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';
import { type ObjectScenario, type ObjectStep, playWithPython } from './testing/pythonObject.ts';

const test = suite("SSLObject and Python's");
const root = await createAuthority();
const other = await createAuthority();
const credentials = await root.issue({ dnsNames: ['example.com'] });

const established: readonly ObjectStep[] = ['handshake', 'serve', 'handshake', 'serve', 'handshake', 'serve'];
const calls: readonly ObjectStep[] = [
  'handshake',
  ['read', 5],
  ['write', 'x'],
  'unwrap',
  'pending',
  'version',
];

const plays: Readonly<Record<string, readonly ObjectStep[]>> = {
  'before anything': ['getpeercert', ...calls, ['read', 0]],
  'after the hello': ['handshake', ...calls, 'getpeercert'],
  'both ways': [
    ...established,
    'version',
    'getpeercert',
    ['write', 'hello'],
    'serve',
    ['server writes', 'an answer'],
    ['read', 3],
    'pending',
    ['read', 100],
    ['read', 100],
    ['write', ''],
  ],
  'unwrap, answered': [...established, 'unwrap', 'serve', 'server closes', 'unwrap', 'unwrap', ['read', 5]],
  'unwrap, with data before the answer': [
    ...established,
    'unwrap',
    ['server writes', 'late'],
    'unwrap',
    'pending',
    ['read', 100],
  ],
  'unwrap, then calls': [...established, 'unwrap', ['write', 'x'], ['read', 5]],
  'the server closes': [
    ...established,
    'server closes',
    ['read', 5],
    ['read', 5],
    'unwrap',
    ['read', 5],
    'unwrap',
  ],
  'the server writes and closes': [
    ...established,
    ['server writes', 'last words'],
    'server closes',
    ['read', 4],
    ['read', 100],
    ['read', 100],
    'unwrap',
  ],
  'the server closes, and is written to': [
    ...established,
    'server closes',
    ['read', 5],
    ['write', 'still'],
    'unwrap',
  ],
  'the carrier ends': [...established, ['server writes', 'cut'], 'end', ['read', 100], ['read', 100]],
  'the carrier ends, then unwrap': [...established, 'end', 'unwrap'],
  'the carrier ends during the handshake': ['handshake', 'end', 'handshake'],
  'no TLS': ['handshake', ['noise', 'HTTP/1.0 400 Bad Request\r\n\r\n'], 'handshake'],
};

/**
 * Where we don't want to be the same, from which call on: Python loses what the server wrote before its close_notify, and
 * forgets what a connection has died of.
 */
const differences: Readonly<Record<string, readonly [from: number, outcomes: readonly string[]]>> = {
  'unwrap, with data before the answer': [5, ['4', 'late']],
  'a server that is not trusted': [2, ['SSLCertVerificationError']],
};

const scenarios = Object.entries(plays).flatMap(([title, steps]) =>
  (['TLSv1.3', 'TLSv1.2'] as const).map((version) => ({ title, version, trusted: true, steps })),
);
const untrusted = (['TLSv1.3', 'TLSv1.2'] as const).map((version) => {
  const steps: readonly ObjectStep[] = ['handshake', 'serve', 'handshake', 'handshake'];
  return { title: 'a server that is not trusted', version, trusted: false, steps };
});
const all = [...scenarios, ...untrusted];

function outcome(call: () => unknown): string {
  try {
    const value = call();
    if (value instanceof Uint8Array) return new TextDecoder().decode(value) || 'EOF';
    if (value === undefined || value === null) return 'ok';
    return typeof value === 'object' ? 'certificate' : String(value);
  } catch (error) {
    if (error instanceof ValueError) return 'ValueError';
    if (!(error instanceof SSLError)) throw error;
    return error.name === 'SSLError' ? `SSLError ${error.reason}` : error.name;
  }
}

async function play({ version, trusted, steps }: ObjectScenario): Promise<string[]> {
  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: (trusted ? root : other).pem });
  context.maximumVersion = version === 'TLSv1.2' ? TLSVersion.TLSv1_2 : TLSVersion.TLSv1_3;
  context.minimumVersion = context.maximumVersion;
  const [incoming, outgoing] = [new MemoryBIO(), new MemoryBIO()];
  const object = context.wrapBio(incoming, outgoing, { serverHostname: 'example.com' });
  const server =
    version === 'TLSv1.2' ? createScriptedServer12({ credentials }) : createScriptedServer({ credentials });
  const exchange = (): void => {
    if (outgoing.pending > 0) server.receive(outgoing.read());
    incoming.write(server.output().slice());
    server.outputTaken(server.output().length);
  };
  const outcomes: string[] = [];
  for (const step of steps) {
    const [name, argument] = typeof step === 'string' ? [step, ''] : step;
    if (name === 'serve') exchange();
    else if (name === 'end') incoming.writeEof();
    else if (name === 'noise') incoming.write(new TextEncoder().encode(String(argument)));
    else if (name === 'server writes') server.send(new TextEncoder().encode(String(argument)));
    else if (name === 'server closes') server.closeNotify();
    else outcomes.push(outcome(() => callOf(object, name, argument)));
    if (name.startsWith('server ')) exchange();
  }
  return outcomes;
}

function callOf(object: SSLObject, name: string, argument: number | string): unknown {
  switch (name) {
    case 'handshake':
      return object.doHandshake();
    case 'unwrap':
      return object.unwrap();
    case 'getpeercert':
      return object.getPeerCert();
    case 'pending':
      return object.pending();
    case 'version':
      return object.version();
    case 'read':
      return object.read(Number(argument));
    default:
      return object.write(new TextEncoder().encode(String(argument)));
  }
}

const theirs = playWithPython(all, [credentials.chainPem + credentials.privateKeyPem, root.pem, other.pem]);
if (theirs === undefined) {
  console.log("skipped: Python is not installed, SSLObject is not compared with Python's");
} else {
  for (const [index, scenario] of all.entries()) {
    test(`${scenario.title}, ${scenario.version}`, async () => {
      const same = theirs[index] ?? [];
      const [from, outcomes] = differences[scenario.title] ?? [same.length, []];
      assert.equal(await play(scenario), [...same.slice(0, from), ...outcomes]);
    });
  }
}

test.run();
