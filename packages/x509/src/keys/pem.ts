import type { PrivateKey } from '@halfclose/crypto';
import { decodePem } from '../pem.ts';
import { decryptPrivateKey } from './decryptPrivateKey.ts';
import { PrivateKeyError, withoutSecrets } from './errors.ts';
import { formOfLabel, privateKeyForm } from './forms.ts';
import { parsePrivateKey } from './parsePrivateKey.ts';

/**
 * The private key of a PEM text, which has one, and may have certificates and other things around it. Its block is
 * `PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`, `RSA PRIVATE KEY` or `EC PRIVATE KEY`, and has in it what its label says.
 * @param password for one that is encrypted: its octets, UTF-8 where it is text
 * @throws PrivateKeyError, PemError (rejects with them)
 */
export async function readPrivateKeyPem(text: string, password?: Uint8Array): Promise<PrivateKey> {
  const der = findPrivateKey(text);
  try {
    const isEncrypted = withoutSecrets(() => privateKeyForm(der)) === 'encrypted';
    return isEncrypted && password !== undefined
      ? await decryptPrivateKey(der, password)
      : parsePrivateKey(der);
  } finally {
    der.fill(0);
  }
}

function findPrivateKey(text: string): Uint8Array {
  // RFC 1421 section 4.6.1.1, what OpenSSL wrote before PKCS #8: the key is an MD5 of the password.
  if (/^Proc-Type: *4, *ENCRYPTED/m.test(text)) {
    const message = 'The private key is encrypted in the way of RFC 1421, which is weak and not supported';
    throw new PrivateKeyError('unsupported_encryption', message);
  }
  const found = Array.from(formOfLabel, ([label, form]) =>
    decodePem(text, label).map((der) => ({ label, form, der })),
  ).flat();
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new PrivateKeyError('malformed', `The PEM text has ${found.length} private keys, and not one`);
  }
  const form = withoutSecrets(() => privateKeyForm(only.der));
  if (form === only.form) return only.der;
  throw new PrivateKeyError('malformed', `The block '${only.label}' has a private key of the form ${form}`);
}
