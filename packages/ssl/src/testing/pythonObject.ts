import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A call of the client's, with its argument, or what the other side does. */
export type ObjectStep =
  | 'handshake'
  | 'unwrap'
  | 'getpeercert'
  | 'pending'
  | 'version'
  | readonly ['read', number]
  | readonly ['write', string]
  /** Octets that are no TLS come in. */
  | readonly ['noise', string]
  /** The carrier ends. */
  | 'end'
  /** The server reads all, and answers as far as TLS demands it. */
  | 'serve'
  | readonly ['server writes', string]
  | 'server closes';

export interface ObjectScenario {
  readonly version: 'TLSv1.2' | 'TLSv1.3';
  /** Whether the client trusts the server's authority. */
  readonly trusted: boolean;
  readonly steps: readonly ObjectStep[];
}

/** Plays scenarios between two objects of Python's, and prints what became of each call of the client's. */
const program = `
import json, ssl, sys
chain, ca, other = sys.argv[1:]

def outcome(call):
    try:
        value = call()
    except ssl.SSLError as error:
        plain = type(error) is ssl.SSLError
        return type(error).__name__ + (' ' + error.reason if plain else '')
    except ValueError:
        return 'ValueError'
    if isinstance(value, bytes):
        return value.decode() or 'EOF'
    return 'ok' if value is None else 'certificate' if isinstance(value, dict) else str(value)

def serve(server, state):
    try:
        if not state['done']:
            server.do_handshake()
            state['done'] = True
        while server.read(): pass
    except ssl.SSLError: pass

def play(scenario):
    version = ssl.TLSVersion[scenario['version'].replace('.', '_')]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca if scenario['trusted'] else other)
    context.minimum_version = context.maximum_version = version
    for_server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for_server.load_cert_chain(chain)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(back, there, server_hostname='example.com')
    server = for_server.wrap_bio(there, back, server_side=True)
    state = {'done': False}
    outcomes = []
    for step in scenario['steps']:
        name, argument = step if isinstance(step, list) else (step, None)
        calls = {
            'handshake': client.do_handshake, 'unwrap': client.unwrap, 'getpeercert': client.getpeercert,
            'pending': client.pending, 'version': client.version,
            'read': lambda: client.read(argument), 'write': lambda: client.write(argument.encode()),
        }
        if name in calls: outcomes.append(outcome(calls[name]))
        elif name == 'noise': back.write(argument.encode())
        elif name == 'end': back.write_eof()
        elif name == 'serve': serve(server, state)
        elif name == 'server writes': server.write(argument.encode())
        elif name == 'server closes':
            try: server.unwrap()
            except ssl.SSLError: pass
    return outcomes

print(json.dumps([play(scenario) for scenario in json.load(sys.stdin)]))
`;

/**
 * What became of each of the client's calls in Python, in each scenario: a value, or the error's class, and for a plain
 * SSLError its reason.
 * @param pems the server's chain with its key, its authority, another authority
 * @returns undefined where there is no Python
 */
export function playWithPython(
  scenarios: readonly ObjectScenario[],
  pems: readonly [chain: string, authority: string, other: string],
): readonly (readonly string[])[] | undefined {
  if (spawnSync('python3', ['-c', 'import ssl']).status !== 0) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-python-'));
  try {
    const paths = pems.map((_, index) => join(directory, `${index}.pem`));
    for (const [index, path] of paths.entries()) writeFileSync(path, pems[index] ?? '');
    const { status, stdout, stderr } = spawnSync('python3', ['-W', 'ignore', '-c', program, ...paths], {
      input: JSON.stringify(scenarios),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
