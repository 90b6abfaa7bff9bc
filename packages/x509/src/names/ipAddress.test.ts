import { isIPv4, isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatIpAddress, parseIpAddress } from './ipAddress.ts';

const v6 = (text: string): Uint8Array => {
  const groups = text.split(':').map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
};

test('IPv4', () => {
  assert.equal(parseIpAddress('192.0.2.255'), Uint8Array.of(192, 0, 2, 255));
  assert.equal(parseIpAddress('0.0.0.0'), new Uint8Array(4));
  for (const bad of [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.04',
    '0x7f.0.0.1',
    '1.2.3.4.',
    ' 1.2.3.4',
    '1..2.3',
    '+1.2.3.4',
    '1.2.3.4/8',
    '１.2.3.4',
    '1e1.0.0.1',
  ]) {
    assert.is(parseIpAddress(bad), undefined, bad);
  }
});

test('IPv6', () => {
  const same: readonly [text: string, groups: string][] = [
    ['2001:db8:0:0:0:0:0:1', '2001:db8:0:0:0:0:0:1'],
    ['2001:DB8::1', '2001:db8:0:0:0:0:0:1'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['1::', '1:0:0:0:0:0:0:0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['0001:0002::0008', '1:2:0:0:0:0:0:8'],
    ['::ffff:192.0.2.1', '0:0:0:0:0:ffff:c000:201'],
    ['::192.0.2.1', '0:0:0:0:0:0:c000:201'],
    ['1:2:3:4:5:6:192.0.2.1', '1:2:3:4:5:6:c000:201'],
  ];
  for (const [text, groups] of same) assert.equal(parseIpAddress(text), v6(groups), text);
  for (const bad of [
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '::1:2:3:4:5:6:7:8',
    '1:2:3:4::5:6:7:8',
    '1::2::3',
    '12345::',
    '::g',
    '1:2:3:4:5:6:7:',
    ':1:2:3:4:5:6:7',
    '[::1]',
    'fe80::1%eth0',
    '::1/128',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3',
    '::01.2.3.4',
    ' ::1',
  ]) {
    assert.is(parseIpAddress(bad), undefined, bad);
  }
});

test('agrees with the platform on what is an address', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        fc.string({ maxLength: 20 }).map((text) => text.replace(/[^0-9a-f:.]/g, ':')),
      ),
      (text) => {
        const length = isIPv4(text) ? 4 : isIPv6(text) ? 16 : undefined;
        assert.is(parseIpAddress(text)?.length, length, text);
      },
    ),
  );
});

test('what is shown is read again', () => {
  const octets = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  );
  fc.assert(
    fc.property(octets, (address) => {
      assert.equal(parseIpAddress(formatIpAddress(address)), address);
    }),
  );
});

test.run();
