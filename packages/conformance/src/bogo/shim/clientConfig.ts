import { randomFillSync } from 'node:crypto';
import { createDefaultProvider, type GroupName } from '@halfclose/crypto';
import {
  type ClientConfig,
  type ClientHello,
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

const serverNameType = 0;

/** @throws Unimplemented where the flags ask for what the engine doesn't have */
export function clientConfig(flags: Flags, state: ConnectionState): ClientConfig {
  checkVersions(flags);
  const hostName = flags.text('host-name');
  const groups = flags.ints('curves').map(groupOf);
  const keyShares = flags.ints('key-shares').map(groupOf);
  const schemes = flags.ints('verify-prefs').map(schemeOf);
  const protocols = flags.text('advertise-alpn');
  return {
    crypto,
    verifier: verifierOf(flags),
    clock: state.clock,
    serverName: hostName ?? 'unnamed.invalid',
    ...(groups.length > 0 && { groups }),
    ...(keyShares.length > 0 && { keyShares }),
    ...(schemes.length > 0 && { signatureSchemes: schemes }),
    ...(protocols !== undefined && { alpnProtocols: protocolsOf(protocols) }),
    ...(hostName === undefined && { shapeClientHello: withoutServerName }),
    sessions: {
      take: () => state.session,
      put: (session) => state.onSession(session),
    },
  };
}

const versions = { tls12: 0x0303, tls13: 0x0304 };

function checkVersions(flags: Flags): void {
  const max = flags.int('max-version') ?? versions.tls13;
  if (max < versions.tls13) throw new Unimplemented(`-max-version ${max}`);
}

/** Without a host name there is none in the ClientHello; sessions are kept by name all the same. */
function withoutServerName(hello: ClientHello): ClientHello {
  return { ...hello, extensions: hello.extensions.filter(({ type }) => type !== serverNameType) };
}

/** The runner's certificates are taken as they are, or refused as they are: the verdict is the test's. */
function verifierOf(flags: Flags): ServerVerifier {
  const unchecked = createUncheckedVerifier();
  const refuses =
    flags.has('verify-fail') && (flags.has('verify-peer') || flags.has('use-custom-verify-callback'));
  return {
    verifyServer(identity) {
      if (refuses) throw new Error('the test wants the certificate to be refused');
      const verdict = unchecked.verifyServer(identity);
      return flags.has('async') ? Promise.resolve(verdict) : verdict;
    },
  };
}

function groupOf(code: number): GroupName {
  const [name] = Object.entries(namedGroups).find(([, known]) => known === code) ?? [];
  if (name === undefined) throw new Unimplemented(`group ${code}`);
  return name as GroupName;
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
