import { type CrlParser, type Located, readAll, readUsable } from '../certificateData.ts';
import { readFrom } from '../certificateFiles.ts';
import type { VerifyLocations } from '../locations.ts';
import type { Files } from '../platform.ts';

/** What a platform needs, so that contexts trust certificates that stand in files, or in memory. */
export interface CertificateFilesPart {
  /**
   * What is at all given locations. In a directory, malformed certificates and links that lead nowhere are passed over, as
   * OpenSSL does, as long as there is a good one; in what was named itself they are an error.
   * @throws OSError where a file can't be read; SSLError or ValueError where there is neither certificate nor CRL in it, or a
   * malformed one; what `parseCrl` throws
   */
  readAll(locations: VerifyLocations, files: Files | undefined, parseCrl: CrlParser): Promise<Located>;
  /**
   * The certificates there, as far as they can be used: for locations that whoever asks for them did not make. CRLs don't
   * count.
   * @throws as `readAll`, where nothing can be used
   */
  readUsable(locations: VerifyLocations, files: Files | undefined): Promise<Located>;
}

/** Files and octets of certificates for contexts, as the `certificateFiles` of their platform. */
export const certificateFiles: CertificateFilesPart = {
  readAll: (locations, files, parseCrl) => readFrom(locations, files, readAll, parseCrl),
  readUsable: (locations, files) => readFrom(locations, files, readUsable),
};
