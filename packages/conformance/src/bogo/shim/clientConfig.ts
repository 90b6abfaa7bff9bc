import { randomFillSync } from 'node:crypto';
import { createDefaultProvider, type GroupName } from '@halfclose/crypto';
import {
  type CertificateType,
  type ClientConfig,
  type ClientHello,
  type ConnectionEvent,
  createCertificateCompression,
  createClientAuthentication,
  createEarlyDataOffer,
  createExternalPsks,
  createServerCertificateTypes,
  greaseHello,
  namedGroups,
  randomOrder,
  type ServerSignatureSchemeName,
  type Session,
  serverSchemes,
} from '@halfclose/tls';
import { signatureAlgorithmsExtension } from '@halfclose/tls/codec';
import { type Credentials, readCredentials } from './credentials.ts';
import { decompressors } from './decompressors.ts';
import { encryptedClientHelloOf } from './encryptedClientHello.ts';
import { type Flags, Unimplemented } from './flags.ts';
import { policyOf } from './policies.ts';
import { tls12Of, versionsOf } from './tls12.ts';
import { verifierOf } from './verifiers.ts';

const crypto = createDefaultProvider((output) => randomFillSync(output));

/** What one connection of a test needs beside its flags. */
export interface ConnectionState {
  /** To be offered. */
  readonly session: Session | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  onSession(session: Session): void;
  onKeyLog(line: string): void;
  onEvent(event: ConnectionEvent): void;
  /** Those that count now: others after early data was rejected. */
  readonly currentFlags: () => Flags;
}

/** A configuration, and what it has for a server that asks. */
export interface ShimConfig {
  readonly config: ClientConfig;
  readonly credentials: Credentials;
}

/** @throws Unimplemented (rejects with it) where the flags ask for what the engine doesn't have */
export async function shimConfig(flags: Flags, state: ConnectionState): Promise<ShimConfig> {
  const credentials = await readCredentials(flags, crypto);
  return { config: clientConfig(flags, state, credentials), credentials };
}

function clientConfig(flags: Flags, state: ConnectionState, credentials: Credentials): ClientConfig {
  const hostName = flags.text('host-name');
  const encryptedClientHello = encryptedClientHelloOf(flags);
  const curves = flags.ints('curves');
  const policy = policyOf(flags);
  const groups = policy?.groups ?? (curves.length > 0 ? curves : defaultGroups).map(groupOf);
  const keyShares = flags.ints('key-shares').map(groupOf);
  const serverGroups = flags.ints('server-supported-groups-hint').flatMap((code) => knownGroup(code) ?? []);
  const preferences = flags.ints('verify-prefs');
  const schemes = preferences.flatMap((code) => schemeOf(code) ?? []);
  const serverTypes = flags.ints('accepted-peer-cert-types').map(certificateTypeOf);
  const clientTypes = flags.ints('available-client-cert-types').map(certificateTypeOf);
  const maxCertificateLength = flags.int('max-cert-list');
  const protocols = protocolsOf(flags);
  return {
    crypto,
    ...versionsOf(flags),
    tls12: tls12Of(flags),
    verifier: verifierOf(state.currentFlags),
    clock: state.clock,
    ...(hostName !== undefined && { serverName: hostName }),
    groups,
    ...((keyShares.length > 0 || flags.has('no-key-shares')) && { keyShares }),
    serverGroups,
    ...(encryptedClientHello && { encryptedClientHello }),
    ...(flags.has('enable-grease') && { grease: greaseHello }),
    ...(flags.has('permute-extensions') && { extensionOrder: randomOrder }),
    signatureSchemes: policy?.signatureSchemes ?? (schemes.length > 0 ? schemes : defaultSchemes),
    ...(policy && { cipherSuites: policy.cipherSuites }),
    ...(protocols.length > 0 && { alpnProtocols: protocols }),
    ...(preferences.length > 0 && {
      shapeClientHello: (hello) => withSignatureAlgorithms(hello, preferences),
    }),
    requestOcsp: flags.has('enable-ocsp-stapling'),
    requestScts: flags.has('enable-signed-cert-timestamps'),
    ...(maxCertificateLength !== undefined && { maxCertificateLength }),
    ...(flags.has('install-cert-compression-algs') && {
      certificateCompression: createCertificateCompression(decompressors),
    }),
    ...(serverTypes.length > 0 && { serverCertificateTypes: createServerCertificateTypes(serverTypes) }),
    clientAuthentication: createClientAuthentication(credentials.source, {
      certificateTypes: clientTypes.length > 0 ? clientTypes : credentials.types,
    }),
    ...(state.session !== undefined && !flags.has('no-ticket') && { session: state.session }),
    // BoringSSL's clients ask for tickets unless they are told not to.
    ...(!flags.has('no-ticket') && {
      sessions: { take: () => undefined, put: (session) => state.onSession(session) },
    }),
    verifyOnResumption: flags.has('reverify-on-resume'),
    ...(flags.has('enable-early-data') && { earlyData: createEarlyDataOffer() }),
    externalPsks: createExternalPsks([...credentials.psks.values()].flat(), {
      // Who has keys takes a certificate only where it says how that is to be verified.
      required: credentials.psks.size > 0 && !flags.has('verify-peer'),
    }),
    keyLog: (line) => state.onKeyLog(line),
    onEvent: (event) => state.onEvent(event),
  };
}

