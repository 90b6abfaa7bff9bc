import type { Certificate } from '../certificate/certificate.ts';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { DerError } from '../der/errors.ts';
import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import { DerReader } from '../der/reader.ts';
import { contextConstructed, tags } from '../der/tags.ts';
import { CertificateError } from '../errors.ts';

/** OpenSSL's `TRUSTED CERTIFICATE`: a certificate, and what its owner trusts it for. */
export interface TrustedCertificate {
  readonly certificate: Certificate;
  readonly isTrustedForServers: boolean;
}

/** id-kp-serverAuth, and anyExtendedKeyUsage (RFC 5280 section 4.2.1.12). */
const serverUses: readonly string[] = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];

/**
 * Reads a certificate and, where it follows, OpenSSL's `X509_CERT_AUX`: the uses for which the certificate is trusted,
 * and those for which it is rejected, which counts for more. Without a list of trusted uses it is trusted for all. Of
 * a name and identifiers that may follow nothing depends.
 * @throws CertificateError `malformed`
 */
export function readTrustedCertificate(der: Uint8Array): TrustedCertificate {
  try {
    return DerReader.read(der, 'TrustedCertificate', (reader) => {
      const certificate = parseCertificate(reader.any('certificate').encoded);
      if (reader.atEnd) return { certificate, isTrustedForServers: true };
      const { trusted, rejected } = reader.sequence('auxiliary', readUses);
      const isTrusted = trusted?.some((use) => serverUses.includes(use)) ?? true;
      const isRejected = rejected?.some((use) => serverUses.includes(use)) ?? false;
      return { certificate, isTrustedForServers: isTrusted && !isRejected };
    });
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new CertificateError('malformed', `The trusted certificate is malformed: ${cause.message}`, {
      cause,
    });
  }
}

interface Uses {
  readonly trusted: readonly string[] | undefined;
  readonly rejected: readonly string[] | undefined;
}

function readUses(auxiliary: DerReader): Uses {
  const trusted = auxiliary.optional(tags.sequence, 'trust', readOids);
  const rejected = auxiliary.optional(contextConstructed(0), 'reject', readOids);
  auxiliary.rest();
  return { trusted, rejected };
}

function readOids(list: DerReader): readonly string[] {
  const oids: string[] = [];
  while (!list.atEnd) oids.push(list.within(tags.objectIdentifier, 'use', asObjectIdentifier));
  return oids;
}
