/** What one verification may cost. Each limit is several times what servers that work need. */
export interface Limits {
  /** Certificates that a server may send. Few send more than five; BetterTLS, which is to be passed, sends 36. */
  readonly certificates: number;
  /** Octets of them all. */
  readonly octets: number;
  /** Certificates between the server's and the anchor. */
  readonly intermediates: number;
  /** Signatures that are checked; one that was checked before is not checked again. */
  readonly signatures: number;
  /** Certificates that are tried as the next one of a path. */
  readonly steps: number;
  /** Names and policies that are compared with what constrains them. */
  readonly comparisons: number;
}

export const defaultLimits: Limits = {
  certificates: 64,
  octets: 262_144,
  intermediates: 8,
  signatures: 24,
  steps: 2_000,
  comparisons: 250_000,
};
