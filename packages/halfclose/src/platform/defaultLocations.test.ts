import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findDefaultLocations, type TrustSources } from './defaultLocations.ts';

const debian = '/etc/ssl/certs/ca-certificates.crt';
const redHat = '/etc/pki/tls/certs/ca-bundle.crt';

function find(sources: Partial<TrustSources>, ...files: readonly string[]) {
  return findDefaultLocations({
    environment: {},
    platform: 'linux',
    delimiter: ':',
    hasFile: async (path) => files.includes(path),
    systemCertificates: () => [],
    bundledCertificates: () => ["one of Node's", 'another'],
    ...sources,
  });
}

const ofSystem = { systemCertificates: () => ["one of the system's"] };

test('what the environment names, and nothing else', async () => {
  const named = (environment: TrustSources['environment']) => find({ environment, ...ofSystem }, debian);
  assert.equal(await named({ SSL_CERT_FILE: 'a.pem' }), [{ cafile: 'a.pem' }]);
  assert.equal(await named({ SSL_CERT_DIR: 'a:b' }), [{ capath: 'a' }, { capath: 'b' }]);
  assert.equal(await named({ SSL_CERT_FILE: 'a.pem', SSL_CERT_DIR: 'b:' }), [
    { cafile: 'a.pem' },
    { capath: 'b' },
  ]);
  assert.equal(await named({ SSL_CERT_FILE: '', SSL_CERT_DIR: '' }), { cafile: debian });
});

test('else what the system trusts, as its file says or Node', async () => {
  assert.equal(await find(ofSystem, redHat, debian), { cafile: debian });
  assert.equal(await find(ofSystem, redHat), { cafile: redHat });
  assert.equal(await find(ofSystem), { cadata: "one of the system's" });
  for (const platform of ['darwin', 'win32']) {
    assert.equal(await find({ ...ofSystem, platform }, debian, '/etc/ssl/cert.pem'), {
      cadata: "one of the system's",
    });
  }
});

test('else what Node comes with', async () => {
  assert.equal(await find({}), { cadata: "one of Node's\nanother" });
  assert.equal(await find({ platform: 'win32' }, debian), { cadata: "one of Node's\nanother" });
});

test.run();
