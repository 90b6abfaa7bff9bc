import { createTrustStore } from '@halfclose/x509';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeBase64 } from './base64.ts';
import { mozillaRoots, rootsDate } from './index.ts';

const roots = mozillaRoots();

test('base64 is read as the platform reads it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      assert.equal(decodeBase64(Buffer.from(bytes).toString('base64').replaceAll('=', '')), bytes);
    }),
  );
});

test('the list is as long as it is in reality, and has a date', () => {
  assert.ok(roots.length > 100 && roots.length < 200, `${roots.length} anchors`);
  assert.is(new Date(rootsDate).toISOString().slice(0, 10), rootsDate);
  assert.is(mozillaRoots(), roots);
});

test('each is another authority, whose name, key and limits can be read', () => {
  const store = createTrustStore();
  for (const root of roots) store.addAnchor(root);
  assert.is(store.size, roots.length);
  for (const { subject, publicKey, nameConstraints, distrustAfter, certificate } of store.anchors()) {
    assert.match(String(subject), /\b(O|OU|CN)=/);
    assert.ok(['RSA', 'EC'].includes(publicKey.type), publicKey.type);
    if (nameConstraints) assert.ok(nameConstraints.permitted.dNSName.length > 0, String(subject));
    if (distrustAfter !== undefined)
      assert.ok(distrustAfter > Date.UTC(2020) && distrustAfter < Date.UTC(2100));
    assert.is(certificate, undefined);
  }
});

test.run();
