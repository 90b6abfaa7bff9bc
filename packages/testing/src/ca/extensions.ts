import { createHash } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { children, contents } from './der.ts';

export type KeyUsageName =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

export type ExtendedKeyUsageName =
  | 'serverAuth'
  | 'clientAuth'
  | 'codeSigning'
  | 'emailProtection'
  | 'timeStamping'
  | 'ocspSigning';

export interface RawExtension {
  readonly oid: string;
  /** Left out: false. */
  readonly critical?: boolean;
  /** The DER inside of extnValue. */
  readonly value: Uint8Array;
}

/** The standard extensions (RFC 5280 section 4.2.1) that a certificate has by itself. `false` leaves one out. */
export interface ExtensionOptions {
  /** subjectAltName. Left out, together with all other kinds of names: `localhost` for an end entity. */
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly emailAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly subjectAltName?: false;
  /** Left out: `{ ca: true }` with `pathLength` for an authority, none for an end entity. */
  readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number } | false;
  /** pathLenConstraint, for the default basicConstraints. */
  readonly pathLength?: number;
  /**
   * Left out: keyCertSign and cRLSign for an authority, digitalSignature for an end entity, and keyEncipherment with it for a
   * key that can do that.
   */
  readonly keyUsage?: readonly KeyUsageName[] | false;
  /** Names, or OIDs in dotted form. Left out: none for an authority, serverAuth for an end entity. */
  readonly extendedKeyUsage?: readonly (ExtendedKeyUsageName | (string & {}))[] | false;
  /** Left out: the SHA-1 of the public key (RFC 5280 section 4.2.1.2, method 1). */
  readonly subjectKeyIdentifier?: Uint8Array | false;
  /** Left out: the issuer's subjectKeyIdentifier, if it has one. A self-signed certificate has none. */
  readonly authorityKeyIdentifier?: Uint8Array | false;
  /** Overrides of what is critical by default: basicConstraints, keyUsage, and subjectAltName if the subject is empty. */
  readonly critical?: Partial<Record<StandardExtension, boolean>>;
  /** Appended in this order; one with the OID of a standard extension stands instead of that one. */
  readonly extensions?: readonly RawExtension[];
}

export type StandardExtension =
  | 'subjectAltName'
  | 'basicConstraints'
  | 'keyUsage'
  | 'extendedKeyUsage'
  | 'subjectKeyIdentifier'
  | 'authorityKeyIdentifier';

/** What the extensions of a certificate depend on besides its options. */
export interface ExtensionContext {
  readonly isAuthority: boolean;
  /** An RSA key, not limited to signatures. */
  readonly keyEnciphers: boolean;
  readonly subjectIsEmpty: boolean;
  /** The value of subjectKeyIdentifier, if the certificate is to have one. */
  readonly keyIdentifier: Uint8Array | undefined;
  readonly issuerKeyIdentifier: Uint8Array | undefined;
}

function defaultUsages({ isAuthority, keyEnciphers }: ExtensionContext): readonly KeyUsageName[] {
  if (isAuthority) return ['keyCertSign', 'cRLSign'];
  return keyEnciphers ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'];
}

/** The SHA-1 of the subjectPublicKey bits, without tag, length and count of unused bits. */
export function publicKeyIdentifier(spki: Uint8Array): Uint8Array {
  const publicKey = children(spki)[1];
  if (!publicKey) throw new TypeError('SubjectPublicKeyInfo has no subjectPublicKey');
  return new Uint8Array(createHash('sha1').update(contents(publicKey).subarray(1)).digest());
}

export function buildExtensions(options: ExtensionOptions, context: ExtensionContext): x509.Extension[] {
  const raw = (options.extensions ?? []).map(
    ({ oid, critical = false, value }) => new x509.Extension(oid, critical, new Uint8Array(value)),
  );
  const overridden = new Set(raw.map((extension) => extension.type));
  return [...standardExtensions(options, context).filter(({ type }) => !overridden.has(type)), ...raw];
}

function standardExtensions(options: ExtensionOptions, context: ExtensionContext): x509.Extension[] {
  const { critical = {} } = options;
  const made: x509.Extension[] = [];

  const constraints = options.basicConstraints ?? defaultConstraints(options, context);
  if (constraints) {
    const { ca, pathLength } = constraints;
    made.push(new x509.BasicConstraintsExtension(ca, pathLength, critical.basicConstraints ?? true));
  }

  const usages = options.keyUsage ?? defaultUsages(context);
  if (usages) {
    const flags = usages.reduce((sum, usage) => sum | x509.KeyUsageFlags[usage], 0);
    made.push(new x509.KeyUsagesExtension(flags, critical.keyUsage ?? true));
  }

  const purposes = options.extendedKeyUsage ?? (context.isAuthority ? false : ['serverAuth']);
  if (purposes) {
    const oids = purposes.map((purpose) => extendedKeyUsages.get(purpose) ?? purpose);
    made.push(new x509.ExtendedKeyUsageExtension(oids, critical.extendedKeyUsage ?? false));
  }

  const names = alternativeNames(options, context);
  if (names.length > 0) {
    const isCritical = critical.subjectAltName ?? context.subjectIsEmpty;
    made.push(new x509.SubjectAlternativeNameExtension(names, isCritical));
  }

  if (context.keyIdentifier) {
    const isCritical = critical.subjectKeyIdentifier ?? false;
    made.push(new x509.SubjectKeyIdentifierExtension(hex(context.keyIdentifier), isCritical));
  }

  const issuerKey = options.authorityKeyIdentifier ?? context.issuerKeyIdentifier;
  if (issuerKey) {
    const isCritical = critical.authorityKeyIdentifier ?? false;
    made.push(new x509.AuthorityKeyIdentifierExtension(hex(issuerKey), isCritical));
  }
  return made;
}

function defaultConstraints(
  { pathLength }: ExtensionOptions,
  { isAuthority }: ExtensionContext,
): { ca: boolean; pathLength?: number } | false {
  if (!isAuthority) return false;
  return pathLength === undefined ? { ca: true } : { ca: true, pathLength };
}

const extendedKeyUsages: ReadonlyMap<string, string> = new Map(
  Object.entries({
    serverAuth: x509.ExtendedKeyUsage.serverAuth,
    clientAuth: x509.ExtendedKeyUsage.clientAuth,
    codeSigning: x509.ExtendedKeyUsage.codeSigning,
    emailProtection: x509.ExtendedKeyUsage.emailProtection,
    timeStamping: x509.ExtendedKeyUsage.timeStamping,
    ocspSigning: x509.ExtendedKeyUsage.ocspSigning,
  }),
);

function alternativeNames(options: ExtensionOptions, context: ExtensionContext): x509.JsonGeneralNames {
  if (options.subjectAltName === false) return [];
  const { dnsNames, ipAddresses, emailAddresses, uris } = options;
  if (!dnsNames && !ipAddresses && !emailAddresses && !uris) {
    return context.isAuthority ? [] : [{ type: 'dns', value: 'localhost' }];
  }
  const named = (type: x509.GeneralNameType, values: readonly string[] = []): x509.JsonGeneralNames =>
    values.map((value) => ({ type, value }));
  return [
    ...named('dns', dnsNames),
    ...named('ip', ipAddresses),
    ...named('email', emailAddresses),
    ...named('url', uris),
  ];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
