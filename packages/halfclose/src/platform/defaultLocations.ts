import type { VerifyLocations } from '@halfclose/ssl';

/** What decides whom the system trusts, and the means to look: Node's, or those of a test. */
export interface TrustSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** As in `process.platform`. */
  readonly platform: string;
  /** Between the directories of a list. */
  readonly delimiter: string;
  /** Whether there is such a file, with anything in it. */
  readonly hasFile: (path: string) => Promise<boolean>;
  /** PEM, what the system trusts; none where Node can't tell. */
  readonly systemCertificates: () => readonly string[];
  /** PEM, what Node comes with. */
  readonly bundledCertificates: () => readonly string[];
}

/** Where the systems that keep their certificates in one file have it: that of OpenSSL there comes to the same. */
const systemFiles: readonly string[] = [
  // Debian, Ubuntu, Arch, Gentoo, Alpine
  '/etc/ssl/certs/ca-certificates.crt',
  // Fedora and Red Hat
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  // SUSE
  '/etc/ssl/ca-bundle.pem',
  '/var/lib/ca-certificates/ca-bundle.pem',
  // Alpine, OpenBSD, FreeBSD
  '/etc/ssl/cert.pem',
  '/usr/local/share/certs/ca-root-nss.crt',
];

/** Here such files exist, but are not what users and administrators change. */
const systemsWithStore: readonly string[] = ['darwin', 'win32'];

/**
 * Where the certificates are that a program trusts if it doesn't say whom: what `SSL_CERT_FILE` and `SSL_CERT_DIR` (a
 * list of directories) name, and nothing else if either is set; else what the system trusts; else what Node comes with.
 */
export async function findDefaultLocations(
  sources: TrustSources,
): Promise<VerifyLocations | readonly VerifyLocations[]> {
  const { environment, platform, delimiter, hasFile, systemCertificates, bundledCertificates } = sources;
  const { SSL_CERT_FILE: cafile, SSL_CERT_DIR: capaths = '' } = environment;
  // An empty variable is as good as none, and so is an empty part of a list.
  const directories = capaths.split(delimiter).filter((capath) => capath !== '');
  const named = [...(cafile ? [{ cafile }] : []), ...directories.map((capath) => ({ capath }))];
  if (named.length > 0) return named;

  if (!systemsWithStore.includes(platform)) {
    for (const file of systemFiles) if (await hasFile(file)) return { cafile: file };
  }
  const certificates = systemCertificates();
  return { cadata: (certificates.length > 0 ? certificates : bundledCertificates()).join('\n') };
}
