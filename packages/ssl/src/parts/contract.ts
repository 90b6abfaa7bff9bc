/**
 * What contexts can do without. Each part is a value of this package with the name that it has here, and comes in with the
 * platform: `new SSLContext({ ...platform, tls12, revocation })`. What is left out is in no bundle.
 */
import type { observeMessages } from '@halfclose/tls';
import type { checkPolicies } from '@halfclose/x509';
import type { SSLObjectClass } from '../context.ts';
import { NotImplementedError } from '../errors.ts';
import type { CertificateFilesPart } from './certificateFiles.ts';
import type { CipherSuites12Part } from './cipherSuites12.ts';
import type { ClientCertificatesPart } from './clientCertificates.ts';
import type { DescriptionsPart } from './descriptions.ts';
import type { EarlyDataPart } from './earlyData.ts';
import type { EncryptedClientHelloPart } from './encryptedClientHello.ts';
import type { PreSharedKeysPart } from './preSharedKeys.ts';
import type { PrivateKeysPart } from './privateKeys.ts';
import type { RevocationPart } from './revocation.ts';
import type { Tls12Part } from './tls12.ts';

export interface Parts {
  /** TLS 1.2, with ECDHE and AEADs. Left out: TLS 1.3 is all that is spoken. */
  readonly tls12?: Tls12Part;
  /** For `setCiphers`: the other suites of TLS 1.2, and OpenSSL's language for choosing among all of them. */
  readonly cipherSuites12?: CipherSuites12Part;
  /**
   * Encrypted Client Hello (RFC 9849), and hellos that look like it. Left out: there is no `echConfigList`, and no hello looks
   * as if there were one.
   */
  readonly encryptedClientHello?: EncryptedClientHelloPart;
  /**
   * Stapled OCSP responses, must-staple, and CRLs. Left out: `revocation` is `off`, and can't be anything else; certificates
   * that are good only with a stapled response are refused.
   */
  readonly revocation?: RevocationPart;
  /** For `addCredential` and `postHandshakeAuth`. Left out: servers that ask who we are are shown nothing. */
  readonly clientCertificates?: ClientCertificatesPart;
  /** For `loadCertChain`, together with `clientCertificates`. */
  readonly privateKeys?: PrivateKeysPart;
  /** For `setPskClientCallback`; in TLS 1.2 together with `cipherSuites12`. */
  readonly preSharedKeys?: PreSharedKeysPart;
  /** For `wrapSocket(…, { earlyData: true })`, and `wrapBio`. */
  readonly earlyData?: EarlyDataPart;
  /**
   * For paths on which an authority demands that a certificate policy holds, next to none on the public web. Left out: they are
   * refused.
   */
  readonly checkPolicies?: typeof checkPolicies;
  /** For `cafile`, `capath` and `cadata`. Left out: only `anchors` are trusted, such as those of `@halfclose/roots`. */
  readonly certificateFiles?: CertificateFilesPart;
  /** For `getPeerCert()`, `getCaCerts()` and `getCiphers()`, as far as they give more than octets. */
  readonly descriptions?: DescriptionsPart;
  /** For `wrapBio`. */
  readonly SSLObject?: SSLObjectClass;
  /** For `onMessage`. */
  readonly observeMessages?: typeof observeMessages;
}

/**
 * A part that something can't be done without.
 * @param use what it is that can't
 * @throws NotImplementedError where the platform has none
 */
export function requirePart<Name extends keyof Parts>(
  parts: { readonly [Each in Name]?: Parts[Each] | undefined },
  name: Name,
  use: string,
): NonNullable<Parts[Name]> {
  const part = parts[name];
  if (part !== undefined) return part;
  throw new NotImplementedError(
    `${use} takes a part that this platform was made without: new SSLContext({ ...platform, ${name} }), ` +
      `with the ${name} of @halfclose/ssl`,
  );
}
