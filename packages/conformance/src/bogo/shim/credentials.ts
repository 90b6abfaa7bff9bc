import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type CryptoProvider,
  createSigner,
  type RandomSource,
  type SignatureName,
  type Signer,
} from '@halfclose/crypto';
import {
  type AlertName,
  type CertificateType,
  type ClientCertificateRequest,
  type ClientCredential,
  type CredentialMisfit,
  type CredentialSource,
  chooseCredential,
  type ExternalPsk,
  type ImportablePsk,
  importPsk,
  legacySchemes,
  serverSchemes,
} from '@halfclose/tls';
import { decodePem, readPrivateKeyPem } from '@halfclose/x509';
import type { Flags } from './flags.ts';

/** What the client of a test can show, and when. */
export interface Credentials {
  readonly list: readonly ClientCredential[];
  /** By their place among the credentials that were added. */
  readonly psks: ReadonlyMap<number, readonly ExternalPsk[]>;
  /** Asked when the server asks: BoringSSL's certificate callback. */
  readonly source: CredentialSource;
  /** What its ClientHello says about that. */
  readonly types: readonly CertificateType[];
}

/** BoringSSL's words for a credential that fits in no way. */
const words: Readonly<Record<CredentialMisfit, string>> = {
  none: 'NO_CERTIFICATE_SET',
  certificateType: 'UNKNOWN_CERTIFICATE_TYPE',
  signatureScheme: 'NO_COMMON_SIGNATURE_ALGORITHMS',
  issuer: 'NO_MATCHING_ISSUER',
};

/** Gives a connection up with an alert: BoringSSL does, where RFC 8446 says to show nothing and go on. */
class Refusal extends Error {
  readonly alert: AlertName;

  constructor(alert: AlertName, message: string) {
    super(message);
    this.alert = alert;
  }
}

export async function readCredentials(flags: Flags, crypto: CryptoProvider): Promise<Credentials> {
  const { random } = crypto;
  // The connection's own comes after those that were added to it.
  const ofConnection = flags.has('key-file') ? [await readCredential(flags, flags, random)] : [];
  const psks = new Map(
    flags.credentials.flatMap((credential, index) =>
      credential.has('new-psk-credential') ? [[index, importPsk(readPsk(credential), crypto)] as const] : [],
    ),
  );
  const more = flags.credentials
    .filter((_, index) => !psks.has(index))
    .map((credential) => readCredential(credential, flags, random));
  const list = [...(await Promise.all(more)), ...ofConnection];
  const types = [...new Set(list.map(({ type }) => type))];
  return { list, psks, types, source: (request) => answer(request, list, flags) };
}

function answer(
  request: ClientCertificateRequest,
  list: readonly ClientCredential[],
  flags: Flags,
): readonly ClientCredential[] {
  checkRequest(request, flags);
  if (flags.has('fail-cert-callback')) throw new Error('the test wants no credential to be found');
  const { misfit } = chooseCredential(list, request);
  if (misfit !== undefined && list.length > 0) {
    throw new Refusal('handshake_failure', `:${words[misfit]}: no credential fits`);
  }
  return list;
}

function checkRequest(
  { signatureSchemes: schemes, certificateAuthorities, clientCertificateTypes }: ClientCertificateRequest,
  flags: Flags,
): void {
  const expected = flags.ints('expect-peer-verify-pref');
  if (expected.length > 0 && expected.join() !== schemes.join()) {
    throw new Error(`signature schemes: expected ${expected}, found ${schemes}`);
  }
  const keyTypes = flags.octets('expect-certificate-types');
  if (keyTypes !== undefined && keyTypes.join() !== clientCertificateTypes?.join()) {
    throw new Error(`types of keys: expected ${keyTypes}, found ${clientCertificateTypes}`);
  }
  const authorities = flags.text('expect-client-ca-list');
  const found = certificateAuthorities.map((name) => Buffer.from(name).toString('hex')).join(',');
  if (authorities !== undefined && authorities.toLowerCase() !== found) {
    throw new Error(`authorities: expected ${authorities}, found ${found}`);
  }
}

function readPsk(credential: Flags): ImportablePsk {
  const nothing = new Uint8Array(0);
  return {
    identity: credential.octets('psk-importer-identity') ?? nothing,
    key: credential.octets('psk-importer-key') ?? nothing,
    context: credential.octets('psk-importer-context') ?? nothing,
    hash: credential.has('psk-importer-sha384') ? 'SHA-384' : 'SHA-256',
  };
}

async function readCredential(
  credential: Flags,
  flags: Flags,
  random: RandomSource,
): Promise<ClientCredential> {
  const pem = readFileSync(credential.text('key-file') ?? '', 'utf8');
  const key = await readPrivateKeyPem(pem);
  const signer = limited(
    await createSigner(key, random),
    credential.ints('signing-prefs'),
    flags.has('async'),
  );
  if (credential.has('new-rpk-credential')) {
    const spki = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' });
    return { type: 'RawPublicKey', certificates: [new Uint8Array(spki)], signer };
  }
  const certificates = decodePem(readFileSync(credential.text('cert-file') ?? '', 'utf8'), 'CERTIFICATE');
  return { type: 'X509', certificates, signer, mustMatchIssuer: credential.has('must-match-issuer') };
}

/** Signs with what the test wants, and in its time. */
function limited(signer: Signer, preferences: readonly number[], isAsync: boolean): Signer {
  return {
    publicKey: signer.publicKey,
    signatures:
      preferences.length === 0 ? signer.signatures : preferences.flatMap((code) => algorithmOf(code) ?? []),
    sign(name, message) {
      const signature = signer.sign(name, message);
      return isAsync ? Promise.resolve(signature) : signature;
    },
  };
}

/** Undefined for what is not spoken here. */
function algorithmOf(code: number): SignatureName | undefined {
  const schemes = [...Object.values(serverSchemes), ...Object.values(legacySchemes)];
  return schemes.find((scheme) => scheme.code === code)?.algorithm;
}
