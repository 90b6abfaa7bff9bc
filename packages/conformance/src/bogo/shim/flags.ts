/** What the runner asks of a shim, given as flags: BoringSSL's ssl/test/test_config.cc. */

/** Asks for something that is not here: exit status 89. */
export class Unimplemented extends Error {
  override readonly name = 'Unimplemented';
}

/** The flags of one connection. */
export interface Flags {
  has(name: string): boolean;
  text(name: string): string | undefined;
  int(name: string): number | undefined;
  ints(name: string): readonly number[];
  octets(name: string): Uint8Array | undefined;
  /** What was given for each credential after the first flag that begins one. */
  readonly credentials: readonly Flags[];
}

export interface TestFlags {
  /** For the first connection. */
  readonly initial: Flags;
  /** For those that resume. */
  readonly resume: Flags;
  /** After early data was rejected. */
  readonly retry: Flags;
}

/** Flags without a value. What asks for something that this shim does anyway, or can't do wrong, is here too. */
const switches: ReadonlySet<string> = new Set([
  'allow-false-start-without-alpn',
  'cnsa1-202603',
  'cnsa2-202603',
  'expect-no-secure-renegotiation',
  'expect-ticket-renewal',
  'fallback-scsv',
  'false-start',
  'fips-202205',
  'forbid-renegotiation-after-handshake',
  'handshake-never-done',
  'no-legacy-server-connect',
  'no-ticket',
  'no-tls13',
  'renegotiate-ignore',
  'tls-unique',
  'async',
  'enable-ech-grease',
  'enable-grease',
  'expect-ech-accept',
  'check-close-notify',
  'enable-early-data',
  'enable-ocsp-stapling',
  'enable-signed-cert-timestamps',
  'expect-accept-early-data',
  'expect-extended-master-secret',
  'expect-hrr',
  'export-traffic-secrets',
  'expect-no-hrr',
  'expect-no-offer-early-data',
  'expect-no-peer-cert',
  'expect-no-session',
  'expect-reject-early-data',
  'expect-secure-renegotiation',
  'expect-session-miss',
  'expect-ticket-supports-early-data',
  'expect-verify-result',
  'fail-cert-callback',
  'fail-ocsp-callback',
  'handshake-twice',
  'key-update',
  'implicit-handshake',
  'install-cert-compression-algs',
  'ipv6',
  'must-match-issuer',
  'new-psk-credential',
  'new-rpk-credential',
  'new-x509-credential',
  'no-key-shares',
  'no-op-extra-handshake',
  'no-tls1',
  'no-tls11',
  'no-tls12',
  'permute-extensions',
  'reject-unusable-ech-config',
  'expect-no-ech-name-override',
  'expect-no-ech-retry-configs',
  'psk-importer-sha256',
  'psk-importer-sha384',
  'read-with-unfinished-write',
  'require-any-client-certificate',
  'reverify-on-resume',
  'send-alert',
  'shim-shuts-down',
  'shim-writes-first',
  'use-custom-verify-callback',
  'use-export-context',
  'use-exporter-between-reads',
  'use-ocsp-callback',
  'use-old-client-cert-callback',
  'verify-fail',
  'verify-peer',
  'wpa-202304',
]);

/** Flags with a value. */
const values: ReadonlySet<string> = new Set([
  'cipher',
  'psk',
  'psk-identity',
  'accepted-peer-cert-types',
  'advertise-alpn',
  'available-client-cert-types',
  'cert-file',
  'curves',
  'ech-config-list',
  'expect-ech-name-override',
  'expect-ech-retry-configs',
  'early-write-after-message',
  'expect-alpn',
  'expect-certificate-types',
  'expect-cipher',
  'expect-cipher-aes',
  'expect-cipher-no-aes',
  'expect-client-ca-list',
  'expect-curve-id',
  'expect-early-data-reason',
  'expect-ocsp-response',
  'expect-peer-cert-file',
  'expect-peer-certificate-type',
  'expect-peer-rpk-sha256',
  'expect-peer-signature-algorithm',
  'expect-peer-verify-pref',
  'expect-selected-credential',
  'expect-signed-cert-timestamps',
  'expect-total-renegotiations',
  'expect-version',
  'export-context',
  'export-keying-material',
  'export-label',
  'host-name',
  'key-file',
  'key-shares',
  'max-cert-list',
  'max-version',
  'min-version',
  'ocsp-response',
  'port',
  'psk-importer-context',
  'psk-importer-identity',
  'psk-importer-key',
  'read-size',
  'repeat-shim-initial-write',
  'resumption-delay',
  'resume-count',
  'select-next-proto',
  'server-supported-groups-hint',
  'shim-id',
  'shim-initial-write',
  'signed-cert-timestamps',
  'signing-prefs',
  'trust-cert',
  'verify-prefs',
]);

/** Flags that begin a credential. */
const credentialBeginnings: ReadonlySet<string> = new Set([
  'new-psk-credential',
  'new-rpk-credential',
  'new-x509-credential',
]);

/** Flags that belong to the credential before them, where there is one. */
const credentialParts: ReadonlySet<string> = new Set([
  'cert-file',
  'key-file',
  'must-match-issuer',
  'ocsp-response',
  'psk-importer-context',
  'psk-importer-identity',
  'psk-importer-key',
  'psk-importer-sha256',
  'psk-importer-sha384',
  'signed-cert-timestamps',
  'signing-prefs',
]);

/** What was given for one connection: first what is no credential's. */
type Given = Map<string, string[]>[];

/**
 * @throws Unimplemented for a flag that is not known
 */
export function readFlags(args: readonly string[]): TestFlags {
  const given: Record<'initial' | 'resume' | 'retry', Given> = {
    initial: [new Map()],
    resume: [new Map()],
    retry: [new Map()],
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const [, on, name = ''] = /^-(?:on-(initial|resume|retry|shim)-)?(.+)$/.exec(arg) ?? [];
    const hasValue = values.has(name);
    if (!hasValue && !switches.has(name)) throw new Unimplemented(arg);
    const value = hasValue ? (args[++at] ?? '') : '';
    for (const [connection, flags] of Object.entries(given)) {
      const applies = on === undefined || on === 'shim' || on === connection;
      if (applies) give(flags, name, value);
    }
  }
  return { initial: flagsOf(given.initial), resume: flagsOf(given.resume), retry: flagsOf(given.retry) };
}

function give(given: Given, name: string, value: string): void {
  if (credentialBeginnings.has(name)) given.push(new Map());
  const belongs = credentialBeginnings.has(name) || credentialParts.has(name);
  const flags = belongs ? given.at(-1) : given[0];
  flags?.set(name, [...(flags.get(name) ?? []), value]);
}

function flagsOf([given = new Map(), ...credentials]: Given): Flags {
  const text = (name: string): string | undefined => given.get(name)?.at(-1);
  return {
    has: (name) => given.has(name),
    text,
    int: (name) => {
      const value = text(name);
      return value === undefined ? undefined : Number(value);
    },
    ints: (name) => (given.get(name) ?? []).map(Number),
    octets: (name) => {
      const value = text(name);
      return value === undefined ? undefined : Uint8Array.from(Buffer.from(value, 'base64'));
    },
    credentials: credentials.map((credential) => flagsOf([credential])),
  };
}
