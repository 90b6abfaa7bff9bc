import type { ObservedMessage } from '@halfclose/tls';
import type { Annotation } from '@halfclose/tls/annotate';
import { type Certificate, CertificateError, parseCertificate } from '@halfclose/x509';
import { type Check, checksOf, type Role } from './certificateChecks.ts';
import { keyText, subjectText } from './certificateText.ts';
import { h } from './dom.ts';
import { date, hex } from './format.ts';

/** What a chain of certificates is shown with. */
export interface ShownChain {
  /** DER, the server's first. */
  readonly chain: readonly Uint8Array[];
  /** Whether the last one is the anchor that everything rests on. */
  readonly isVerified: boolean;
  /** Why it was refused. */
  readonly refusal: CertificateError | undefined;
  readonly name: string;
  readonly anchor: string;
}

/** The certificates as cards, each with what was checked of it. */
export function certificateCards(shown: ShownChain): HTMLElement[] {
  return shown.chain.map((der, index) => {
    const certificate = parsed(der);
    if (certificate === undefined) return h('li', { class: 'card' }, 'These octets are no certificate.');
    return card(certificate, roleOf(shown, index), shown);
  });
}

function parsed(der: Uint8Array): Certificate | undefined {
  try {
    return parseCertificate(der);
  } catch {
    return undefined;
  }
}

function roleOf({ chain, isVerified }: ShownChain, index: number): Role {
  if (index === 0) return 'server';
  return isVerified && index === chain.length - 1 ? 'anchor' : 'authority';
}

const titles: Readonly<Record<Role, string>> = {
  server: 'The server',
  authority: 'An authority between',
  anchor: 'The trust anchor',
};

function card(certificate: Certificate, role: Role, shown: ShownChain): HTMLElement {
  const { issuer, notBefore, notAfter, serialNumber } = certificate;
  const names = (certificate.subjectAltName ?? []).flatMap((name) =>
    name.type === 'dNSName' ? [name.value] : [],
  );
  const facts: readonly (readonly [string, string])[] = [
    ...(role === 'server' ? [['for', names.join(', ') || 'no DNS name'] as const] : []),
    ['issued by', subjectText(issuer)],
    ['valid', `${date(notBefore)} to ${date(notAfter)}`],
    ['key', keyText(certificate)],
    ['serial', hex(serialNumber).slice(0, 16)],
  ];
  return h(
    'li',
    { class: `card ${role}` },
    h('p', { class: 'card-role' }, titles[role]),
    h('h3', {}, subjectText(certificate.subject)),
    h('dl', {}, ...facts.flatMap(([term, value]) => [h('dt', {}, term), h('dd', {}, value)])),
    h('ul', { class: 'checks' }, ...checksOf(certificate, role, shown).map(checkView)),
  );
}

function checkView({ state, text }: Check): HTMLElement {
  const said = { good: 'checked: ', bad: 'failed: ', open: 'not decided: ' }[state];
  return h('li', { class: state }, h('span', { class: 'visually-hidden' }, said), text);
}

/** The certificates in a Certificate message, of either version. */
export function certificatesIn({ octets }: ObservedMessage, annotation: Annotation): Uint8Array[] {
  if (annotation.name !== 'Certificate') return [];
  const all = (node: Annotation): Annotation[] => [node, ...node.children.flatMap(all)];
  return all(annotation)
    .filter(({ name }) => name === 'cert_data' || name === 'ASN.1Cert')
    .flatMap(({ children }) => children.filter(({ name }) => name === 'opaque'))
    .map(({ offset, length }) => octets.slice(offset, offset + length));
}

/** What the verifier had against a certificate, if an error is about that. */
export function refusalOf(error: unknown): CertificateError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof CertificateError) return cause;
  }
  return undefined;
}
