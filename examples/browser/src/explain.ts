import { OSError, SSLCertVerificationError, SSLEOFError, SSLError } from 'halfclose';
import { place } from './format.ts';
import type { Target, Trouble } from './model.ts';

/** What went wrong, for people who have not read the RFCs. */
export function explain(error: unknown, { name, port, relay }: Target): Trouble {
  const words = error instanceof Error ? error.message : String(error);
  const where = place(name, port);
  if (error instanceof SSLCertVerificationError) {
    return {
      title: 'The certificate was refused',
      about: `Whoever answers at ${where} did not prove to be the one that was asked for. No data was sent to it.`,
      words,
      facts: [
        ['alert sent', error.alert ?? 'none'],
        ['reason', error.verifyMessage],
        ['verify code', String(error.verifyCode)],
      ],
    };
  }
  if (error instanceof SSLEOFError) {
    return {
      title: 'The stream was cut',
      about: 'It ended without a close_notify, so that nobody knows whether something is missing.',
      words,
      facts: [['reason', error.reason]],
    };
  }
  if (error instanceof SSLError) {
    return {
      title: 'TLS failed',
      about: `The two sides did not come to terms, or one of them broke a rule.`,
      words,
      facts: [
        ['reason', error.reason],
        ['alert', error.alert ?? 'none'],
      ],
    };
  }
  const code = error instanceof OSError ? (error.code ?? '') : '';
  const [title, about] = carrierTroubles(where, relay)[code] ?? [
    'There is no connection',
    `Nothing could be had from ${where}.`,
  ];
  return { title, about, words, facts: code === '' ? [] : [['error', code]] };
}

function carrierTroubles(where: string, relay: string): Readonly<Record<string, readonly [string, string]>> {
  return {
    EACCES: [
      'The relay does not go there',
      `It reaches what it was allowed to reach by name. To allow it: pnpm example --allow ${where}`,
    ],
    EHOSTUNREACH: ['Nobody answers', `The relay could not connect to ${where}.`],
    ECONNRESET: ['The relay is gone', `Nothing answers at ${relay}, or it broke off without a word.`],
    ECONNREFUSED: ['The relay is not there', `Nothing answers at ${relay}.`],
  };
}