/** What BoringSSL's clients offer where the test doesn't say: X25519MLKEM768, X25519, P-256, P-384. */
const defaultGroups = [0x11ec, 0x001d, 0x0017, 0x0018];

/** The same of signature schemes: ECDSA, RSA-PSS and PKCS#1 with SHA-256, SHA-384 and SHA-512. */
const defaultSchemes: readonly ServerSignatureSchemeName[] = [
  'ecdsa_secp256r1_sha256',
  'rsa_pss_rsae_sha256',
  'rsa_pkcs1_sha256',
  'ecdsa_secp384r1_sha384',
  'rsa_pss_rsae_sha384',
  'rsa_pkcs1_sha384',
  'rsa_pss_rsae_sha512',
  'rsa_pkcs1_sha512',
];

function groupOf(code: number): GroupName {
  const name = knownGroup(code);
  if (name === undefined) throw new Unimplemented(`group ${code}`);
  return name;
}

function knownGroup(code: number): GroupName | undefined {
  const [name] = Object.entries(namedGroups).find(([, known]) => known === code) ?? [];
  return name as GroupName | undefined;
}

/** Undefined for what is not spoken here. */
function schemeOf(code: number): ServerSignatureSchemeName | undefined {
  const [name] = Object.entries(serverSchemes).find(([, known]) => known.code === code) ?? [];
  return name as ServerSignatureSchemeName | undefined;
}

/** What BoringSSL calls the signature of TLS 1.1 by; it is never sent. */
const rsaPkcs1Md5Sha1 = 0xff01;

/** As the test wants them, also such as are of no use. */
function withSignatureAlgorithms(hello: ClientHello, codes: readonly number[]): ClientHello {
  const sent = codes.filter((code) => code !== rsaPkcs1Md5Sha1);
  if (sent.length === 0) return hello;
  const wanted = signatureAlgorithmsExtension(sent);
  return {
    ...hello,
    extensions: hello.extensions.map((extension) => (extension.type === wanted.type ? wanted : extension)),
  };
}

function certificateTypeOf(code: number): CertificateType {
  if (code === 0) return 'X509';
  if (code === 2) return 'RawPublicKey';
  throw new Unimplemented(`certificate type ${code}`);
}

/**
 * ALPN's, which are given as on the wire. NPN is not spoken; but a test of False Start, which comes with the choice of any
 * protocol, is about that, and ALPN does as well.
 */
function protocolsOf(flags: Flags): readonly string[] {
  const byNpn = flags.text('select-next-proto');
  if (byNpn !== undefined) {
    if (!flags.has('false-start')) throw new Unimplemented('-select-next-proto');
    return [byNpn];
  }
  const wire = flags.text('advertise-alpn') ?? '';
  const protocols: string[] = [];
  for (let at = 0; at < wire.length; at += 1 + wire.charCodeAt(at)) {
    protocols.push(wire.slice(at + 1, at + 1 + wire.charCodeAt(at)));
  }
  return protocols;
}
