import type { X509Certificate } from '@peculiar/x509';
import type { Certificate } from './certificate/certificate.ts';

/** The certificate as `@peculiar/x509` shows it, for people. That package is loaded by the first call. */
export async function toX509(certificate: Certificate): Promise<X509Certificate> {
  // It needs Reflect's metadata in place when it is loaded; nobody else here does.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  return new x509.X509Certificate(new Uint8Array(certificate.raw));
}
