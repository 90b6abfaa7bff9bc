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
  'async',
  'enable-grease',
  'check-close-notify',
  'expect-hrr',
  'expect-no-hrr',
  'expect-no-session',
  'expect-session-miss',
  'expect-ticket-supports-early-data',
  'expect-verify-result',
  'handshake-twice',
  'key-update',
  'implicit-handshake',
  'ipv6',
  'no-key-shares',
  'no-op-extra-handshake',
  'no-tls1',
  'no-tls11',
  'no-tls12',
  'permute-extensions',
  'read-with-unfinished-write',
  'reverify-on-resume',
  'shim-shuts-down',
  'shim-writes-first',
  'use-custom-verify-callback',
  'use-export-context',
  'use-exporter-between-reads',
  'use-old-client-cert-callback',
  'verify-fail',
  'verify-peer',
]);

/** Flags with a value. */
const values: ReadonlySet<string> = new Set([
  'advertise-alpn',
  'curves',
  'expect-alpn',
  'expect-cipher',
  'expect-curve-id',
  'expect-peer-signature-algorithm',
  'expect-total-renegotiations',
  'expect-version',
  'export-context',
  'export-keying-material',
  'export-label',
  'host-name',
  'key-shares',
  'max-version',
  'min-version',
  'port',
  'read-size',
  'repeat-shim-initial-write',
  'resumption-delay',
  'resume-count',
  'server-supported-groups-hint',
  'shim-id',
  'shim-initial-write',
  'trust-cert',
  'verify-prefs',
]);

/**
 * @throws Unimplemented for a flag that is not known
 */
export function readFlags(args: readonly string[]): TestFlags {
  const initial = new Map<string, string[]>();
  const resume = new Map<string, string[]>();
  const retry = new Map<string, string[]>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const [, on, name = ''] = /^-(?:on-(initial|resume|retry|shim)-)?(.+)$/.exec(arg) ?? [];
    const hasValue = values.has(name);
    if (!hasValue && !switches.has(name)) throw new Unimplemented(arg);
    const value = hasValue ? (args[++at] ?? '') : '';
    for (const [connection, flags] of [
      ['initial', initial],
      ['resume', resume],
      ['retry', retry],
    ] as const) {
      const applies = on === undefined || on === 'shim' || on === connection;
      if (applies) flags.set(name, [...(flags.get(name) ?? []), value]);
    }
  }
  return { initial: flagsOf(initial), resume: flagsOf(resume), retry: flagsOf(retry) };
}

function flagsOf(given: ReadonlyMap<string, readonly string[]>): Flags {
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
  };
}
