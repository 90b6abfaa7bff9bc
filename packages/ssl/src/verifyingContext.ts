import {
  type Certificate,
  createDecisionMemory,
  createSignatureMemory,
  createTrustStore,
  type RevocationPolicy,
} from '@halfclose/x509';
import type { ContextMemory } from './connectionMaker.ts';
import { CERT_NONE, CERT_OPTIONAL, CERT_REQUIRED, type VerifyMode } from './constants.ts';
import { ContextRefusals } from './contextRefusals.ts';
import { systemError, ValueError } from './errors.ts';
import { createGroupMemory } from './groupMemory.ts';
import { readDefaultLocations, readLocations, type Trusted, type VerifyLocations } from './locations.ts';
import { VERIFY_CRL_CHECK_CHAIN, VERIFY_X509_PARTIAL_CHAIN, VERIFY_X509_TRUSTED_FIRST } from './options.ts';
import { requirePart } from './parts/contract.ts';
import type { PeerCertificate } from './peerCertificate.ts';
import type { Platform } from './platform.ts';
import { checkVerifyFlags, type Verification } from './verification.ts';

/** What `certStoreStats` counts. */
export interface CertStoreStats {
  /** Certificates that are trusted, and authorities that are trusted by name and key. */
  readonly x509: number;
  /** Those of them that may issue certificates. */
  readonly x509Ca: number;
  /** CRLs. */
  readonly crl: number;
}

/** Whom a context trusts, and what it asks of them. */
export abstract class VerifyingContext extends ContextRefusals {
  protected readonly platform: Platform;
  protected readonly verification: Verification;
  protected readonly memory: ContextMemory;

  constructor(platform: Platform) {
    super();
    this.platform = platform;
    this.verification = {
      verifyMode: CERT_REQUIRED,
      checkHostname: true,
      revocation: platform.revocation === undefined ? 'off' : 'ifPresent',
      verifyFlags: VERIFY_X509_TRUSTED_FIRST | VERIFY_X509_PARTIAL_CHAIN,
    };
    this.memory = {
      trustStore: createTrustStore(),
      crls: platform.revocation?.createCrlStore(),
      signatures: createSignatureMemory(),
      decisions: createDecisionMemory(),
      groups: createGroupMemory(),
      counts: { connect: 0, connectGood: 0, hits: 0 },
    };
  }

  /** `CERT_REQUIRED` unless set otherwise. @throws ValueError for `CERT_NONE` while `checkHostname` is on */
  get verifyMode(): VerifyMode {
    return this.verification.verifyMode;
  }

  set verifyMode(mode: VerifyMode) {
    if (mode !== CERT_NONE && mode !== CERT_OPTIONAL && mode !== CERT_REQUIRED) {
      throw new ValueError(`invalid value for verifyMode: ${mode}`);
    }
    if (mode === CERT_NONE && this.verification.checkHostname) {
      throw new ValueError('Cannot set verifyMode to CERT_NONE when checkHostname is enabled.');
    }
    this.verification.verifyMode = mode;
  }

  /**
   * Whether the certificate must be for the `serverHostname`. To turn it on also turns verification on.
   * @throws TypeError for anything but true and false
   */
  get checkHostname(): boolean {
    return this.verification.checkHostname;
  }

  set checkHostname(check: boolean) {
    // What only looks like false may be a mistake, and must not turn the check off.
    if (typeof check !== 'boolean') {
      throw new TypeError(`checkHostname must be true or false, not ${String(check)}`);
    }
    this.verification.checkHostname = check;
    if (this.verification.checkHostname && this.verification.verifyMode === CERT_NONE)
      this.verification.verifyMode = CERT_REQUIRED;
  }

  /**
   * Whether a certificate that was revoked is refused. By default, `ifPresent`, the server is asked for a stapled OCSP
   * response (RFC 6066 section 8); that, and the CRLs that were loaded, must be right and must not say that it was.
   * `require`: each certificate below a trusted one must be known to be good by one of them. `off`: nothing is asked.
   * Without verification nothing is asked either.
   * @throws ValueError for anything else; NotImplementedError where the platform has no `revocation`, and it is not `off`
   */
  get revocation(): RevocationPolicy {
    return this.verification.revocation;
  }

