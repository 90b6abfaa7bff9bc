/** Sessions as octets, for stores that outlive a process. */
import type { GroupName } from '@halfclose/crypto';
import type { CertificateType } from './credential.ts';
import { TLSError } from './errors.ts';
import { certificateTypeOf, certificateTypes } from './protocol/certificateTypes.ts';
import { cipherSuiteCodes12, cipherSuiteName12 } from './protocol/cipherSuiteCodes12.ts';
import { type CipherSuiteName, cipherSuites } from './protocol/cipherSuites.ts';
import type { CipherSuiteName12 } from './protocol/cipherSuites12.ts';
import { groupName, namedGroups } from './protocol/namedGroups.ts';
import { type ServerSignatureSchemeName, serverSchemes } from './protocol/signatureSchemes.ts';
import { protocolVersions } from './protocol/versions.ts';
import type { Session } from './session.ts';
import { Reader } from './wire/reader.ts';
import { asciiBytes, latin1 } from './wire/text.ts';
import { Writer } from './wire/writer.ts';

/** Changes with the format. Octets of another one are refused, and a session less is only a full handshake more. */
const formatVersion = 4;

/**
 * A session as octets. They hold its pre-shared key: who has them can read the connections that resume it and, until it
 * expires, pose as its client. Keep them as you would a password.
 */
export function sessionToBytes(session: Session): Uint8Array {
  const writer = new Writer();
  const octets = (bytes: Uint8Array): void => void writer.vector24(() => writer.bytes(bytes));
  const list = (all: readonly Uint8Array[]): void => {
    writer.vector24(() => {
      for (const bytes of all) octets(bytes);
    });
  };
  const optional = <T>(value: T | undefined, write: (value: T) => void): void => {
    writer.uint8(value === undefined ? 0 : 1);
    if (value !== undefined) write(value);
  };
  const time = (milliseconds: number): void => {
    const whole = Math.min(Math.floor(milliseconds), Number.MAX_SAFE_INTEGER);
    writer.uint32(Math.floor(whole / 2 ** 32)).uint32(whole % 2 ** 32);
  };

  const { tls12, tls13 } = protocolVersions;
  writer.uint8(formatVersion).uint16(session.version === 'TLSv1.2' ? tls12 : tls13);
  if (session.version === 'TLSv1.2') {
    writer.uint16(cipherSuiteCodes12[session.cipherSuite]);
    octets(session.sessionId);
    octets(session.ticket);
    octets(session.masterSecret);
    writer.uint8(session.extendedMasterSecret ? 1 : 0);
    optional(session.group, (name) => writer.uint16(namedGroups[name]));
  } else {
    writer.uint16(cipherSuites[session.cipherSuite].code);
    octets(session.ticket);
    octets(session.psk);
    writer.uint32(session.ticketAgeAdd).uint32(session.maxEarlyData);
  }
  optional(session.serverName, (name) => octets(utf16(name)));
  optional(session.alpnProtocol, (protocol) => octets(asciiBytes(protocol)));
  time(session.receivedAt);
  time(session.expiresAt);
  optional(session.signatureScheme, (scheme) => writer.uint16(serverSchemes[scheme].code));
  writer.uint8(certificateTypes[session.peerCertificateType]);
  list(session.peerCertificates);
  list(session.verifiedChain);
  optional(session.validUntil, time);
  time(session.authenticatedUntil);
  optional(session.ocspResponse, octets);
  list(session.signedCertificateTimestamps);
  optional(session.externalPsk, octets);
  return writer.finish();
}

/**
 * The session that `sessionToBytes` wrote.
 * @throws TLSError `INVALID_SSL_SESSION` for anything else
 */
export function sessionFromBytes(bytes: Uint8Array): Session {
  try {
    return readSession(new Reader(bytes, 'session'));
  } catch (cause) {
    if (!(cause instanceof TLSError)) throw cause;
    throw new TLSError(cause.message, { fault: 'local', reason: 'INVALID_SSL_SESSION', cause });
  }
}

