import type { SSLSocket } from '../node.ts';
import { showCertificate } from './certificate.ts';
import { nameText } from './nameText.ts';
import type { Paper } from './paper.ts';
import { cipherText, orNone } from './python.ts';

/** What was agreed on, in the words of the standards' registries. */
export interface Facts {
  readonly version: string;
  readonly cipher: string;
  readonly group: string | null;
  /** Null in a resumed connection, where nothing is signed. */
  readonly signatureScheme: string | null;
  readonly alpn: string | null;
  /** `C=AT, CN=example.com`, in the certificate's order, with RFC 4514's escapes. */
  readonly peerSubject: string;
}

/** @throws TypeError before the handshake is done */
export function readFacts(socket: SSLSocket): Facts {
  const { facts } = socket;
  if (facts === undefined) throw new TypeError('the handshake is not done');
  return {
    version: facts.version,
    cipher: facts.cipherSuite,
    group: facts.group ?? null,
    signatureScheme: facts.signatureScheme ?? null,
    alpn: facts.alpnProtocol ?? null,
    peerSubject: nameText(socket.getPeerCert().subject ?? []),
  };
}

/** Prints what Python's documentation has programs print of a connection, and what else there is to know. */
export async function showFacts(socket: SSLSocket, paper: Paper): Promise<void> {
  const { group, signatureScheme, alpn } = readFacts(socket);
  const cipher = socket.cipher();
  paper.fact('Used cipher', orNone(cipher && cipherText(cipher)));
  paper.fact('Shared ciphers', ...listLines((socket.sharedCiphers() ?? []).map(cipherText)));
  paper.fact('Compression used', orNone(socket.compression()));
  paper.fact('Key exchange', orNone(group));
  paper.fact('Signature', orNone(signatureScheme));
  if (alpn !== null) paper.fact('ALPN', alpn);
  await showCertificate(socket, paper);
}

/** A list as Python prints it, one entry a line. */
function listLines(entries: readonly string[]): string[] {
  const last = entries.length - 1;
  return entries.map((entry, i) => `${i === 0 ? '[' : ' '}${entry}${i === last ? ']' : ','}`);
}
