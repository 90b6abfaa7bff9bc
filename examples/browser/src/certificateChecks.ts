import type { Certificate, CertificateErrorCode } from '@halfclose/x509';
import type { ShownChain } from './certificateView.ts';

export type Role = 'server' | 'authority' | 'anchor';

export interface Check {
  readonly state: 'good' | 'bad' | 'open';
  readonly text: string;
}

/** A question to a certificate, and the errors that answer it with no. */
interface Question {
  readonly text: string;
  readonly failures: readonly CertificateErrorCode[];
}

/** What the verifier made sure of. Where it refused, it did not go on: what it had not said by then is open. */
export function checksOf(certificate: Certificate, role: Role, shown: ShownChain): Check[] {
  if (role === 'anchor') return [{ state: 'good', text: `trusted: ${shown.anchor}` }];
  const { refusal } = shown;
  const isAbout = refusal !== undefined && isBlamed(certificate, role, shown);
  return questionsFor(role, shown.name).map(({ text, failures }) => {
    if (refusal === undefined) return { state: 'good', text };
    const fails = isAbout && failures.includes(refusal.code);
    return fails ? { state: 'bad', text: `not ${text}` } : { state: 'open', text };
  });
}

/** The certificate that an error names; without one the last of the chain, above which nothing was found. */
function isBlamed({ raw }: Certificate, role: Role, { refusal, chain }: ShownChain): boolean {
  const blamed = refusal?.certificate?.raw;
  if (blamed === undefined) return role === 'server';
  const isInChain = chain.some((each) => isSame(each, blamed));
  return isInChain ? isSame(raw, blamed) : role === 'server';
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

function questionsFor(role: Role, name: string): Question[] {
  const common: Question[] = [
    { text: 'valid today', failures: ['expired', 'not_yet_valid'] },
    {
      text: 'issued by somebody trusted, whose signature is right',
      failures: [
        'unknown_issuer',
        'self_signed',
        'self_signed_in_chain',
        'bad_signature',
        'weak_signature',
        'unsupported_signature',
        'distrusted',
      ],
    },
  ];
  if (role === 'authority') {
    return [
      { text: 'an authority that may issue this', failures: ['invalid_authority', 'path_too_long'] },
      ...common,
    ];
  }
  return [
    { text: `for ${name}`, failures: ['name_mismatch', 'address_mismatch'] },
    { text: 'meant for servers', failures: ['invalid_purpose'] },
    ...common,
  ];
}
