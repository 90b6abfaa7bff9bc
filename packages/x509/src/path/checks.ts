import type { Certificate } from '../certificate/certificate.ts';
import { keyPurposes } from '../certificate/extensionTypes.ts';
import { usageBeyondKey } from '../certificate/keyUsageRules.ts';
import { extensionOids } from '../certificate/oids.ts';
import { formatTime } from '../der/time.ts';
import { CertificateError } from '../errors.ts';
import type { TrustAnchor } from '../trust/trustAnchor.ts';
import { checkExtensions } from './checkExtensions.ts';
import { keyWeakness } from './keyStrength.ts';
import { isSelfIssued } from './pathLength.ts';
import type { Purpose } from './purpose.ts';

/** Which part a certificate plays in a path. */
export type Role = 'server' | 'trustedServer' | 'intermediate' | 'anchor';

/**
 * All that a certificate has to be by itself to play its part, whatever path it stands in: everything but its
 * signature, its name and the length of the path.
 * @param now milliseconds since 1970
 * @throws CertificateError
 */
export function checkCertificate(certificate: Certificate, role: Role, now: number, purpose: Purpose): void {
  checkValidity(certificate, now);
  checkExtensions(certificate);
  if (role === 'server' || role === 'trustedServer') checkServer(certificate, role, purpose);
  else checkAuthority(certificate, role, purpose);
  checkKey(certificate, role);
}

/**
 * The same for what a path ends in. Of one that is no certificate there is nothing to check but its key.
 * @throws CertificateError
 */
export function checkAnchor(anchor: TrustAnchor, now: number, purpose: Purpose): void {
  if (anchor.certificate) {
    checkCertificate(anchor.certificate, 'anchor', now, purpose);
    return;
  }
  const weakness = keyWeakness(anchor.publicKey);
  if (weakness === undefined) return;
  throw new CertificateError(
    'weak_authority_key',
    `The key of ${anchor.subject}, a trust anchor, is refused: ${weakness}`,
  );
}

/**
 * An anchor that is being phased out is still good for the servers' certificates that it had issued by then.
 * @throws CertificateError `distrusted`
 */
export function checkDistrust(server: Certificate, { distrustAfter, subject }: TrustAnchor): void {
  // "Not at most" instead of "more than", so that a date which is no number trusts nobody.
  if (distrustAfter === undefined || server.notBefore <= distrustAfter) return;
  throw new CertificateError(
    'distrusted',
    `The certificate of ${server.subject} was issued on ${formatTime(server.notBefore)}, and what ${subject} has issued after ${formatTime(distrustAfter)} is not trusted`,
    { certificate: server },
  );
}

/** RFC 5280 section 4.1.2.5: from notBefore through notAfter, in whole seconds. */
function checkValidity(certificate: Certificate, now: number): void {
  const { notBefore, notAfter, subject } = certificate;
  const second = Math.floor(now / 1000) * 1000;
  // "Not at least" instead of "less than", so that a clock that gives NaN makes nothing valid.
  if (!(second >= notBefore)) {
    throw new CertificateError(
      'not_yet_valid',
      `The certificate of ${subject} is valid from ${formatTime(notBefore)} on, and it is ${formatTime(now)}`,
      { certificate },
    );
  }
  if (!(second <= notAfter)) {
    throw new CertificateError(
      'expired',
      `The certificate of ${subject} was valid until ${formatTime(notAfter)}, and it is ${formatTime(now)}`,
      { certificate },
    );
  }
}

