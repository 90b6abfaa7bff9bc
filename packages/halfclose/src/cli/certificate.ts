import { type Certificate, parseCertificate } from '@halfclose/x509';
import { toX509 } from '@halfclose/x509/toX509';
import type { PeerAltName, SSLSocket } from '../node.ts';
import { nameText } from './nameText.ts';
import type { Paper } from './paper.ts';

type RichCertificate = Awaited<ReturnType<typeof toX509>>;

/** Names that are shown of a certificate. Some have hundreds. */
const shownNames = 8;

/** Prints what people want to know of the server's certificate. What to trust was decided without this. */
export async function showCertificate(socket: SSLSocket, paper: Paper): Promise<void> {
  const names = (socket.getPeerCert().subjectAltName ?? []).map(alternativeName);
  const unshown = names.length - shownNames;
  const certificate = socket.getPeerCert({ binary: true });
  if (certificate === null) return;
  paper.fact(
    'Certificate',
    ...(await describe(parseCertificate(certificate))),
    ...names.slice(0, shownNames),
    ...(unshown > 0 ? [`and ${unshown} names more`] : []),
  );
}

async function describe(certificate: Certificate): Promise<string[]> {
  try {
    return lines(await toX509(certificate));
  } catch (error) {
    // It is a view for people, and knows less than may stand in a certificate.
    return [`can't be shown: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function lines(certificate: RichCertificate): string[] {
  const { subject, issuer, serialNumber, notBefore, notAfter } = certificate;
  const key = algorithmText(certificate.publicKey.algorithm);
  return [
    subject === '' ? 'no subject' : subject,
    `issued by ${issuer}, number ${serialNumber}`,
    `valid from ${day(notBefore)} to ${day(notAfter)}`,
    `${key} key, signed with ${algorithmText(certificate.signatureAlgorithm)}`,
  ];
}

/** `DNS: example.com` */
function alternativeName([kind, value]: PeerAltName): string {
  return `${kind}: ${typeof value === 'string' ? value : nameText(value)}`;
}

/** `2026-01-31` */
function day(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** `ECDSA P-256`, `RSASSA-PKCS1-v1_5 2048`, `ECDSA SHA-384` */
function algorithmText(algorithm: object): string {
  const { name, namedCurve, modulusLength, hash } = Object.fromEntries(Object.entries(algorithm));
  const ofHash: unknown = typeof hash === 'object' && hash !== null && 'name' in hash ? hash.name : undefined;
  return [name, namedCurve, modulusLength, ofHash].filter((part) => part !== undefined).join(' ');
}
