/** What has to pass, written down apart from what is run: where a check is lost on the way, this is how it is noticed. */
import type { Outcome } from './scenario/scenario.ts';

const scenario: readonly string[] = [
  'TLS 1.3: verified, half-closed, all octets back',
  'TLS 1.2: verified, half-closed, all octets back',
  'TLS 1.3: octets both ways at once',
  'TLS 1.2: octets both ways at once',
  'TLS 1.3: a session resumed',
  'TLS 1.2: a session resumed',
  'OpenSSL over TLS 1.3',
  'OpenSSL over TLS 1.2',
  'TLS 1.3: after shutdown(SHUT_RD) all that is written arrives',
  'TLS 1.2: after shutdown(SHUT_RD) all that is written arrives',
  "TLS 1.3: after the server's close_notify all that is written arrives",
  "TLS 1.2: the server's close_notify ends both halves",
  'close() in the middle of what comes',
  'TLS 1.3: shown a client certificate',
  'TLS 1.2: shown a client certificate',
  'TLS 1.3: refused for want of a client certificate',
  'ALPN: the protocol that both have',
  'ALPN: none that both have',
  'TLS 1.3: new keys in both directions',
  'TLS 1.2: there are no new keys',
  'TLS 1.3: HelloRetryRequest',
  'a server with an RSA key',
  'X25519MLKEM768 with OpenSSL 3.5, at once',
  'a certificate for another name is refused',
  'an expired certificate is refused',
  'a certificate that is not valid yet is refused',
  'a certificate of an unknown authority is refused',
  'a self-signed certificate is refused',
  'TLS 1.3: a truncated stream is no end',
  'TLS 1.2: a truncated stream is no end',
  'a stream that is cut in a record is no end',
  'a server that hangs up in the handshake',
  'recv is aborted by a signal, and the connection goes on',
  'a handshake is aborted by a signal',
  'a handshake takes longer than settimeout permits',
  'close() while a handshake waits',
];

const inPages: readonly string[] = [
  ...page('page', true),
  'page: 64 MiB with the right digest',
  ...page('page without WebAssembly, by its policy', false),
  ...page('worker', true),
];

const lists: Readonly<Record<string, readonly string[]>> = {
  node20: scenario,
  node22: scenario,
  node24: scenario,
  node26: scenario,
  deno: scenario,
  bun: scenario,
  chromium: inPages,
  firefox: inPages,
  workerd: scenario,
  quickjs: scenario,
  hermes: scenario,
  websockify: scenario,
  wsproxy: scenario,
  'wisp-js': scenario,
};

function page(place: string, webAssembly: boolean): readonly string[] {
  const core = webAssembly ? 'the SIMD core was chosen' : 'the portable core was chosen';
  return ['this is where it should be', ...scenario, core].map((name) => `${place}: ${name}`);
}

/**
 * The outcomes of a runtime, and what is wrong with them as a whole. What was left out, for a reason that it gives, is
 * no failure.
 */
export function heldToList(runtime: string, outcomes: readonly Outcome[]): readonly Outcome[] {
  const list = lists[runtime];
  // The cases of the example page are its own.
  if (list === undefined) return outcomes;
  const ran = new Set(outcomes.map(({ name }) => name));
  const lost = list.filter((name) => !ran.has(name));
  return [
    ...outcomes.map((outcome) =>
      list.includes(outcome.name) || outcome.trouble !== undefined
        ? outcome
        : { ...outcome, trouble: 'it is not in the list of what must pass' },
    ),
    ...lost.map((name) => ({ name, trouble: 'it must pass, and was not run' })),
  ];
}
