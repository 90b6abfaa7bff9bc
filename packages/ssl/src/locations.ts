import { type Crl, decodePem, parseCertificate, parseCrl } from '@halfclose/x509';
import { fromSystem, OSError, SSLError, systemError, ValueError } from './errors.ts';
import { kindOf } from './kindOf.ts';
import type { Files } from './platform.ts';

/** Where certificates are taken from. Null is the same as leaving it out. */
export interface VerifyLocations {
  /** A file of certificates in PEM, and of CRLs. */
  readonly cafile?: string | null | undefined;
  /** A directory as OpenSSL's `rehash` makes them: certificates in files named `5d3033c5.0`, CRLs in `5d3033c5.r0`. */
  readonly capath?: string | null | undefined;
  /** Certificates themselves: PEM in a string (which may have CRLs, too), or DER, one after the other. */
  readonly cadata?: string | Uint8Array | null | undefined;
}

/** What stands at locations. */
export interface Located {
  /** DER. */
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Crl[];
}

/** OpenSSL looks issuers up by such names, and never looks at another file of the directory. */
const hashedName = /^[0-9a-f]{8}\.r?[0-9]+$/;

/**
 * The certificates and CRLs at all given locations.
 *
 * In a directory, malformed certificates and links that lead nowhere are passed over, as OpenSSL does, as long as
 * there is a good one; in what was named itself they are an error.
 * @throws TypeError where none is given, or something else; OSError where a file can't be read; SSLError or
 * ValueError where there is neither certificate nor CRL in it, or a malformed one
 */
export async function readLocations(locations: VerifyLocations, files: Files | undefined): Promise<Located> {
  return readEach(locations, files, allOf);
}

/**
 * The DER certificates at the locations that a platform trusts: what can be used of them, since whoever asks for
 * the default did not make it. Malformed certificates are left out (bundles of real roots have some), and so are
 * locations without any.
 * @throws as `readLocations`, for the first location, where no location has a certificate
 */
export async function readDefaultLocations(
  defaults: readonly VerifyLocations[],
  files: Files | undefined,
): Promise<Uint8Array[]> {
  const certificates: Uint8Array[] = [];
  const problems: unknown[] = [];
  for (const locations of defaults) {
    try {
      certificates.push(...(await readEach(locations, files, wellFormedOf)).certificates);
    } catch (error) {
      problems.push(error);
    }
  }
  if (certificates.length > 0) return certificates;
  throw problems[0] ?? noCertificate('the default locations');
}

/** Which of the certificates from one source to take. @throws SSLError where that is none */
type Selection = (certificates: readonly Uint8Array[], source: string) => readonly Uint8Array[];

async function readEach(
  locations: VerifyLocations,
  files: Files | undefined,
  select: Selection,
): Promise<Located> {
  if (!hasLocation(locations)) throw new TypeError('cafile, capath and cadata cannot be all omitted');
  const { cafile, capath, cadata } = locations;
  const found: Located[] = [];
  if (isGiven(cafile)) found.push(selected(await readFile(cafile, files), select, JSON.stringify(cafile)));
  if (isGiven(capath)) found.push(await readDirectory(capath, files));
  if (isGiven(cadata)) found.push(selected(readData(cadata), select, 'cadata'));
  return joined(found);
}

/** A file of CRLs alone is no mistake: that it has no certificate is not told then. */
function selected({ certificates, crls }: Located, select: Selection, source: string): Located {
  const hasOnlyCrls = certificates.length === 0 && crls.length > 0;
  return { certificates: hasOnlyCrls ? [] : select(certificates, source), crls };
}

function joined(found: readonly Located[]): Located {
  return {
    certificates: found.flatMap(({ certificates }) => certificates),
    crls: found.flatMap(({ crls }) => crls),
  };
}

const kinds: Readonly<Record<string, string>> = {
  cafile: 'a string',
  capath: 'a string',
  cadata: 'a string or a Uint8Array',
};

/**
 * Whether any location is given: also one that is empty, which is an error later on, and never the same as none.
 * @throws TypeError for anything else than locations, such as a misspelt name
 */
