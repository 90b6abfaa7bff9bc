import { der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { certificateDer, nameDer } from '../testing/certificateDer.ts';
import { attributeTypeName } from './attributeTypes.ts';
import type { Name } from './name.ts';
import { parseCertificate } from './parseCertificate.ts';

function subject(encoded: Uint8Array): Name {
  return parseCertificate(certificateDer({ subject: encoded })).subject;
}

function rdn(...attributes: readonly (readonly [oid: string, value: Uint8Array])[]): Uint8Array {
  return der.set(...attributes.map(([oid, value]) => der.sequence(der.oid(oid), value)));
}

test('attributes in the order of the certificate', () => {
  const name = subject(
    der.sequence(
      rdn(['2.5.4.6', der.printableString('DE')]),
      rdn(['2.5.4.3', der.utf8String('Ü')], ['2.5.4.10', der.element(0x1e, Uint8Array.of(0x20, 0xac))]),
      rdn(['1.2.3.4', der.integer(5)]),
    ),
  );
  assert.equal(name.rdns, [
    [{ oid: '2.5.4.6', value: 'DE' }],
    [
      { oid: '2.5.4.3', value: 'Ü' },
      { oid: '2.5.4.10', value: '€' },
    ],
    [{ oid: '1.2.3.4', value: '#020105' }],
  ]);
  assert.is(name.toString(), 'C=DE, CN=Ü+O=€, 1.2.3.4=#020105');
  assert.is(name.isEmpty, false);
});

test('what attributes are called', () => {
  assert.is(attributeTypeName('2.5.4.3'), 'commonName');
  assert.is(attributeTypeName('2.5.4.54'), 'dmdName');
  assert.is(attributeTypeName('1.2.643.3.131.1.1'), 'INN');
  assert.is(attributeTypeName('1.2.3.4'), '1.2.3.4');
});

test('the empty name', () => {
  const name = subject(der.sequence());
  assert.is(name.isEmpty, true);
  assert.equal(name.rdns, []);
  assert.is(name.toString(), 'an empty name');
});

test('a message shows no control characters, and not too much', () => {
  assert.is(subject(nameDer('a\u001b[31m\u202eb\nc')).toString(), 'CN=a?[31m?b?c');
  assert.is(subject(nameDer('x'.repeat(1000))).toString().length, 201);
});

test.run();
