import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { children, context, sequence } from './der.ts';
import { buildExtensions, type ExtensionOptions, publicKeyIdentifier } from './extensions.ts';
import { generateKey, type KeyPair, type KeyType, leafKey } from './keys.ts';
import { type CertificateParts, joinCertificate, splitCertificate } from './parts.ts';
import { pem } from './pem.ts';
import { type SignatureOptions, type SigningAlgorithm, sign, signingAlgorithm } from './signing.ts';

/** Everything about one certificate. All is optional; what is left out is right. */
export interface CertificateOptions extends ExtensionOptions {
  /** The subject's common name. Left out: the first alternative name, or what the certificate is. */
  readonly name?: string;
  /** The whole subject instead, as text (`CN=a, O=b`, or empty) or as a DER Name. */
  readonly subject?: string | Uint8Array;
  /** Another issuer name than that of the authority that signs, as `subject`. */
  readonly issuer?: string | Uint8Array;
  /** Left out: P-256. */
  readonly keyType?: KeyType;
  /** This key instead of a new one: for renewals and cross-certificates. */
  readonly key?: KeyPair;
  /** True: a key of its own even where end entities share one (RSA). */
  readonly freshKey?: boolean;
  /** Left out: a day ago, and in a day; where the other one is given and that isn't in order, a day from it. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Hexadecimal, positive. Left out: 16 random octets. */
  readonly serialNumber?: string;
  readonly signature?: SignatureOptions;
  /** Signs with this key instead of the authority's own. Names and identifiers stay the authority's. */
  readonly signingKey?: KeyPair;
  /** The last word on the TBSCertificate before it is signed. */
  readonly alterTbs?: (tbs: Uint8Array) => Uint8Array;
  /** The last word on the signed certificate, for example `tamperSignature`. */
  readonly alterCertificate?: (certificate: Uint8Array) => Uint8Array;
}

export interface Issued {
  /** DER. */
  readonly certificate: Uint8Array;
  readonly pem: string;
  readonly keyType: KeyType;
  readonly key: KeyPair;
  /** PKCS#8. */
  readonly privateKeyPem: string;
  /** DER Name. */
  readonly subject: Uint8Array;
  /** As a server sends it: this certificate and those above it, without the root. A self-signed one stands alone. */
  readonly chain: readonly Uint8Array[];
  readonly chainPem: string;
}

export interface Authority extends Issued {
  /** An end-entity certificate: by default for a TLS server named `localhost`. */
  issue(options?: CertificateOptions): Promise<Issued>;
  /** An intermediate authority. */
  issueAuthority(options?: CertificateOptions): Promise<Authority>;
}

/** A self-signed authority. */
export function createAuthority(options: CertificateOptions = {}): Promise<Authority> {
  return authorityUnder(undefined, { name: numbered('Test Root'), ...options });
}

/** A self-signed end-entity certificate. */
export function createSelfSigned(options: CertificateOptions = {}): Promise<Issued> {
  return endEntityUnder(undefined, options);
}

let authorities = 0;

/** No two authorities share a name by accident: one that did would be taken for self-issued. */
function numbered(name: string): string {
  authorities += 1;
  return `${name} ${authorities}`;
}

/** What a certificate takes from the authority that signs it. */
interface Issuer {
  readonly subject: Uint8Array;
  readonly key: KeyPair;
  readonly keyIdentifier: Uint8Array | undefined;
  /** The certificates to send above an end entity. */
  readonly chain: readonly Uint8Array[];
}

async function authorityUnder(issuer: Issuer | undefined, options: CertificateOptions): Promise<Authority> {
  const key = options.key ?? (await generateKey(options.keyType ?? 'P-256'));
  const issued = await certify(issuer, key, true, options);
  const below: Issuer = {
    subject: issued.subject,
    key,
    keyIdentifier: keyIdentifierOf(options, key),
    chain: issuer ? issued.chain : [],
  };
  return {
    ...issued,
    issue: (leafOptions = {}) => endEntityUnder(below, leafOptions),
    issueAuthority: (authorityOptions = {}) =>
      authorityUnder(below, { name: numbered('Test Intermediate'), ...authorityOptions }),
  };
}

async function endEntityUnder(issuer: Issuer | undefined, options: CertificateOptions): Promise<Issued> {
  const keyType = options.keyType ?? 'P-256';
  const key = options.key ?? (await (options.freshKey ? generateKey(keyType) : leafKey(keyType)));
  const name = options.dnsNames?.[0] ?? options.ipAddresses?.[0] ?? 'localhost';
  return certify(issuer, key, false, { name, ...options });
}

