import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { contextConstructed, tags } from '../der/tags.ts';
import { CertificateError } from '../errors.ts';
import { decodeBlock, type PemBlock, PemError, peekBlock, pemBlocks } from '../pem.ts';
import { readTrustedCertificate } from './trustedCertificate.ts';

/** A certificate of which only the subject was looked up. */
export interface BundledCertificate {
  /** Name, DER. */
  readonly subject: Uint8Array;
  /** The whole of it; undefined where it is malformed, or not trusted for servers by what stands beside it. */
  read(): Certificate | undefined;
}

/** Octets in which the subjects of three certificates in four end, and of nearly all in twice as many. */
const peeked = 320;

/**
 * The certificates of a PEM text that nobody here made, such as that of a system, whose subjects can be found. To read all of a hundred and fifty certificates for the
 * one that a connection needs would take longer than all else that is done before it.
 * @throws PemError where BEGIN and END don't match
 */
export function readBundle(pem: string): BundledCertificate[] {
  return pemBlocks(pem).flatMap((block) => {
    const readBlock = blockReaders.get(block.label);
    const subject = readBlock && findSubject(block);
    return subject ? { subject, read: () => readWhole(block, subject, readBlock) } : [];
  });
}

type BlockReader = (block: PemBlock) => Certificate | undefined;

/** By the labels that OpenSSL takes, too. */
const blockReaders: ReadonlyMap<string, BlockReader> = new Map([
  ['CERTIFICATE', readPlain],
  ['X509 CERTIFICATE', readPlain],
  ['TRUSTED CERTIFICATE', readTrusted],
]);

function readPlain(block: PemBlock): Certificate {
  return parseCertificate(decodeBlock(block));
}

function readTrusted(block: PemBlock): Certificate | undefined {
  const { certificate, isTrustedForServers } = readTrustedCertificate(decodeBlock(block));
  return isTrustedForServers ? certificate : undefined;
}

function readWhole(block: PemBlock, subject: Uint8Array, read: BlockReader): Certificate | undefined {
  try {
    const certificate = read(block);
    return certificate && equalBytes(certificate.subject.encoded, subject) ? certificate : undefined;
  } catch (error) {
    if (error instanceof CertificateError || error instanceof PemError) return undefined;
    throw error;
  }
}

function findSubject(block: PemBlock): Uint8Array | undefined {
  for (let octets = peeked; ; octets *= 2) {
    const subject = peekSubject(peekBlock(block, octets));
    if (subject || octets > block.end - block.begin) return subject;
  }
}

/**
 * The subject of the certificate that begins with these octets: the sixth field of TBSCertificate, or the fifth where
 * there is no version (RFC 5280 section 4.1). Nothing is checked but that it is there: whoever reads the whole
 * certificate finds out.
 */
function peekSubject(bytes: Uint8Array): Uint8Array | undefined {
  let at = 0;
  for (const _ of ['Certificate', 'tbsCertificate']) {
    const header = headerAt(bytes, at);
    if (header?.tag !== tags.sequence) return undefined;
    at = header.contents;
  }
  const hasVersion = bytes[at] === contextConstructed(0);
  for (let fields = hasVersion ? 5 : 4; fields > 0; fields--) {
    const header = headerAt(bytes, at);
    if (!header) return undefined;
    at = header.end;
  }
  const header = headerAt(bytes, at);
  if (header?.tag !== tags.sequence || header.end > bytes.length) return undefined;
  return bytes.subarray(at, header.end);
}

function headerAt(
  bytes: Uint8Array,
  at: number,
): { readonly tag: number; readonly contents: number; readonly end: number } | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  if (first < 0x80) return { tag, contents: at + 2, end: at + 2 + first };
  const octets = first & 0x7f;
  if (octets === 0 || octets > 3) return undefined;
  let length = 0;
  for (let index = 0; index < octets; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0);
  return { tag, contents: at + 2 + octets, end: at + 2 + octets + length };
}
