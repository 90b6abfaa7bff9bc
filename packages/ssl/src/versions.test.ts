/** Which versions a context offers, by what is set and by what its platform has. */
import { SSLContext, SSLError, TLSVersion, ValueError } from '@halfclose/ssl';
import { memoryPair } from '@halfclose/transports/memory';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const test = suite('versions');
const newContext = (): SSLContext => new SSLContext(createTestPlatform());
/** Of a platform that has no part for TLS 1.2. */
function newContext13(): SSLContext {
  const { tls12: _left, ...platform } = createTestPlatform();
  return new SSLContext(platform);
}

/** The versions in the supported_versions of the hello that a context sends. */
async function offeredBy(context: SSLContext): Promise<readonly number[]> {
  const [ours, theirs] = memoryPair();
  const socket = context.wrapSocket(ours, { serverHostname: 'example.com' });
  const done = socket.doHandshake().catch(() => {});
  const hello = Buffer.from((await theirs.read()) ?? []);
  theirs.break();
  await done;
  await socket.close();
  // The extension 43, 1 + 2 n octets of data, and n versions of two.
  const [, list = ''] = /002b00(?:03|05)(02(?:0304|0303)|0403040303)/.exec(hello.toString('hex')) ?? [];
  return (list.slice(2).match(/.{4}/g) ?? []).map((version) => Number.parseInt(version, 16));
}

test('TLS 1.3 and 1.2 are offered as long as nobody says otherwise', async () => {
  const context = newContext();
  assert.is(context.minimumVersion, TLSVersion.TLSv1_2);
  assert.is(context.maximumVersion, TLSVersion.MAXIMUM_SUPPORTED);
  assert.equal(await offeredBy(context), [0x0304, 0x0303]);
});

const only13 = [0x0304];
const only12: readonly number[] = [];
const both = [0x0304, 0x0303];
const { MINIMUM_SUPPORTED, MAXIMUM_SUPPORTED, SSLv3, TLSv1, TLSv1_1, TLSv1_2, TLSv1_3 } = TLSVersion;
/** As in Python. Alone, TLS 1.2 has no supported_versions. */
const ranges: readonly (readonly [TLSVersion, TLSVersion, readonly number[]])[] = [
  [MINIMUM_SUPPORTED, MAXIMUM_SUPPORTED, both],
  [SSLv3, TLSv1_3, both],
  [TLSv1, TLSv1_2, only12],
  [TLSv1_1, MINIMUM_SUPPORTED, only12],
  [TLSv1_2, TLSv1_2, only12],
  [TLSv1_3, TLSv1_3, only13],
  [TLSv1_3, MAXIMUM_SUPPORTED, only13],
  [MAXIMUM_SUPPORTED, MAXIMUM_SUPPORTED, only13],
];
for (const [minimum, maximum, offered] of ranges) {
  test(`from ${minimum} to ${maximum}, in either order`, async () => {
    const [up, down] = [newContext(), newContext()];
    up.minimumVersion = minimum;
    up.maximumVersion = maximum;
    down.maximumVersion = maximum;
    down.minimumVersion = minimum;
    assert.is(up.minimumVersion, minimum);
    assert.is(up.maximumVersion, maximum);
    assert.equal(await offeredBy(up), offered);
    assert.equal(await offeredBy(down), offered);
  });
}

test('a range without any version is found out when it is needed', () => {
  const context = newContext();
  context.maximumVersion = TLSVersion.TLSv1_2;
  context.minimumVersion = TLSVersion.TLSv1_3;
  assert.throws(
    () => context.wrapSocket(memoryPair()[0], { serverHostname: 'example.com' }),
    (error: unknown) => error instanceof SSLError && error.reason === 'NO_PROTOCOLS_AVAILABLE',
  );
  context.minimumVersion = TLSVersion.TLSv1_2;
  context.wrapSocket(memoryPair()[0], { serverHostname: 'example.com' });
});

test('what is no version, or none that is spoken, is an error at once', () => {
  const context = newContext();
  const refuses = (change: () => void, message: RegExp): void =>
    assert.throws(change, (error: unknown) => error instanceof ValueError && message.test(error.message));
  refuses(() => {
    context.minimumVersion = 0x11 as TLSVersion;
  }, /^Unsupported TLS\/SSL version 17$/);
  refuses(() => {
    context.maximumVersion = 'TLSv1.3' as unknown as TLSVersion;
  }, /^Unsupported TLS\/SSL version TLSv1.3$/);
  refuses(() => {
    context.maximumVersion = TLSVersion.TLSv1_1;
  }, /^maximumVersion is below TLS 1.2, the lowest version that is spoken here$/);
  assert.is(context.minimumVersion, TLSVersion.TLSv1_2);
  assert.is(context.maximumVersion, TLSVersion.MAXIMUM_SUPPORTED);
});

test('without a part for TLS 1.2 there is TLS 1.3, and asking for less is an error', async () => {
  const context = newContext13();
  assert.is(context.minimumVersion, TLSVersion.TLSv1_3);
  assert.equal(await offeredBy(context), only13);
  context.minimumVersion = TLSVersion.MINIMUM_SUPPORTED;
  assert.equal(await offeredBy(context), only13);
  for (const property of ['minimumVersion', 'maximumVersion'] as const) {
    assert.throws(
      () => {
        context[property] = TLSVersion.TLSv1_2;
      },
      (error: unknown) =>
        error instanceof ValueError && /has no `tls12` to speak it with/.test(error.message),
      property,
    );
  }
  assert.throws(
    () => context.setCiphers('HIGH'),
    (error: unknown) => error instanceof SSLError && error.reason === 'NO_CIPHER_MATCH',
  );
});

test.run();