export function hasLocation(locations: VerifyLocations): boolean {
  if (typeof locations !== 'object' || locations === null || Array.isArray(locations)) {
    throw new TypeError('locations must be an object with cafile, capath or cadata');
  }
  const given = Object.entries(locations).filter(([name, value]) => {
    const kind = kinds[name];
    if (kind === undefined) {
      throw new TypeError(`unknown location ${JSON.stringify(name)}: cafile, capath and cadata are known`);
    }
    if (!isGiven(value)) return false;
    if (typeof value === 'string' || (name === 'cadata' && value instanceof Uint8Array)) return true;
    throw new TypeError(`${name} must be ${kind}, not ${kindOf(value)}`);
  });
  return given.length > 0;
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

async function readFile(path: string, files: Files | undefined): Promise<Located> {
  if (files === undefined) throw systemError('ENOSYS', 'there are no files on this platform; use cadata');
  let contents: Uint8Array;
  try {
    contents = await files.read(path);
  } catch (error) {
    throw fromSystem(error, JSON.stringify(path));
  }
  return readPem(latin1(contents), JSON.stringify(path));
}

async function readDirectory(path: string, files: Files | undefined): Promise<Located> {
  if (files === undefined) throw systemError('ENOSYS', 'there are no files on this platform; use cadata');
  let names: readonly string[];
  try {
    names = await files.list(path);
  } catch (error) {
    throw fromSystem(error, JSON.stringify(path));
  }
  const found: Located[] = [];
  let problem: SSLError | undefined;
  for (const name of names.filter((each) => hashedName.test(each))) {
    const file = `${path}/${name}`;
    try {
      found.push(selected(await readFile(file, files), wellFormedOf, JSON.stringify(file)));
    } catch (error) {
      if (error instanceof SSLError) problem ??= error;
      else if (!isMissing(error)) throw error;
    }
  }
  if (found.length === 0) throw problem ?? noCertificate(JSON.stringify(path));
  return joined(found);
}

/** What a link that leads nowhere fails with, which is what certificates that were uninstalled leave behind. */
function isMissing(error: unknown): boolean {
  return error instanceof OSError && error.code === 'ENOENT';
}

function readData(cadata: string | Uint8Array): Located {
  if (cadata.length === 0) throw new ValueError('Empty certificate data');
  return typeof cadata === 'string'
    ? readPem(cadata, 'cadata')
    : { certificates: splitDer(cadata), crls: [] };
}

function readPem(text: string, source: string): Located {
  // It holds more than the certificate: what it may be used for, which would be lost.
  if (/^-----BEGIN TRUSTED CERTIFICATE-----/m.test(text)) {
    throw new SSLError(
      `${source} has a TRUSTED CERTIFICATE, which only OpenSSL reads; "openssl x509" makes a CERTIFICATE of it`,
      { library: 'PEM', reason: 'UNSUPPORTED_CERTIFICATE' },
    );
  }
  const blocks = (label: string): Uint8Array[] => {
    try {
      return decodePem(text, label);
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new SSLError(`${source}: ${problem}`, { library: 'PEM', reason: 'BAD_BASE64_DECODE', cause });
    }
  };
  const certificates = blocks('CERTIFICATE');
  if (!/^-----BEGIN X509 CRL-----/m.test(text)) return { certificates, crls: [] };
  return { certificates, crls: blocks('X509 CRL').map((der) => readCrl(der, source)) };
}

function readCrl(der: Uint8Array, source: string): Crl {
  try {
    return parseCrl(der);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new SSLError(`${source}: ${cause.message}`, { library: 'X509', reason: 'MALFORMED', cause });
  }
}

/** @throws SSLError where there are none, or a malformed one */
function allOf(certificates: readonly Uint8Array[], source: string): readonly Uint8Array[] {
  const problem = problemsOf(certificates, source).find(isGiven);
  if (problem !== undefined) throw problem;
  if (certificates.length === 0) throw noCertificate(source);
  return certificates;
}

/** @throws SSLError where there are none but malformed ones */
function wellFormedOf(certificates: readonly Uint8Array[], source: string): readonly Uint8Array[] {
  const problems = problemsOf(certificates, source);
  const wellFormed = certificates.filter((_, i) => problems[i] === undefined);
  if (wellFormed.length === 0) throw problems[0] ?? noCertificate(source);
  return wellFormed;
}

/** What is wrong with each certificate, undefined where nothing is. */
function problemsOf(certificates: readonly Uint8Array[], source: string): (SSLError | undefined)[] {
  return certificates.map((certificate, i) => {
    try {
      parseCertificate(certificate);
      return undefined;
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      const message = `${source}: certificate ${i + 1} of ${certificates.length}: ${cause.message}`;
      return new SSLError(message, { library: 'X509', reason: 'MALFORMED', cause });
    }
  });
}

function noCertificate(source: string): SSLError {
  const details = { library: 'X509', reason: 'NO_CERTIFICATE_OR_CRL_FOUND' };
  return new SSLError(`there is no certificate in ${source}`, details);
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
