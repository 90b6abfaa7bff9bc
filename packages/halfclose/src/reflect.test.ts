import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** Loads everything, trusts a certificate and looks at it, and only then asks for the rich view. */
const program = `
import { rootCertificates } from 'node:tls';
const seen = ['getMetadata' in Reflect];
const { SSLContext } = await import('halfclose');
const { decodePem, parseCertificate } = await import('@halfclose/x509');
const { toX509 } = await import('@halfclose/x509/toX509');
await new SSLContext().loadVerifyLocations({ cadata: rootCertificates[0] });
const certificate = parseCertificate(decodePem(rootCertificates[0], 'CERTIFICATE')[0]);
void [certificate.publicKey, certificate.basicConstraints, String(certificate.subject)];
seen.push('getMetadata' in Reflect);
await toX509(certificate);
seen.push('getMetadata' in Reflect);
console.log(JSON.stringify(seen));
`;

test("a program's Reflect stays as it is until the program asks for toX509", async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, '--input-type=module', '--eval', program],
    { cwd: fileURLToPath(new URL('.', import.meta.url)) },
  );
  assert.equal(JSON.parse(stdout), [false, false, true]);
});

test.run();
