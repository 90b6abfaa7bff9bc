/** Which versions a context offers: Python's `minimum_version` and `maximum_version`. */
import { TLSVersion } from './constants.ts';
import { SSLError, ValueError } from './errors.ts';
import { OP_NO_TLSv1_2, OP_NO_TLSv1_3 } from './options.ts';

/** The range of versions that was asked for, and what of it is spoken here. */
export interface VersionRange {
  minimum(): TLSVersion;
  maximum(): TLSVersion;
  /** @throws ValueError for what is no version, and for TLS 1.2 where there is none */
  setMinimum(version: TLSVersion): void;
  /** @throws ValueError for what is no version, and for one below all that are spoken here */
  setMaximum(version: TLSVersion): void;
  /** @param options `OP_` flags. @throws SSLError `NO_PROTOCOLS_AVAILABLE` where they and the two leave none */
  offered(options: number): OfferedVersions;
}

/** At least one of them is true. */
export interface OfferedVersions {
  readonly tls12: boolean;
  readonly tls13: boolean;
}

/** @param hasTls12 whether the platform has a part for TLS 1.2 */
export function createVersionRange(hasTls12: boolean): VersionRange {
  const lowest = hasTls12 ? TLSVersion.TLSv1_2 : TLSVersion.TLSv1_3;
  const highest = TLSVersion.TLSv1_3;
  let minimum: TLSVersion = lowest;
  let maximum: TLSVersion = TLSVersion.MAXIMUM_SUPPORTED;

  const resolve = (version: TLSVersion): number => {
    if (version === TLSVersion.MINIMUM_SUPPORTED) return lowest;
    return version === TLSVersion.MAXIMUM_SUPPORTED ? highest : version;
  };
  return {
    minimum: () => minimum,
    maximum: () => maximum,
    setMinimum(version) {
      checkVersion(version);
      // A lower one only says what would be put up with; this one says what is wanted.
      if (version === TLSVersion.TLSv1_2 && !hasTls12) {
        throw new ValueError(`minimumVersion is TLS 1.2, ${withoutTls12}`);
      }
      minimum = version;
    },
    setMaximum(version) {
      checkVersion(version);
      if (resolve(version) < lowest) {
        throw new ValueError(
          hasTls12
            ? 'maximumVersion is below TLS 1.2, the lowest version that is spoken here'
            : `maximumVersion is below TLS 1.3, ${withoutTls12}`,
        );
      }
      maximum = version;
    },
    offered(options) {
      const [from, to] = [resolve(minimum), resolve(maximum)];
      const isOffered = (version: TLSVersion): boolean =>
        version >= lowest && version >= from && version <= to;
      const offered = {
        tls12: isOffered(TLSVersion.TLSv1_2) && (options & OP_NO_TLSv1_2) === 0,
        tls13: isOffered(TLSVersion.TLSv1_3) && (options & OP_NO_TLSv1_3) === 0,
      };
      if (offered.tls12 || offered.tls13) return offered;
      const why =
        from > to
          ? 'minimumVersion is TLS 1.3, and maximumVersion TLS 1.2'
          : 'options exclude what minimumVersion and maximumVersion leave';
      throw new SSLError(`no protocols available: ${why}`, { reason: 'NO_PROTOCOLS_AVAILABLE' });
    },
  };
}

/** What is wrong with asking for it. */
const withoutTls12 = 'and this platform has no `tls12` to speak it with';

function checkVersion(version: TLSVersion): void {
  if (!Object.values(TLSVersion).includes(version))
    throw new ValueError(`Unsupported TLS/SSL version ${version}`);
}