async function certify(
  issuer: Issuer | undefined,
  key: KeyPair,
  isAuthority: boolean,
  options: CertificateOptions,
): Promise<Issued> {
  const subject = nameFrom(options.subject ?? [{ CN: [options.name ?? ''] }]);
  const issuerName = nameFrom(options.issuer ?? issuer?.subject ?? encodeName(subject));
  const signer = options.signingKey ?? issuer?.key ?? key;
  const algorithm = signingAlgorithm(signer, options.signature);
  const extensions = buildExtensions(options, {
    isAuthority,
    keyEnciphers: /^RSA-\d/.test(key.type),
    subjectIsEmpty: encodeName(subject).length === 2,
    keyIdentifier: keyIdentifierOf(options, key),
    issuerKeyIdentifier: issuer?.keyIdentifier,
  });
  const draft = await draftCertificate({ options, subject, issuerName, key, algorithm, extensions });

  const tbs = (options.alterTbs ?? unaltered)(
    extensions.length > 0 ? draft.tbs : withoutExtensions(draft.tbs),
  );
  const signed = joinCertificate({ ...draft, tbs, signature: sign(signer, algorithm, tbs) });
  const certificate = (options.alterCertificate ?? unaltered)(signed);
  const chain = [certificate, ...(issuer?.chain ?? [])];
  return {
    certificate,
    pem: pem('CERTIFICATE', certificate),
    keyType: key.type,
    key,
    privateKeyPem: key.privateKeyPem,
    subject: encodeName(subject),
    chain,
    chainPem: chain.map((der) => pem('CERTIFICATE', der)).join(''),
  };
}

function unaltered(der: Uint8Array): Uint8Array {
  return der;
}

function keyIdentifierOf(options: CertificateOptions, key: KeyPair): Uint8Array | undefined {
  if (options.subjectKeyIdentifier === false) return undefined;
  return options.subjectKeyIdentifier ?? publicKeyIdentifier(key.spki);
}

function nameFrom(name: string | Uint8Array | x509.JsonName): x509.Name {
  return new x509.Name(name instanceof Uint8Array ? new Uint8Array(name) : name);
}

function encodeName(name: x509.Name): Uint8Array {
  return new Uint8Array(name.toArrayBuffer());
}

interface Draft {
  readonly options: CertificateOptions;
  readonly subject: x509.Name;
  readonly issuerName: x509.Name;
  readonly key: KeyPair;
  readonly algorithm: SigningAlgorithm;
  readonly extensions: x509.Extension[];
}

const oneDay = 86_400_000;

/** The certificate with a signature of zeros: what is signed may still be altered. */
async function draftCertificate(draft: Draft): Promise<CertificateParts> {
  const { options, algorithm, extensions, key } = draft;
  const { notBefore, notAfter } = validity(options);
  const made = await x509.X509CertificateGenerator.create(
    {
      serialNumber: options.serialNumber ?? randomSerialNumber(),
      subject: draft.subject,
      issuer: draft.issuerName,
      notBefore,
      notAfter,
      publicKey: new Uint8Array(key.spki),
      signingAlgorithm: algorithm,
      signature: new Uint8Array(64),
      extensions,
    },
    webcrypto,
  );
  return splitCertificate(new Uint8Array(made.rawData));
}

function validity({ notBefore, notAfter }: CertificateOptions): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  const latestStart = Math.min(now, notAfter?.getTime() ?? now);
  const earliestEnd = Math.max(now, notBefore?.getTime() ?? now);
  return {
    notBefore: notBefore ?? new Date(latestStart - oneDay),
    notAfter: notAfter ?? new Date(earliestEnd + oneDay),
  };
}

/** Positive, and never with a leading zero: 16 octets whose first is 0x40 to 0x7f. */
function randomSerialNumber(): string {
  const octets = webcrypto.getRandomValues(new Uint8Array(16));
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(octets).toString('hex');
}

/** An empty list of extensions is not DER for this field (SIZE 1..MAX): it has to be absent. */
function withoutExtensions(tbs: Uint8Array): Uint8Array {
  const extensionsTag = context(3)[0];
  return sequence(...children(tbs).filter((field) => field[0] !== extensionsTag));
}
