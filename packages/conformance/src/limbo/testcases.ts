import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One case of a file in x509-limbo's schema, version 1, as far as it says what to do. Plain data, for a worker. */
export interface Testcase {
  readonly id: string;
  /** Whose certificate is validated. */
  readonly validates: 'SERVER' | 'CLIENT';
  /** PEM, one certificate each. */
  readonly trustedCertificates: readonly string[];
  readonly intermediates: readonly string[];
  readonly peerCertificate: string;
  /** PEM. */
  readonly crls: readonly string[];
  /** Milliseconds since 1970; undefined for now. */
  readonly time: number | undefined;
  /** All of them must be names of the certificate. */
  readonly peerNames: readonly PeerName[];
  /** As RFC 5280 spells them. */
  readonly keyUsage: readonly string[];
  readonly extendedKeyUsage: readonly string[];
  /** Authorities between the peer's certificate and the anchor, self-issued ones not counted. */
  readonly maxChainDepth: number | undefined;
  readonly signatureAlgorithms: readonly string[];
  readonly expected: 'SUCCESS' | 'FAILURE';
}

export interface PeerName {
  readonly kind: 'DNS' | 'IP' | 'RFC822';
  readonly value: string;
}

/**
 * @param path a file, gzipped or not
 * @throws Error where it is no such file
 */
export function readTestcases(path: string): readonly Testcase[] {
  const octets = readFileSync(path);
  const isGzipped = octets[0] === 0x1f && octets[1] === 0x8b;
  try {
    const text = (isGzipped ? gunzipSync(octets) : octets).toString('utf8');
    const file = object(JSON.parse(text), 'the file');
    if (file.version !== 1) throw new TypeError(`its version is ${String(file.version)}, not 1`);
    return list(file.testcases, 'testcases').map((one) => readTestcase(object(one, 'a test case')));
  } catch (cause) {
    throw new Error(`${path} is no file of test cases: ${String(cause)}`, { cause });
  }
}

type Fields = Readonly<Record<string, unknown>>;

function readTestcase(fields: Fields): Testcase {
  const id = text(fields.id, 'id');
  try {
    return {
      id,
      validates: oneOf(fields.validation_kind, ['SERVER', 'CLIENT']),
      trustedCertificates: texts(fields.trusted_certs, 'trusted_certs'),
      intermediates: texts(fields.untrusted_intermediates, 'untrusted_intermediates'),
      peerCertificate: text(fields.peer_certificate, 'peer_certificate'),
      crls: texts(fields.crls ?? [], 'crls'),
      time: optional(fields.validation_time, readTime),
      peerNames: [
        ...(optional(fields.expected_peer_name, (name) => [readPeerName(name)]) ?? []),
        ...list(fields.expected_peer_names ?? [], 'expected_peer_names').map(readPeerName),
      ],
      keyUsage: texts(fields.key_usage ?? [], 'key_usage'),
      extendedKeyUsage: texts(fields.extended_key_usage ?? [], 'extended_key_usage'),
      maxChainDepth: optional(fields.max_chain_depth, readDepth),
      signatureAlgorithms: texts(fields.signature_algorithms ?? [], 'signature_algorithms'),
      expected: oneOf(fields.expected_result, ['SUCCESS', 'FAILURE']),
    };
  } catch (cause) {
    throw new TypeError(`in ${id}, ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function readPeerName(value: unknown): PeerName {
  const name = object(value, 'a peer name');
  return { kind: oneOf(name.kind, ['DNS', 'IP', 'RFC822']), value: text(name.value, 'value') };
}

function readTime(value: unknown): number {
  const time = Date.parse(text(value, 'validation_time'));
  if (Number.isNaN(time)) throw new TypeError(`validation_time is no time: ${String(value)}`);
  return time;
}

function readDepth(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new TypeError(`max_chain_depth is no number of certificates: ${String(value)}`);
}

/** In the schema, null is for what a case says nothing about. */
function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

function object(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null)
    throw new TypeError(`${what} is no object: ${String(value)}`);
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError(`${what} is no list: ${String(value)}`);
  return value;
}

function texts(value: unknown, what: string): readonly string[] {
  return list(value, what).map((item) => text(item, `an item of ${what}`));
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new TypeError(`${what} is no text: ${String(value)}`);
  return value;
}

function oneOf<const T extends string>(value: unknown, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new TypeError(`${String(value)} is none of ${known.join(', ')}`);
  return found;
}
