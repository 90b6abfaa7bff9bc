/** Every member of Python's ssl for clients is here, or it is said why not. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSelfSigned } from '@halfclose/testing/ca';
import { memoryPair } from '@halfclose/transports/memory';
import * as halfclose from 'halfclose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Member } from './testing/python/member.ts';
import { tables, withTables } from './testing/python/tables.ts';

const test = suite("Python's members");

const context = new halfclose.SSLContext();
const serverHostname = 'example.com';
const server = await createSelfSigned({ dnsNames: [serverHostname] });
const bio = new halfclose.MemoryBIO();
/** One of each, where a member of ours has to be. */
const subjects: Readonly<Record<keyof typeof tables, object>> = {
  SSLContext: context,
  SSLSocket: context.wrapSocket(memoryPair()[0], { serverHostname }),
  SSLObject: context.wrapBio(bio, bio, { serverHostname }),
  MemoryBIO: bio,
  SSLSession: {},
  classes: halfclose,
  errors: new halfclose.SSLCertVerificationError('', { verifyCode: 1, verifyMessage: '' }),
  functions: halfclose,
  constants: halfclose,
};

function has(subject: object, name: string): boolean {
  return name.endsWith('*') || name in subject;
}

for (const [name, { members }] of Object.entries(tables)) {
  const subject = subjects[name as keyof typeof tables]; // Object.entries forgets which keys there are.
  test(`${name}: what is the same, different or refused is there`, () => {
    for (const { python, ours, fate, note } of members as readonly Member[]) {
      const label = `${name}.${python}`;
      assert.is(ours === null, fate === 'absent', label);
      if (ours !== null) assert.ok(has(subject, ours), label);
      if (fate !== 'same') assert.ok(note.length > 0, `${label} lacks a reason`);
      if (fate === 'refused' && ours !== null) assert.throws(() => attempt(subject, ours), undefined, label);
    }
  });

  test(`${name}: none is named twice`, () => {
    const names = members.map(({ python }) => python);
    assert.is(new Set(names).size, names.length);
  });
}

/** Calls a method, or sets a property to something that it doesn't have. */
function attempt(subject: object, name: string): void {
  const value: unknown = Reflect.get(subject, name);
  if (typeof value === 'function') value.call(subject);
  else Object.assign(subject, { [name]: value === false ? true : 5 });
}

test('the page agrees with the data; if not, "pnpm coming-from-python" writes it anew', () => {
  const path = fileURLToPath(new URL('../../../docs/coming-from-python.md', import.meta.url));
  const page = readFileSync(path, 'utf8');
  assert.fixture(page, withTables(page));
  assert.is.not(
    withTables(page.replace('| different |', '| same |')),
    page.replace('| different |', '| same |'),
  );
});

/** Prints the names that a program sees, of an object of each class and of the module. */
const program = `
import json, socket, ssl, sys, warnings
warnings.simplefilter('ignore')
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain(sys.argv[1])
there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
client = context.wrap_bio(back, there, server_hostname='x')
peer = server.wrap_bio(there, back, server_side=True)
for side in (client, peer, client):
    try:
        side.do_handshake()
    except ssl.SSLWantReadError:
        pass
    except ssl.SSLCertVerificationError as raised:
        shown = dir(raised)
with socket.socket() as carrier:
    wrapped = context.wrap_socket(carrier, server_hostname='x')
    subjects = {
        'SSLContext': dir(context),
        'SSLSocket': dir(wrapped),
        'SSLObject': dir(context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname='x')),
        'MemoryBIO': dir(ssl.MemoryBIO()),
        'SSLSession': dir(ssl.SSLSession),
        'errors': shown,
    }
    wrapped.close()
imported = ['SOCK_STREAM', 'SOL_SOCKET', 'SO_TYPE', 'create_connection', 'socket_error', 'socket', 'namedtuple']
module = [name for name in dir(ssl) if name not in imported and type(getattr(ssl, name)) is not type(ssl)]
public = lambda names: [name for name in names if not name.startswith('_')]
print(json.dumps({
    'version': sys.version_info[:2],
    'subjects': {name: public(names) for name, names in subjects.items()},
    'module': public(module),
}))
`;

interface Seen {
  readonly version: readonly [number, number];
  readonly subjects: Readonly<Record<string, readonly string[]>>;
  readonly module: readonly string[];
}

function askPython(): Seen | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-python-'));
  try {
    const path = join(directory, 'server.pem');
    writeFileSync(path, server.pem + server.privateKeyPem);
    const asked = spawnSync('python3', ['-c', program, path], { encoding: 'utf8' });
    if (asked.status === 0) return JSON.parse(asked.stdout);
    // Not there, or without ssl.
    if (asked.error === undefined && !asked.stderr.includes('ModuleNotFoundError'))
      throw new Error(asked.stderr);
    return undefined;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const seen = askPython();
if (seen === undefined) {
  console.log("skipped: Python is not installed, its ssl's members are not counted");
} else {
  const minor = (version: string): number => Number(version.split('.')[1]);
  const isOfThisVersion = ({ since, until }: Member): boolean =>
    minor(since ?? '3.0') <= seen.version[1] && seen.version[1] <= minor(until ?? '3.99');
  const stands = (name: string, { python }: Member): boolean =>
    python.endsWith('*') ? name.startsWith(python.slice(0, -1)) : name === python;

  const count = (label: string, names: readonly string[], members: readonly Member[]): void => {
    for (const name of names) {
      assert.ok(
        members.some((member) => stands(name, member)),
        `${label}.${name} of Python 3.${seen.version[1]} is not in the table`,
      );
    }
    for (const member of members.filter(isOfThisVersion)) {
      assert.ok(
        names.some((name) => stands(name, member)),
        `${label}.${member.python} is in the table, and Python 3.${seen.version[1]} has none`,
      );
    }
  };

  for (const [name, names] of Object.entries(seen.subjects)) {
    test(`${name}: as Python on this machine has it`, () => {
      count(name, names, tables[name as keyof typeof tables].members); // For the same reason.
    });
  }

  test('the module: as Python on this machine has it', () => {
    const { classes, functions, constants } = tables;
    count('ssl', seen.module, [...classes.members, ...functions.members, ...constants.members]);
  });
}

test.run();
