import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPublic } from './addresses.ts';
import { createAllowList } from './allowList.ts';
import { parseArguments } from './cli/arguments.ts';
import { createOriginList } from './origins.ts';
import { parseRequest } from './request.ts';

const lists = suite('what a relay lets through');

lists('addresses that are public, and those that are not', () => {
  for (const address of ['1.1.1.1', '192.0.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00::1']) {
    assert.ok(isPublic(address), address);
  }
  for (const address of [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.8.8.8',
    '169.254.169.254',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'fd00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'db.example',
  ]) {
    assert.not(isPublic(address), address);
  }
});

lists('names, domains below a name, and ports', () => {
  const { permitsName } = createAllowList(['db.example:5432', '*.Mail.example:*']);
  assert.ok(permitsName('db.example', 5432));
  assert.ok(permitsName('DB.example.', 5432));
  assert.not(permitsName('db.example', 5433));
  assert.not(permitsName('x.db.example', 5432));
  assert.ok(permitsName('a.b.mail.example', 1));
  assert.not(permitsName('mail.example', 1));
  assert.not(permitsName('evilmail.example', 1));
  assert.not(permitsName('', 1));
});

lists('an address that is not public has to be listed itself', () => {
  const { permitsName, permitsAddress } = createAllowList([
    'db.example:5432',
    '*:443',
    '10.1.0.0/16:22',
    '[fd00::]/8:22',
  ]);
  assert.ok(permitsAddress('1.1.1.1', 5432));
  assert.not(permitsAddress('10.1.2.3', 5432));
  assert.not(permitsAddress('127.0.0.1', 443));
  assert.ok(permitsAddress('10.1.2.3', 22));
  assert.not(permitsAddress('10.2.2.3', 22));
  assert.ok(permitsAddress('fd12::1', 22));
  assert.not(permitsAddress('fe80::1%lo', 22));
  assert.ok(permitsName('10.1.2.3', 22));
  assert.not(permitsName('10.2.2.3', 22));
  assert.ok(permitsName('anything.example', 443));
});

lists('localhost names the loopback', () => {
  const { permitsName, permitsAddress } = createAllowList(['localhost:8443']);
  for (const address of ['127.0.0.1', '::1']) {
    assert.ok(permitsAddress(address, 8443));
    assert.ok(permitsName(address, 8443));
  }
  assert.ok(permitsName('localhost', 8443));
  assert.not(permitsAddress('127.0.0.1', 8444));
  assert.not(permitsAddress('10.0.0.1', 8443));
});

for (const entry of [
  'db.example',
  ':1',
  'db.example:0',
  'db.example:65536',
  'a b:1',
  '10.0.0.0/33:1',
  'http://x:1',
  '[::1:2',
  'a/8:1',
]) {
  lists(`${entry} is no entry`, () => {
    assert.throws(
      () => createAllowList([entry]),
      (error: unknown) => error instanceof TypeError,
    );
  });
}

lists('origins', () => {
  const ofThisMachine = createOriginList(undefined);
  for (const origin of [
    undefined,
    '',
    'http://localhost:5173',
    'https://127.0.0.1',
    'http://[::1]:8000',
    'http://app.localhost',
  ]) {
    assert.ok(ofThisMachine(origin), origin);
  }
  for (const origin of ['null', 'https://evil.example', 'http://localhost.evil.example', 'file://']) {
    assert.not(ofThisMachine(origin), origin);
  }
  const named = createOriginList(['https://app.example']);
  assert.ok(named('https://app.example'));
  assert.not(named('http://app.example'));
  assert.not(named('http://localhost'));
  assert.ok(createOriginList(['*'])('https://evil.example'));
  assert.throws(() => createOriginList(['app.example']), /no origin/);
});

lists('ways to ask', () => {
  const tcp = (host: string, port: number) => ({ kind: 'tcp', address: [host, port] });
  assert.equal(parseRequest('/?address=db.example:5432'), tcp('db.example', 5432));
  assert.equal(parseRequest('/v1?address=%5B%3A%3A1%5D%3A443'), tcp('::1', 443));
  assert.equal(parseRequest('/prefix/db.example:5432'), tcp('db.example', 5432));
  assert.equal(parseRequest('/%5B::1%5D:443'), tcp('::1', 443));
  assert.equal(parseRequest('/prefix/'), { kind: 'wisp' });
  assert.equal(parseRequest('/websockify'), { kind: 'fixed' });
  for (const wrong of [
    '/?address=',
    '/?address=db.example',
    '/db.example:',
    '/?address=db.example:99999',
    '/?address=a%2Fb:1',
    '/:80',
  ]) {
    assert.is(parseRequest(wrong), undefined, wrong);
  }
});

lists('arguments', () => {
  const { relay } = parseArguments([
    '--allow',
    'a.example:1',
    '--listen',
    '[::1]:0',
    '--idle',
    '5',
    '--target',
    'a.example:1',
  ]);
  assert.equal(relay, {
    allow: ['a.example:1'],
    host: '::1',
    port: 0,
    idleSeconds: 5,
    target: ['a.example', 1],
  });
  assert.ok(parseArguments(['--help']).help);
  assert.equal(parseArguments(['--allow', 'a:1', '--listen', '0']).relay, { allow: ['a:1'], port: 0 });
  for (const wrong of [
    [],
    ['--allow', 'a:1', '--idle', '0'],
    ['--allow', 'a:1', '--idle', 'x'],
    ['--allow', 'a:1', '--listen', 'x'],
    ['--allow', 'a:1', '--target', 'a'],
    ['--allow', 'a:1', '--unknown'],
    ['--allow', 'a:1', 'more'],
  ]) {
    assert.throws(
      () => parseArguments(wrong),
      (error: unknown) => error instanceof TypeError,
      wrong.join(' '),
    );
  }
});

lists.run();
