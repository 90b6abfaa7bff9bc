/** Keys that may stand for certificates, RFC 8446 section 4.2.11: they come in with the configuration. */
import { local } from '../endings.ts';
import type { ExternalPsk } from '../externalPsk.ts';
import type { SuiteAlgorithms } from './parameters.ts';
import type { OfferedPsk } from './preSharedKeys.ts';
import { sameBytes } from './serverHelloChecks.ts';

/** Made by `createExternalPsks`. */
export interface ExternalPsks {
  /** Whether a server has to take one of them. */
  readonly required: boolean;
  /**
   * Those whose hash goes with a suite.
   * @throws TLSError `INVALID_CONFIGURATION` where one is required, and none does
   */
  offered(suites: readonly SuiteAlgorithms[]): readonly OfferedPsk[];
  has(identity: Uint8Array): boolean;
}

export interface ExternalPskOptions {
  /** Whether a server has to take one of the keys: then no certificate will do. Left out: false. */
  readonly required?: boolean;
}

/** Together with their identities they have to fit into a hello, as do a ticket and a cookie. */
const maximumPsks = 16;
const maximumIdentities = 2 ** 13;

/** RFC 9257 section 6: a pre-shared key "MUST be at least 128 bits long". */
const minimumKey = 16;

/**
 * For the `externalPsks` of a configuration. Sessions that rest on one are offered as long as it is there.
 * @param psks most wanted first, at most 16
 * @throws TLSError `INVALID_CONFIGURATION` for what can't be offered
 */
export function createExternalPsks(
  psks: readonly ExternalPsk[],
  { required = false }: ExternalPskOptions = {},
): ExternalPsks {
  checkPsks(psks);
  return {
    required,
    offered(suites) {
      const fitting = psks.flatMap((psk) => offeredWith(suites, psk));
      if (!required || fitting.length > 0) return fitting;
      throw local(
        'INVALID_CONFIGURATION',
        'a pre-shared key is required, and none goes with a cipher suite on offer',
      );
    },
    has: (identity) => psks.some((psk) => sameBytes(psk.identity, identity)),
  };
}

/** Section 4.2.11.1; an imported key by RFC 9258 section 5.2. None, or one. */
function offeredWith(suites: readonly SuiteAlgorithms[], psk: ExternalPsk): OfferedPsk[] {
  const { identity, key, hash: name = 'SHA-256', imported = false } = psk;
  const suite = suites.find(({ hash }) => hash === name);
  if (suite === undefined) return [];
  return [
    {
      identity,
      obfuscatedTicketAge: 0,
      hashAlgorithm: suite.hashAlgorithm,
      key,
      binderLabel: imported ? 'imp binder' : 'ext binder',
      resumption: undefined,
    },
  ];
}

function checkPsks(psks: readonly ExternalPsk[]): void {
  const octets = psks.reduce((sum, { identity }) => sum + identity.length, 0);
  if (psks.length > maximumPsks || octets > maximumIdentities) {
    throw local(
      'INVALID_CONFIGURATION',
      `${psks.length} pre-shared keys with identities of ${octets} octets can't be offered together`,
    );
  }
  for (const { identity, key } of psks) {
    if (identity.length === 0) {
      throw local('INVALID_CONFIGURATION', 'the identity of a pre-shared key is empty');
    }
    if (key.length >= minimumKey) continue;
    throw local(
      'INVALID_CONFIGURATION',
      `a pre-shared key has ${key.length} octets: fewer than ${minimumKey} can be guessed (RFC 9257 section 6)`,
    );
  }
}
