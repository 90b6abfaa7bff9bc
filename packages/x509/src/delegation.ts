import type { PublicKey } from '@halfclose/crypto';
import { parseCertificate } from './certificate/parseCertificate.ts';
import { parsePublicKey } from './rawPublicKey.ts';

/** DelegationUsage, RFC 9345 section 4.2. */
const delegationUsageOid = '1.3.6.1.4.1.44363.44';

/** What a certificate, and a key that it lends its name to, say. */
export interface Delegation {
  readonly publicKey: PublicKey;
  /** That of the certificate, milliseconds since 1970. */
  readonly notBefore: number;
  readonly mayDelegate: boolean;
}

/**
 * What `@halfclose/tls` asks of a verifier where delegated credentials (RFC 9345) are to be taken:
 * `{ ...createServerVerifier(…), readDelegation }`.
 * @throws CertificateError `malformed`, `unsupported_key`
 */
export function readDelegation(certificate: Uint8Array, subjectPublicKeyInfo: Uint8Array): Delegation {
  const { notBefore, extensions, keyUsage } = parseCertificate(certificate);
  // Section 4.2: non-critical, and a NULL.
  const hasUsage = extensions.some(
    ({ oid, critical, value }) =>
      oid === delegationUsageOid && !critical && value.length === 2 && value[0] === 5 && value[1] === 0,
  );
  return {
    publicKey: parsePublicKey(subjectPublicKeyInfo),
    notBefore,
    mayDelegate: hasUsage && keyUsage?.includes('digitalSignature') === true,
  };
}
