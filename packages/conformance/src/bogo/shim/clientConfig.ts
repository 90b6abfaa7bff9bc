import { randomFillSync } from 'node:crypto';
import { createDefaultProvider, type GroupName } from '@halfclose/crypto';
import {
  type AlertName,
  type ClientConfig,
  namedGroups,
  type ServerVerifier,
  type Session,
  type SignatureSchemeName,
  signatureSchemes,
} from '@halfclose/tls';
import { createUncheckedVerifier } from '@halfclose/x509';
import { type Flags, Unimplemented } from './flags.ts';

const crypto = createDefaultProvider((output) => randomFillSync(output));

/** What one connection of a test needs beside its flags. */
export interface ConnectionState {
  /** To be offered. */
  readonly session: Session | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  onSession(session: Session): void;
}

/** @throws Unimplemented where the flags ask for what the engine doesn't have */
export function clientConfig(flags: Flags, state: ConnectionState): ClientConfig {
  checkVersions(flags);
  const hostName = flags.text('host-name');
  const curves = flags.ints('curves');
  const groups = (curves.length > 0 ? curves : defaultGroups).map(groupOf);
  const keyShares = flags.ints('key-shares').map(groupOf);
  const serverGroups = flags.ints('server-supported-groups-hint').flatMap((code) => knownGroup(code) ?? []);
  const preferences = flags.ints('verify-prefs');
  const schemes = (preferences.length > 0 ? preferences : defaultSchemes).map(schemeOf);
  const protocols = flags.text('advertise-alpn');
  return {
    crypto,
    verifier: verifierOf(flags),
    clock: state.clock,
    ...(hostName !== undefined && { serverName: hostName }),
    groups,
    ...((keyShares.length > 0 || flags.has('no-key-shares')) && { keyShares }),
    serverGroups,
    grease: flags.has('enable-grease'),
    permuteExtensions: flags.has('permute-extensions'),
    signatureSchemes: schemes,
    ...(protocols !== undefined && { alpnProtocols: protocolsOf(protocols) }),
    ...(state.session !== undefined && { session: state.session }),
    // BoringSSL's clients ask for tickets always.
    sessions: { take: () => undefined, put: (session) => state.onSession(session) },
    verifyOnResumption: flags.has('reverify-on-resume'),
  };
}

/** What BoringSSL's clients offer where the test doesn't say: X25519MLKEM768, X25519, P-256, P-384. */
const defaultGroups = [0x11ec, 0x001d, 0x0017, 0x0018];

/** The same of signature schemes: ECDSA and RSA-PSS with SHA-256, SHA-384 and SHA-512. */
const defaultSchemes = [0x0403, 0x0804, 0x0503, 0x0805, 0x0806];

const versions = { tls12: 0x0303, tls13: 0x0304 };

function checkVersions(flags: Flags): void {
  const max = flags.int('max-version') ?? versions.tls13;
  if (max < versions.tls13) throw new Unimplemented(`-max-version ${max}`);
}

/** With the alert that BoringSSL sends, which depends on the kind of callback. */
class Refusal extends Error {
  readonly alert: AlertName;

  constructor(alert: AlertName) {
    super('the test wants the certificate to be refused');
    this.alert = alert;
  }
}

/** The runner's certificates are taken as they are, or refused as they are: the verdict is the test's. */
function verifierOf(flags: Flags): ServerVerifier {
  const unchecked = createUncheckedVerifier();
  const refuses =
    flags.has('verify-fail') && (flags.has('verify-peer') || flags.has('use-custom-verify-callback'));
  return {
    verifyServer(identity) {
      if (refuses)
        throw new Refusal(
          flags.has('use-custom-verify-callback') ? 'certificate_unknown' : 'handshake_failure',
        );
      const verdict = { ...unchecked.verifyServer(identity), validUntil: Number.MAX_SAFE_INTEGER };
      return flags.has('async') ? Promise.resolve(verdict) : verdict;
    },
  };
}

function groupOf(code: number): GroupName {
  const name = knownGroup(code);
  if (name === undefined) throw new Unimplemented(`group ${code}`);
  return name;
}

function knownGroup(code: number): GroupName | undefined {
  const [name] = Object.entries(namedGroups).find(([, known]) => known === code) ?? [];
  return name as GroupName | undefined;
}

function schemeOf(code: number): SignatureSchemeName {
  const [name] = Object.entries(signatureSchemes).find(([, known]) => known.code === code) ?? [];
  if (name === undefined) throw new Unimplemented(`signature scheme ${code}`);
  return name as SignatureSchemeName;
}

/** The list is given as it is on the wire. */
function protocolsOf(wire: string): readonly string[] {
  const protocols: string[] = [];
  for (let at = 0; at < wire.length; at += 1 + wire.charCodeAt(at)) {
    protocols.push(wire.slice(at + 1, at + 1 + wire.charCodeAt(at)));
  }
  return protocols;
}
