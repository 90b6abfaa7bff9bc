import {
  CERT_NONE,
  CERT_OPTIONAL,
  CERT_REQUIRED,
  createDefaultContext,
  PROTOCOL_TLS_CLIENT,
  SSLCertVerificationError,
  SSLContext,
  SSLError,
  ValueError,
  type VerifyMode,
} from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import { createScriptedServer, overTransport } from '@halfclose/testing/peer';
import { memoryPair } from '@halfclose/transports/memory';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const root = await createAuthority();
const other = await createAuthority();

const newContext = (): SSLContext => new SSLContext(createTestPlatform());
const carrier = () => memoryPair()[0];

async function rejection(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => assert.unreachable('should have failed') as never,
    (error) => error,
  );
}

test('a new context verifies certificates and host names', () => {
  const context = newContext();
  assert.is(context.protocol, PROTOCOL_TLS_CLIENT);
  assert.is(context.verifyMode, CERT_REQUIRED);
  assert.is(context.checkHostname, true);
  assert.throws(
    () => new SSLContext(createTestPlatform(), 17),
    (error: unknown) => error instanceof ValueError,
  );
});

test('verifyMode and checkHostname depend on each other as in Python', () => {
  const context = newContext();
  assert.throws(() => {
    context.verifyMode = CERT_NONE;
  }, 'Cannot set verifyMode to CERT_NONE when checkHostname is enabled.');
  assert.is(context.verifyMode, CERT_REQUIRED);
  context.verifyMode = CERT_OPTIONAL;
  context.checkHostname = false;
  context.verifyMode = CERT_NONE;
  assert.is(context.verifyMode, CERT_NONE);
  context.checkHostname = true;
  assert.is(context.verifyMode, CERT_REQUIRED);
  assert.throws(() => {
    context.verifyMode = 17 as VerifyMode;
  }, 'invalid value for verifyMode: 17');
});

test('checkHostname is turned off by false, and by nothing that only looks like it', () => {
  const context = newContext();
  for (const value of [undefined, null, 0, '', 1, 'no']) {
    assert.throws(
      () => {
        context.checkHostname = value as unknown as boolean;
      },
      (error: unknown) => error instanceof TypeError,
      String(value),
    );
    assert.is(context.checkHostname, true);
  }
});

test('checkHostname needs a name, which must be one', () => {
  const context = newContext();
  for (const serverHostname of [undefined, null, '']) {
    assert.throws(
      () => context.wrapSocket(carrier(), { serverHostname }),
      'checkHostname requires serverHostname',
    );
  }
  const refused = [
    '.example.com',
    'a..b',
    'has space',
    'bücher.example',
    '[::1]',
    'fe80::1%eth0',
    'a'.repeat(64),
    '999.999.999.999',
    '192.0.2.01',
    '1.2.3',
    '127.1',
    '2130706433',
    '0x7f000001',
    '1:2',
    '::::',
  ];
  for (const serverHostname of refused) {
    assert.throws(
      () => context.wrapSocket(carrier(), { serverHostname }),
      (error: unknown) => error instanceof ValueError,
      serverHostname,
    );
  }
  const names = [
    'example.com',
    'example.com.',
    'xn--bcher-kva.example',
    '_dmarc.example',
    '192.0.2.1',
    '2001:db8::1',
  ];
  for (const serverHostname of names) {
    const socket = context.wrapSocket(carrier(), { serverHostname });
    assert.is(socket.serverHostname, serverHostname.replace(/\.$/, ''));
  }
  context.checkHostname = false;
  assert.is(context.wrapSocket(carrier()).serverHostname, null);
});

test('a name that is refused leaves the socket alone', () => {
  let detached = 0;
  const socket = {
    detach() {
      detached += 1;
      return carrier();
    },
  };
  assert.throws(
    () => newContext().wrapSocket(socket, { serverHostname: '-' }),
    /neither a DNS name nor an IP address/,
  );
  assert.is(detached, 0);
  newContext().wrapSocket(socket, { serverHostname: 'a' });
  assert.is(detached, 1);
});

test('a socket that was detached is closed when there is nothing to offer', () => {
  const platform = createTestPlatform();
  const context = new SSLContext({ ...platform, crypto: { ...platform.crypto, aeads: [] } });
  let closed = 0;
  const transport = {
    ...carrier(),
    async close() {
      closed += 1;
      throw new Error('and that fails, too');
    },
  };
  const options = { serverHostname: 'example.com' };
  assert.throws(() => context.wrapSocket({ detach: () => transport }, options), /no cipher suite/);
  assert.is(closed, 1);
  // A transport that is given itself is still its owner's.
  assert.throws(() => context.wrapSocket(transport, options), /no cipher suite/);
  assert.is(closed, 1);
});

test('what is set after wrapSocket is for other sockets, and what is trusted is for all', async () => {
  const credentials = await root.issue({ dnsNames: ['example.com'] });
  const context = newContext();
  context.setAlpnProtocols(['h2']);
  const [ours, theirs] = memoryPair();
  const server = createScriptedServer({ credentials, alpn: 'h2' });
  overTransport(server, theirs);
  const connector = { connect: async () => ours, close() {} };
  const socket = context.wrapSocket({ detach: () => connector }, { serverHostname: 'other.example' });
  await context.loadVerifyLocations({ cadata: root.pem });
  context.setAlpnProtocols([]);
  context.checkHostname = false;
  context.verifyMode = CERT_NONE;
  const error = await rejection(socket.connect(['example.com', 443]));
  assert.instance(error, SSLCertVerificationError);
  assert.is((error as SSLCertVerificationError).verifyCode, 62);
  const closing = socket.close();
  theirs.break();
  await closing;
});

test('ALPN protocols are printable ASCII of 1 to 255 characters, and not too many', () => {
  const context = newContext();
  assert.throws(
    () => context.setAlpnProtocols(['h2', '']),
    (error: unknown) => error instanceof SSLError,
  );
  assert.throws(() => context.setAlpnProtocols('h2'), /a list of names, not one name/);
  assert.throws(() => context.setAlpnProtocols(['x'.repeat(256)]), /1 to 255 in length, not 256/);
  assert.throws(
    () => context.setAlpnProtocols(['ü']),
    (error: unknown) => error instanceof ValueError,
  );
  assert.throws(
    () => context.setAlpnProtocols(['h2', '\x01']),
    (error: unknown) => error instanceof ValueError,
  );
  assert.throws(
    () => context.setAlpnProtocols([undefined as unknown as string]),
    (error: unknown) => error instanceof TypeError,
  );
  const most = new Array<string>(64).fill('x'.repeat(255));
  context.setAlpnProtocols(most);
  context.wrapSocket(carrier(), { serverHostname: 'example.com' });
  assert.throws(
    () => context.setAlpnProtocols([...most, 'h2']),
    /ALPN protocols are 16387 octets with their lengths, and 16384 can be sent/,
  );
  context.setAlpnProtocols(['h2', 'http/1.1']);
  context.setAlpnProtocols([]);
});

test('createDefaultContext trusts what it is given, or else what the platform trusts', async () => {
  let asked = 0;
  const platform = createTestPlatform({
    defaultLocations() {
      asked += 1;
      return { cadata: root.pem };
    },
  });
  const given = await createDefaultContext(platform, { cadata: other.pem });
  assert.is(given.verifyMode, CERT_REQUIRED);
  assert.is(given.checkHostname, true);
  assert.is(asked, 0);
  await createDefaultContext(platform);
  await createDefaultContext(platform, { cafile: null, capath: undefined });
  assert.is(asked, 2);
});

test.run();