function readSession(reader: Reader): Session {
  const octets = (minimum = 0): Uint8Array => new Uint8Array(reader.vector24(minimum));
  const list = (): Uint8Array[] => {
    const inner = new Reader(reader.vector24(), 'session');
    const all: Uint8Array[] = [];
    while (inner.remaining > 0) all.push(new Uint8Array(inner.vector24(1)));
    return all;
  };
  const flag = (): boolean => {
    const octet = reader.uint8();
    if (octet > 1) throw invalid(`${octet} stands where 0 or 1 has to`);
    return octet === 1;
  };
  const optional = <T>(read: () => T): T | undefined => (flag() ? read() : undefined);
  const time = (): number => {
    const milliseconds = reader.uint32() * 2 ** 32 + reader.uint32();
    if (milliseconds > Number.MAX_SAFE_INTEGER) throw invalid(`${milliseconds} milliseconds are no time`);
    return milliseconds;
  };

  const format = reader.uint8();
  if (format !== formatVersion) throw invalid(`it has the format ${format}, and this is ${formatVersion}`);
  const version = reader.uint16();
  const { tls12, tls13 } = protocolVersions;
  if (version !== tls12 && version !== tls13) throw invalid(`it is of the unknown version ${version}`);
  // In the order of the format: an object literal is evaluated from top to bottom.
  const own =
    version === tls12
      ? ({
          version: 'TLSv1.2',
          cipherSuite: suiteNamed12(reader.uint16()),
          sessionId: octets(),
          ticket: octets(),
          masterSecret: octets(1),
          extendedMasterSecret: flag(),
          group: optional(() => groupNamed(reader.uint16())),
        } as const)
      : ({
          version: 'TLSv1.3',
          cipherSuite: suiteNamed(reader.uint16()),
          ticket: octets(1),
          psk: octets(1),
          ticketAgeAdd: reader.uint32(),
          maxEarlyData: reader.uint32(),
        } as const);
  const session: Session = {
    ...own,
    serverName: optional(() => fromUtf16(octets(2))),
    alpnProtocol: optional(() => printableAscii(octets(1))),
    receivedAt: time(),
    expiresAt: time(),
    signatureScheme: optional(() => schemeNamed(reader.uint16())),
    peerCertificateType: certificateTypeNamed(reader.uint8()),
    peerCertificates: list(),
    verifiedChain: list(),
    validUntil: optional(time),
    authenticatedUntil: time(),
    ocspResponse: optional(() => octets(1)),
    signedCertificateTimestamps: list(),
    externalPsk: optional(() => octets(1)),
  };
  reader.end();
  return session;
}

function suiteNamed(code: number): CipherSuiteName {
  const [name] = Object.entries(cipherSuites).find(([, suite]) => suite.code === code) ?? [];
  if (name === undefined) throw invalid(`it is of the unknown cipher suite ${code}`);
  return name as CipherSuiteName; // Object.entries forgets which keys a record has
}

function suiteNamed12(code: number): CipherSuiteName12 {
  const name = cipherSuiteName12(code);
  if (name === undefined) throw invalid(`it is of the unknown cipher suite ${code}`);
  return name;
}

function groupNamed(code: number): GroupName {
  const [name] = groupName(code);
  if (name === undefined) throw invalid(`it has the unknown group ${code}`);
  return name;
}

function schemeNamed(code: number): ServerSignatureSchemeName {
  const [name] = Object.entries(serverSchemes).find(([, scheme]) => scheme.code === code) ?? [];
  if (name === undefined) throw invalid(`it has the unknown signature scheme ${code}`);
  return name as ServerSignatureSchemeName; // for the same reason
}

function certificateTypeNamed(code: number): CertificateType {
  const name = certificateTypeOf(code);
  if (name === undefined) throw invalid(`it has the unknown certificate type ${code}`);
  return name;
}

function printableAscii(octets: Uint8Array): string {
  const text = latin1(octets);
  if (!/^[\x20-\x7e]*$/.test(text)) throw invalid('its application protocol is not printable ASCII');
  return text;
}

/** Not all names that can be asked for are ASCII: the zone of an IPv6 address can be anything. */
function utf16(text: string): Uint8Array {
  return Uint8Array.from({ length: 2 * text.length }, (_, i) => text.charCodeAt(i >>> 1) >>> (i % 2 ? 0 : 8));
}

function fromUtf16(octets: Uint8Array): string {
  if (octets.length % 2 !== 0) throw invalid('its server name ends inside a character');
  const units = Array.from({ length: octets.length / 2 }, (_, i) =>
    String.fromCharCode((octets[2 * i] ?? 0) * 256 + (octets[2 * i + 1] ?? 0)),
  );
  return units.join('');
}

function invalid(problem: string): TLSError {
  return new TLSError(`malformed session: ${problem}`, { fault: 'local', reason: 'INVALID_SSL_SESSION' });
}
