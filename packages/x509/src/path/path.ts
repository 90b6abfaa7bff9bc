import type { Certificate } from '../certificate/certificate.ts';
import type { TrustAnchor } from '../trust/trustAnchor.ts';

/** A way from the server's certificate to what is trusted. */
export interface Path {
  /**
   * Those below the anchor, from the server's upward: each is issued by the next, the last by the anchor. Empty where
   * the server's certificate is itself the anchor.
   */
  readonly certificates: readonly Certificate[];
  readonly anchor: TrustAnchor;
}

/** Who has issued a certificate: another certificate's holder, or an anchor of which only name and key may be known. */
export type Issuer = Certificate | TrustAnchor;

/** The issuer's certificate, where there is one. */
export function certificateOf(issuer: Issuer): Certificate | undefined {
  return 'raw' in issuer ? issuer : issuer.certificate;
}

/** Every certificate of a path with its issuer, from the one that the anchor has issued down to the server's. */
export function* downward(path: Path): Generator<readonly [certificate: Certificate, issuer: Issuer]> {
  let issuer: Issuer = path.anchor;
  for (const certificate of [...path.certificates].reverse()) {
    yield [certificate, issuer];
    issuer = certificate;
  }
}
