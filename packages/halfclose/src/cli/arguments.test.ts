import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runCaptured } from '../testing/runCaptured.ts';
import { parseCommand } from './arguments.ts';

const test = suite('the command line');

test('a target alone', () => {
  assert.equal(parseCommand(['example.com:443']), {
    name: 'probe',
    json: false,
    options: {
      host: 'example.com',
      port: 443,
      serverName: 'example.com',
      cafile: undefined,
      alpnProtocols: [],
      minimumVersion: undefined,
      maximumVersion: undefined,
      ciphers: undefined,
      ciphersuites: undefined,
      send: undefined,
    },
  });
});

test('all options, in any place', () => {
  const line =
    '--json --cafile ca.pem [2001:db8::1]:8443 --servername a.example --alpn h2,http/1.1 --min-version TLSv1.2 --max-version=TLSv1.3 --ciphers HIGH --ciphersuites TLS_AES_128_GCM_SHA256 --send hello';
  assert.equal(parseCommand(line.split(' ')), {
    name: 'probe',
    json: true,
    options: {
      host: '2001:db8::1',
      port: 8443,
      serverName: 'a.example',
      cafile: 'ca.pem',
      alpnProtocols: ['h2', 'http/1.1'],
      minimumVersion: 'TLSv1.2',
      maximumVersion: 'TLSv1.3',
      ciphers: 'HIGH',
      ciphersuites: 'TLS_AES_128_GCM_SHA256',
      send: 'hello',
    },
  });
});

const wrong: readonly (readonly [string, string])[] = [
  ['', 'HOST:PORT is missing'],
  ['example.com', '"example.com" is not HOST:PORT, such as example.com:443 or [2001:db8::1]:443'],
  ['example.com:0', '"example.com:0" is not HOST:PORT, such as example.com:443 or [2001:db8::1]:443'],
  ['example.com:65536', '"example.com:65536" is not HOST:PORT, such as example.com:443 or [2001:db8::1]:443'],
  ['2001:db8::1:443', '"2001:db8::1:443" is not HOST:PORT, such as example.com:443 or [2001:db8::1]:443'],
  ['[]:443', '"[]:443" is not HOST:PORT, such as example.com:443 or [2001:db8::1]:443'],
  ['[a:443', '"[a:443" is not HOST:PORT, such as example.com:443 or [2001:db8::1]:443'],
  ['a:1 b:2', 'there is one argument too many: "b:2"'],
  ['a:1 --alpn h2,', '--alpn "h2," has an empty name'],
  ['a:1 --min-version 1.3', '--min-version is TLSv1.2 or TLSv1.3, not "1.3"'],
  ['a:1 --max-version SSLv3', '--max-version is TLSv1.2 or TLSv1.3, not "SSLv3"'],
  ['a:1 --nonsense', "Unknown option '--nonsense'"],
  ['a:1 --cafile', "Option '--cafile <value>' argument missing"],
];

for (const [line, message] of wrong) {
  test(`'${line}' is refused`, async () => {
    const args = line.split(' ').filter((arg) => arg !== '');
    const { status, stdout, stderr } = await runCaptured(args);
    assert.is(status, 2);
    assert.is(stdout, '');
    assert.is(stderr, `halfclose: ${message}\nTry 'halfclose --help'.\n`);
  });
}

test('with --json a mistake is an object, too', async () => {
  for (const args of [['--json'], ['a:1', '--nonsense', '--json']]) {
    const { status, stdout, stderr } = await runCaptured(args);
    assert.is(status, 2);
    assert.is(stderr, '');
    const message = args.length === 1 ? 'HOST:PORT is missing' : "Unknown option '--nonsense'";
    assert.equal(JSON.parse(stdout), { error: { name: 'UsageError', code: null, alert: null, message } });
  }
});

test('--help says what there is', async () => {
  const { status, stdout, stderr } = await runCaptured(['--help']);
  assert.is(status, 0);
  assert.is(stderr, '');
  for (const option of ['cafile', 'servername', 'alpn', 'min-version', 'max-version', 'send', 'json']) {
    assert.match(stdout, `--${option} `);
  }
});

test.run();
