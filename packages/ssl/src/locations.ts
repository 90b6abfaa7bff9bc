import type { Crl, TrustAnchorData } from '@halfclose/x509';
import type { Located } from './certificateData.ts';
import { ValueError } from './errors.ts';
import { kindOf } from './kindOf.ts';
import { nothingIn } from './nothingIn.ts';
import type { CertificateFilesPart } from './parts/certificateFiles.ts';
import { requirePart } from './parts/contract.ts';
import type { Platform } from './platform.ts';

/** Where certificates are taken from. Null is the same as leaving it out. */
export interface VerifyLocations {
  /** A file of certificates in PEM, and of CRLs. */
  readonly cafile?: string | null | undefined;
  /**
   * A directory of such files. If OpenSSL's `rehash` was there, those with its names count, `5d3033c5.0` for
   * certificates and `5d3033c5.r0` for CRLs; else those that end in `.pem`, `.crt`, `.cer` or `.cert`.
   */
  readonly capath?: string | null | undefined;
  /** Certificates themselves: PEM in a string (which may have CRLs, too), or DER, one after the other. */
  readonly cadata?: string | Uint8Array | null | undefined;
  /** Authorities by name and key, such as `mozillaRoots()` of `@halfclose/roots`. Python has nothing like it. */
  readonly anchors?: readonly TrustAnchorData[] | null | undefined;
}

/** What stands at locations. */
export interface Trusted extends Located {
  readonly anchors: readonly TrustAnchorData[];
}

/**
 * What is at all given locations.
 * @throws TypeError where none is given, or something else; OSError where a file can't be read; SSLError or
 * ValueError where there is neither certificate nor CRL in it, or a malformed one; NotImplementedError where the platform has no
 * part for what is there
 */
export function readLocations(locations: VerifyLocations, platform: Platform): Promise<Trusted> {
  const parseCrl = (der: Uint8Array): Crl => requirePart(platform, 'revocation', 'a CRL').parseCrl(der);
  return readEach(locations, platform, (part) => part.readAll(locations, platform.files, parseCrl));
}

/**
 * What is at the locations that a platform trusts, as far as it can be used, since whoever asks for the default did
 * not make it. Malformed certificates are left out (bundles of real roots have some), and so are locations without
 * any, and CRLs.
 * @throws as `readLocations`, for the first location, where nothing of all locations can be used
 */
export async function readDefaultLocations(
  defaults: readonly VerifyLocations[],
  platform: Platform,
): Promise<Trusted> {
  const found: Trusted[] = [];
  const problems: unknown[] = [];
  for (const locations of defaults) {
    try {
      found.push(await readEach(locations, platform, (part) => part.readUsable(locations, platform.files)));
    } catch (error) {
      problems.push(error);
    }
  }
  const certificates = found.flatMap((each) => each.certificates);
  const anchors = found.flatMap((each) => each.anchors);
  if (certificates.length + anchors.length > 0) return { certificates, anchors, crls: [] };
  throw problems[0] ?? nothingIn('the default locations');
}

async function readEach(
  locations: VerifyLocations,
  platform: Platform,
  read: (part: CertificateFilesPart) => Promise<Located>,
): Promise<Trusted> {
  if (!hasLocation(locations))
    throw new TypeError('cafile, capath, cadata and anchors cannot be all omitted');
  const { cafile, capath, cadata, anchors } = locations;
  if (isGiven(anchors) && anchors.length === 0) throw new ValueError('Empty list of anchors');
  const isOfFiles = isGiven(cafile) || isGiven(capath) || isGiven(cadata);
  const found = isOfFiles
    ? await read(requirePart(platform, 'certificateFiles', 'cafile, capath and cadata'))
    : { certificates: [], crls: [] };
  return { ...found, anchors: anchors ?? [] };
}

/** For each location: what it must be, and whether it is. */
const kinds: Readonly<Record<string, readonly [kind: string, isOfIt: (value: unknown) => boolean]>> = {
  cafile: ['a string', isString],
  capath: ['a string', isString],
  cadata: ['a string or a Uint8Array', (value) => isString(value) || value instanceof Uint8Array],
  anchors: ['a list of objects with subject and spki', isAnchors],
};

/**
 * Whether any location is given: also one that is empty, which is an error later on, and never the same as none.
 * @throws TypeError for anything else than locations, such as a misspelt name
 */
export function hasLocation(locations: VerifyLocations): boolean {
  if (typeof locations !== 'object' || locations === null || Array.isArray(locations)) {
    throw new TypeError('locations must be an object with cafile, capath, cadata or anchors');
  }
  const given = Object.entries(locations).filter(([name, value]) => {
    const known = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (known === undefined) {
      const names = 'cafile, capath, cadata and anchors';
      throw new TypeError(`unknown location ${JSON.stringify(name)}: ${names} are known`);
    }
    if (!isGiven(value)) return false;
    const [kind, isOfIt] = known;
    if (isOfIt(value)) return true;
    throw new TypeError(`${name} must be ${kind}, not ${kindOf(value)}`);
  });
  return given.length > 0;
}

export function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

/** Keys are not looked at: they are decoded only when they are needed. */
function isAnchors(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((anchor: unknown) => {
      if (typeof anchor !== 'object' || anchor === null) return false;
      return 'subject' in anchor && anchor.subject instanceof Uint8Array && 'spki' in anchor;
    })
  );
}
