import { decodePem, parseCertificate } from '@halfclose/x509';
import { fromSystem, SSLError, systemError, ValueError } from './errors.ts';
import type { Files } from './platform.ts';

/** Where certificates are taken from. Null is the same as leaving it out. */
export interface VerifyLocations {
  /** A file of certificates in PEM. */
  readonly cafile?: string | null | undefined;
  /** A directory as OpenSSL's `rehash` makes them: certificates in PEM, in files named `5d3033c5.0`. */
  readonly capath?: string | null | undefined;
  /** Certificates themselves: PEM in a string, or DER, one after the other. */
  readonly cadata?: string | Uint8Array | null | undefined;
}

/** OpenSSL looks issuers up by such names, and never looks at another file of the directory. */
const hashedName = /^[0-9a-f]{8}\.[0-9]+$/;

/**
 * The DER certificates at all given locations. Malformed ones are left out, since they can't be trusted with
 * anything and bundles of real roots have some; a location that has no others is an error.
 * @throws TypeError where none is given; OSError where a file can't be read; SSLError or ValueError where there is
 * no certificate in it
 */
export async function readLocations(
  locations: VerifyLocations,
  files: Files | undefined,
): Promise<Uint8Array[]> {
  const { cafile, capath, cadata } = locations;
  if (!isGiven(cafile) && !isGiven(capath) && !isGiven(cadata)) {
    throw new TypeError('cafile, capath and cadata cannot be all omitted');
  }
  const certificates: Uint8Array[] = [];
  if (isGiven(cafile)) {
    certificates.push(...wellFormed(await readFile(cafile, files), JSON.stringify(cafile)));
  }
  if (isGiven(capath)) {
    certificates.push(...wellFormed(await readDirectory(capath, files), JSON.stringify(capath)));
  }
  if (isGiven(cadata)) certificates.push(...wellFormed(readData(cadata), 'cadata'));
  return certificates;
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

async function readFile(path: string, files: Files | undefined): Promise<Uint8Array[]> {
  if (files === undefined) throw systemError('ENOSYS', 'there are no files on this platform; use cadata');
  let contents: Uint8Array;
  try {
    contents = await files.read(path);
  } catch (error) {
    throw fromSystem(error, JSON.stringify(path));
  }
  return readPem(latin1(contents), JSON.stringify(path));
}

async function readDirectory(path: string, files: Files | undefined): Promise<Uint8Array[]> {
  if (files === undefined) throw systemError('ENOSYS', 'there are no files on this platform; use cadata');
  let names: readonly string[];
  try {
    names = await files.list(path);
  } catch (error) {
    throw fromSystem(error, JSON.stringify(path));
  }
  const certificates: Uint8Array[] = [];
  for (const name of names) {
    if (hashedName.test(name)) certificates.push(...(await readFile(`${path}/${name}`, files)));
  }
  return certificates;
}

function readData(cadata: string | Uint8Array): Uint8Array[] {
  if (cadata.length === 0) throw new ValueError('Empty certificate data');
  return typeof cadata === 'string' ? readPem(cadata, 'cadata') : splitDer(cadata);
}

function readPem(text: string, source: string): Uint8Array[] {
  try {
    return decodePem(text, 'CERTIFICATE');
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new SSLError(`${source}: ${problem}`, { library: 'PEM', reason: 'BAD_BASE64_DECODE', cause });
  }
}

/** @throws SSLError where there are none */
function wellFormed(certificates: readonly Uint8Array[], source: string): Uint8Array[] {
  let problem: unknown;
  const parsable = certificates.filter((certificate) => {
    try {
      parseCertificate(certificate);
      return true;
    } catch (error) {
      problem ??= error;
      return false;
    }
  });
  if (parsable.length > 0) return parsable;
  if (problem instanceof Error) {
    const details = { library: 'X509', reason: 'MALFORMED', cause: problem };
    throw new SSLError(`${source}: ${problem.message}`, details);
  }
  const details = { library: 'X509', reason: 'NO_CERTIFICATE_OR_CRL_FOUND' };
  throw new SSLError(`there is no certificate in ${source}`, details);
}

/** Cuts DER values that stand one after the other. */
function splitDer(bytes: Uint8Array): Uint8Array[] {
  const values: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const length = derLength(bytes, offset);
    if (length === undefined || offset + length > bytes.length) {
      throw new SSLError(`cadata has no whole DER certificate at octet ${offset}`, {
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

/** PEM is ASCII; what stands around it may be anything, and must not be an error. */
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let offset = 0; offset < bytes.length; offset += 8192) {
    text += String.fromCharCode(...bytes.subarray(offset, offset + 8192));
  }
  return text;
}
