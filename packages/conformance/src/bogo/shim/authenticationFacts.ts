import { readFileSync } from 'node:fs';
import type { ConnectionFacts } from '@halfclose/tls';
import { signedCertificateTimestampListExtension } from '@halfclose/tls/codec';
import { decodePem } from '@halfclose/x509';
import type { Credentials } from './credentials.ts';
import type { Flags } from './flags.ts';

/** A thing that a test may expect, as it expects it and as it is. */
export type Check = readonly [what: string, expected: unknown, found: unknown];

/** What a test expects of who the two sides are. */
export function authenticationChecks(
  flags: Flags,
  facts: ConnectionFacts,
  credentials: Credentials,
): Check[] {
  const ocsp = flags.octets('expect-ocsp-response');
  const timestamps = flags.octets('expect-signed-cert-timestamps');
  const certificateFile = flags.text('expect-peer-cert-file');
  const chosen = flags.int('expect-selected-credential');
  const type = flags.int('expect-peer-certificate-type');
  return [
    ...(ocsp ? [octetsCheck('OCSP response', ocsp, facts.ocspResponse)] : []),
    ...(timestamps ? [octetsCheck('SCTs', timestamps, timestampsOf(facts))] : []),
    ...(certificateFile ? [certificatesCheck(certificateFile, facts)] : []),
    ...(chosen === undefined
      ? []
      : [['credential', chosen, selectedIndex(flags, facts, credentials)] as const]),
    ...(flags.has('expect-no-peer-cert')
      ? [['certificates', 0, facts.peerCertificates.length] as const]
      : []),
    ...(type === undefined
      ? []
      : [['certificate type', type, facts.peerCertificateType === 'X509' ? 0 : 2] as const]),
  ];
}

/** -1 where none of those that were added is shown, but the connection's own, or nothing. */
function selectedIndex(
  flags: Flags,
  { clientAuthentication, externalPsk }: ConnectionFacts,
  { list, psks }: Credentials,
): number {
  const [taken] = [...psks].find(([, keys]) => keys.some(({ identity }) => identity === externalPsk)) ?? [];
  if (taken !== undefined) return taken;
  const shown = clientAuthentication?.credential;
  const places = [...flags.credentials.keys()].filter((place) => !psks.has(place));
  return places[shown === undefined ? -1 : list.indexOf(shown)] ?? -1;
}

function timestampsOf({ signedCertificateTimestamps }: ConnectionFacts): Uint8Array {
  return signedCertificateTimestampListExtension(signedCertificateTimestamps).data;
}

function certificatesCheck(path: string, { peerCertificates }: ConnectionFacts): Check {
  const expected = decodePem(readFileSync(path, 'utf8'), 'CERTIFICATE');
  return ['certificates', expected.map(hex).join(), peerCertificates.map(hex).join()];
}

function octetsCheck(what: string, expected: Uint8Array, found: Uint8Array | undefined): Check {
  return [what, hex(expected), found && hex(found)];
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}