  set revocation(policy: RevocationPolicy) {
    if (policy !== 'off' && policy !== 'ifPresent' && policy !== 'require') {
      throw new ValueError(`invalid value for revocation: ${String(policy)}`);
    }
    if (policy !== 'off') requirePart(this.platform, 'revocation', `revocation = '${policy}'`);
    this.verification.revocation = policy;
  }

  /**
   * `VERIFY_` flags, joined by `|`: `VERIFY_X509_TRUSTED_FIRST`, which is always so, and `VERIFY_X509_PARTIAL_CHAIN` unless
   * set otherwise. Those about revocation make `revocation` stricter, never laxer.
   * @throws ValueError for what is none, and for `VERIFY_ALLOW_PROXY_CERTS`; NotImplementedError for those about revocation
   * where the platform has no `revocation`
   */
  get verifyFlags(): number {
    return this.verification.verifyFlags;
  }

  set verifyFlags(flags: number) {
    checkVerifyFlags(flags);
    if ((flags & VERIFY_CRL_CHECK_CHAIN) !== 0) requirePart(this.platform, 'revocation', 'VERIFY_CRL_CHECK');
    this.verification.verifyFlags = flags;
  }

  /**
   * Trusts certificates from files, a directory, or memory, and believes the CRLs that stand beside them (see
   * `revocation`); and authorities that are known by name and key. All of them, or none if it fails.
   * @throws TypeError where all are omitted; OSError where a file can't be read; SSLError or ValueError where there
   * is neither certificate nor CRL, or a malformed one; NotImplementedError where the platform has no `certificateFiles`
   * for what is not `anchors`, or no `revocation` for a CRL
   */
  async loadVerifyLocations(locations: VerifyLocations): Promise<void> {
    this.#trust(await readLocations(locations, this.platform));
  }

  /**
   * Trusts what the platform trusts.
   * @throws OSError `ENOSYS` where it has nothing of its own; else as `loadVerifyLocations`, where nothing of it can
   * be used
   */
  async loadDefaultCerts(): Promise<void> {
    const { defaultLocations } = this.platform;
    if (defaultLocations === undefined) {
      const instead =
        'give { cadata } with your own, or { anchors: mozillaRoots() } with those of @halfclose/roots';
      throw systemError('ENOSYS', `this platform has no certificates; ${instead}`);
    }
    const defaults = [await defaultLocations()].flat();
    this.#trust(await readDefaultLocations(defaults, this.platform));
  }

  #trust({ certificates, anchors, crls }: Trusted): void {
    for (const certificate of certificates) {
      if ('read' in certificate) this.memory.trustStore.addUnread(certificate);
      else this.memory.trustStore.add(certificate);
    }
    for (const anchor of anchors) this.memory.trustStore.addAnchor(anchor);
    for (const crl of crls) this.memory.crls?.add(crl);
  }

  /** The same as `loadDefaultCerts`: what the platform trusts is where it is. */
  setDefaultVerifyPaths(): Promise<void> {
    return this.loadDefaultCerts();
  }

  /** How much is trusted. To know it, all is read that was not needed yet. */
  certStoreStats(): CertStoreStats {
    const anchors = this.memory.trustStore.anchors();
    const authorities = anchors.filter(
      ({ certificate }) => certificate === undefined || isAuthority(certificate),
    );
    return { x509: anchors.length, x509Ca: authorities.length, crl: this.memory.crls?.size ?? 0 };
  }

  /**
   * The certificates of authorities that are trusted: DER, or what Python shows of them. Those of `capath` are among them,
   * other than in Python, and authorities that are trusted by name and key are not.
   * @throws NotImplementedError where the platform has no `descriptions`, unless `binary` is asked for
   */
  getCaCerts(options: { readonly binary: true }): Uint8Array[];
  getCaCerts(options?: { readonly binary?: false }): PeerCertificate[];
  getCaCerts({ binary = false }: { readonly binary?: boolean } = {}): Uint8Array[] | PeerCertificate[] {
    const certificates = this.memory.trustStore.certificates();
    const ders = certificates.filter(isAuthority).map(({ raw }) => raw);
    if (binary) return ders.map((der) => new Uint8Array(der));
    const descriptions = requirePart(this.platform, 'descriptions', 'getCaCerts()');
    return ders.map((der) => descriptions.certificate(der));
  }
}

/** A root of version 1 has no extension to say that it is one. */
function isAuthority({ basicConstraints, version }: Certificate): boolean {
  return basicConstraints?.cA ?? version === 1;
}
