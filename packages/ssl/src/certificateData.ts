import {
  type BundledCertificate,
  type Certificate,
  CertificateError,
  type Crl,
  decodePem,
  PemError,
  parseCertificate,
  readBundle,
  readTrustedCertificate,
} from '@halfclose/x509';
import { SSLError } from './errors.ts';
import { nothingIn } from './nothingIn.ts';

/** What stands in a file, or in memory. */
export interface Located {
  /** Those of a bundle are not read yet. */
  readonly certificates: readonly (Certificate | BundledCertificate)[];
  readonly crls: readonly Crl[];
}

/** @throws CertificateError where it is malformed */
export type CrlParser = (der: Uint8Array) => Crl;

/**
 * How to read the data of one source.
 * @param parseCrl left out: CRLs don't count
 * @throws SSLError where there is nothing in it, or malformed
 */
export type DataReader = (data: string | Uint8Array, source: string, parseCrl?: CrlParser) => Located;

/**
 * The certificates and CRLs in PEM, or the certificates in DER, one after the other, all of which must be in order.
 * What OpenSSL marked as not trusted for servers is not among them.
 * @param source where they stand, for messages
 * @throws SSLError where one is malformed, or there is none
 */
export function readAll(data: string | Uint8Array, source: string, parseCrl?: CrlParser): Located {
  if (typeof data !== 'string') {
    return { certificates: parsed(splitDer(data, source), parseCertificate, source), crls: [] };
  }
  const plain = ['CERTIFICATE', 'X509 CERTIFICATE'].flatMap((label) => blocks(data, label, source));
  const trusted = blocks(data, 'TRUSTED CERTIFICATE', source);
  const revocation = blocks(data, 'X509 CRL', source);
  if (plain.length + trusted.length + revocation.length === 0) throw nothingIn(source);
  return {
    certificates: [
      ...parsed(plain, parseCertificate, source),
      ...parsed(trusted, readTrustedCertificate, source)
        .filter(({ isTrustedForServers }) => isTrustedForServers)
        .map(({ certificate }) => certificate),
    ],
    crls: parseCrl === undefined ? [] : parsed(revocation, parseCrl, source, 'CRL'),
  };
}

/**
 * What can be used of certificates and CRLs that whoever asks for them did not put together: malformed ones don't
 * count, and certificates in PEM are not even read before they are needed.
 * @throws SSLError where there is none that could be one
 */
export function readUsable(data: string | Uint8Array, source: string, parseCrl?: CrlParser): Located {
  const found = typeof data === 'string' ? usablePem(data, source, parseCrl) : usableDer(data, source);
  if (found.certificates.length + found.crls.length > 0) return found;
  // To say what is wrong with the first one, if there is any.
  readAll(data, source, parseCrl);
  throw nothingIn(source);
}

function usablePem(text: string, source: string, parseCrl: CrlParser | undefined): Located {
  try {
    const crls = parseCrl ? decodePem(text, 'X509 CRL').flatMap((der) => unlessMalformed(parseCrl, der)) : [];
    return { certificates: readBundle(text), crls };
  } catch (error) {
    throw error instanceof PemError ? badPem(error, source) : error;
  }
}

function usableDer(bytes: Uint8Array, source: string): Located {
  const certificates = splitDer(bytes, source).flatMap((der) => unlessMalformed(parseCertificate, der));
  return { certificates, crls: [] };
}

function unlessMalformed<T>(parse: (der: Uint8Array) => T, der: Uint8Array): T[] {
  try {
    return [parse(der)];
  } catch (error) {
    if (error instanceof CertificateError) return [];
    throw error;
  }
}

function blocks(text: string, label: string, source: string): Uint8Array[] {
  try {
    return decodePem(text, label);
  } catch (error) {
    throw error instanceof PemError ? badPem(error, source) : error;
  }
}

function badPem(cause: PemError, source: string): SSLError {
  return new SSLError(`${source}: ${cause.message}`, { library: 'PEM', reason: 'BAD_BASE64_DECODE', cause });
}

function parsed<T>(
  ders: readonly Uint8Array[],
  parse: (der: Uint8Array) => T,
  source: string,
  kind = 'certificate',
): T[] {
  return ders.map((der, index) => {
    try {
      return parse(der);
    } catch (cause) {
      if (!(cause instanceof CertificateError)) throw cause;
      const message = `${source}: ${kind} ${index + 1} of ${ders.length}: ${cause.message}`;
      throw new SSLError(message, { library: 'X509', reason: 'MALFORMED', cause });
    }
  });
}

/** Cuts DER values that stand one after the other. */
function splitDer(bytes: Uint8Array, source: string): Uint8Array[] {
  const values: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const length = derLength(bytes, offset);
    if (length === undefined || offset + length > bytes.length) {
      throw new SSLError(`${source} has no whole DER certificate at octet ${offset}`, {
        library: 'ASN1',
        reason: 'NOT_ENOUGH_DATA',
      });
    }
    values.push(bytes.slice(offset, offset + length));
    offset += length;
  }
  return values;
}

/** Octets of the DER value at `offset`, with its tag and length (X.690 section 8.1.3). */
function derLength(bytes: Uint8Array, offset: number): number | undefined {
  const first = bytes[offset + 1];
  if (first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const octets = first & 0x7f;
  if (octets === 0 || octets > 3) return undefined;
  let length = 0;
  for (let i = 0; i < octets; i++) {
    const octet = bytes[offset + 2 + i];
    if (octet === undefined) return undefined;
    length = length * 256 + octet;
  }
  return 2 + octets + length;
}
