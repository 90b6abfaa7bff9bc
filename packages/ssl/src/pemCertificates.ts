import { decodePem, encodePem, PemError } from '@halfclose/x509';
import { ValueError } from './errors.ts';

/** A certificate in PEM, of one in DER. What is in it is not looked at. */
export function DERCertToPEMCert(der: Uint8Array): string {
  return encodePem(der, 'CERTIFICATE');
}

/**
 * The first certificate of a text in PEM, in DER. What is in it is not looked at.
 * @throws ValueError where there is none, or it is not in base64
 */
export function PEMCertToDERCert(pem: string): Uint8Array {
  try {
    const [der] = decodePem(pem, 'CERTIFICATE');
    if (der !== undefined) return der;
  } catch (error) {
    throw error instanceof PemError ? new ValueError(`Invalid PEM encoding: ${error.message}`) : error;
  }
  throw new ValueError('Invalid PEM encoding; must start with -----BEGIN CERTIFICATE-----');
}
