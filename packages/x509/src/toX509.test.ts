import { rootCertificates } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from './certificate/parseCertificate.ts';
import { decodePem } from './pem.ts';
import { toX509 } from './toX509.ts';

const certificates = rootCertificates
  .slice(0, 3)
  .flatMap((pem) => decodePem(pem, 'CERTIFICATE'))
  .map(parseCertificate);

test('@peculiar/x509 and its needs are loaded when first asked for, and not before', async () => {
  assert.not('getMetadata' in Reflect);
  for (const certificate of certificates) {
    const view = await toX509(certificate);
    assert.equal(new Uint8Array(view.rawData), certificate.raw);
    assert.is(view.notAfter.getTime(), certificate.notAfter);
    // It leaves out the zero before a first bit that would be a sign.
    const serialNumber = Buffer.from(certificate.serialNumber).toString('hex');
    assert.is(BigInt(`0x${view.serialNumber}`), BigInt(`0x${serialNumber}`));
  }
  assert.ok('getMetadata' in Reflect);
});

test.run();
