import { type Address, SSLContext } from '@halfclose/ssl';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

test('an address that is none is refused before anything is connected', async () => {
  const connector = { connect: () => assert.unreachable() as never, close() {} };
  const platform = createTestPlatform();
  const socket = new SSLContext(platform).wrapSocket(
    { detach: () => connector },
    {
      serverHostname: 'example.com',
    },
  );
  const cases: [unknown, string][] = [
    [['example.com', 70_000], 'ValueError: port must be 0 to 65535, not 70000'],
    [['example.com', -1], 'ValueError: port must be 0 to 65535, not -1'],
    [['example.com', Number.NaN], 'ValueError: port must be 0 to 65535, not NaN'],
    [['example.com', 1.5], 'ValueError: port must be 0 to 65535, not 1.5'],
    [['example.com', '443'], 'TypeError: the port of an address must be a number, not a string'],
    [['example.com'], 'TypeError: the port of an address must be a number, not undefined'],
    [[undefined, 443], 'TypeError: the host of an address must be a string, not undefined'],
    [['', 443], 'ValueError: the host of an address must not be empty'],
    ['example.com:443', 'TypeError: an address must be an array of host and port'],
    [undefined, 'TypeError: an address must be an array of host and port'],
  ];
  for (const [address, message] of cases) {
    assert.is(String(await socket.connect(address as Address).catch((error) => error)), message);
  }
  await socket.close();
});

test.run();