/** An authority signs certificates: RFC 5280 sections 4.2.1.9, 4.2.1.3 and 6.1.4 (k) and (n). */
function checkAuthority(certificate: Certificate, role: 'intermediate' | 'anchor', purpose: Purpose): void {
  const { subject, basicConstraints, keyUsage } = certificate;
  // A root of version 1 has no extension to say that it is an authority; if the user trusts it, it is one.
  const isTrustedOldRoot = role === 'anchor' && certificate.version === 1 && isSelfIssued(certificate);
  if (!basicConstraints?.cA && !isTrustedOldRoot) {
    throw new CertificateError(
      'invalid_authority',
      `${subject} has issued a certificate, and its own doesn't say that it is an authority`,
      { certificate },
    );
  }
  // RFC 5280 section 4.2.1.9: authorities "MUST mark the extension as critical".
  if (basicConstraints && !certificate.extension(extensionOids.basicConstraints)?.critical) {
    throw new CertificateError(
      'invalid_extension',
      `basicConstraints of ${subject} say that it is an authority, and are not critical`,
      { certificate },
    );
  }
  if (keyUsage && !keyUsage.includes('keyCertSign')) {
    throw new CertificateError(
      'invalid_authority',
      `The key of ${subject} is for ${keyUsage.join(', ')}, not for signing certificates`,
      { certificate },
    );
  }
  // RFC 5280 limits only the certificate that has it; that an authority hands down no purpose that it was not
  // given is how all TLS clients read it in authorities (CA/Browser Forum BR section 7.1.2.10.6).
  if (certificate.extendedKeyUsage?.includes(keyPurposes.any)) return;
  checkPurpose(certificate, purpose);
}

/** The certificate at the lower end of a path: a server's own. */
function checkServer(certificate: Certificate, role: 'server' | 'trustedServer', purpose: Purpose): void {
  const { subject, basicConstraints, keyUsage } = certificate;
  const signsCertificates = keyUsage?.includes('keyCertSign');
  const isAuthority = basicConstraints?.cA ?? false;
  // RFC 5280 sections 4.2.1.3 and 4.2.1.9: no keyCertSign without cA. The other way round it is a sign of an
  // authority in disorder (CA/Browser Forum BR section 7.1.2.7.8), or of `openssl req -x509`, which makes every
  // certificate an authority's: whoever trusts just that one does not mind.
  if (keyUsage && signsCertificates !== isAuthority && (signsCertificates || role === 'server')) {
    throw new CertificateError(
      'invalid_extension',
      `keyUsage of ${subject} is ${keyUsage.join(', ')}, which contradicts its basicConstraints`,
      { certificate },
    );
  }
  // RFC 5280 section 4.2.1.10: name constraints "MUST be used only in a CA certificate".
  if (certificate.nameConstraints && !isAuthority) {
    throw new CertificateError(
      'invalid_extension',
      `${subject} has name constraints, and is no authority that could hold others to them`,
      { certificate },
    );
  }
  const missing = keyUsage && purpose.keyUsage.find((use) => !keyUsage.includes(use));
  if (missing !== undefined) {
    throw new CertificateError(
      'invalid_purpose',
      `The key of ${subject} is for ${keyUsage?.join(', ')}, not for ${missing}`,
      { certificate },
    );
  }
  // CA/Browser Forum BR section 7.1.2.7.10: a server's certificate names its purpose, and never "any".
  if (certificate.extendedKeyUsage?.includes(keyPurposes.any)) {
    throw new CertificateError(
      'invalid_purpose',
      `The certificate of ${subject} was issued for any purpose, which is not done for ${purpose.holders}`,
      { certificate },
    );
  }
  checkPurpose(certificate, purpose);
}

/** RFC 5280 section 4.2.1.12: where it is there, ours must be among the purposes. */
function checkPurpose(certificate: Certificate, { extendedKeyUsage, holders }: Purpose): void {
  const purposes = certificate.extendedKeyUsage;
  if (purposes === undefined || extendedKeyUsage.every((purpose) => purposes.includes(purpose))) return;
  throw new CertificateError(
    'invalid_purpose',
    `The certificate of ${certificate.subject} was not issued for ${holders}`,
    { certificate },
  );
}

function checkKey(certificate: Certificate, role: Role): void {
  const { publicKey, keyUsage, subject } = certificate;
  const impossible = usageBeyondKey(publicKey, keyUsage);
  if (impossible !== undefined) {
    throw new CertificateError(
      'invalid_extension',
      `keyUsage of ${subject} has ${impossible}, which is not for a key of ${publicKey.type}`,
      { certificate },
    );
  }
  const weakness = keyWeakness(publicKey);
  if (weakness === undefined) return;
  throw new CertificateError(
    role === 'server' || role === 'trustedServer' ? 'weak_server_key' : 'weak_authority_key',
    `The key of ${subject} is refused: ${weakness}`,
    { certificate },
  );
}
