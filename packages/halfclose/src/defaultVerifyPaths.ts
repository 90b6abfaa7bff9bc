/** Where the certificates are that `loadDefaultCerts` trusts. */
export interface DefaultVerifyPaths {
  /** A file, or null where they are in none. */
  readonly cafile: string | null;
  /** Directories, with the system's delimiter between them, or null where they are in none. */
  readonly capath: string | null;
  /** The environment's variables that say otherwise. */
  readonly opensslCafileEnv: 'SSL_CERT_FILE';
  readonly opensslCapathEnv: 'SSL_CERT_DIR';
}

export const noVerifyPaths: DefaultVerifyPaths = {
  cafile: null,
  capath: null,
  opensslCafileEnv: 'SSL_CERT_FILE',
  opensslCapathEnv: 'SSL_CERT_DIR',
};
