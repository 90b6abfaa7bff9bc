import { createHash } from 'node:crypto';
import type { MaybePromise } from '@halfclose/crypto';
import type { AlertName, ServerIdentity, ServerVerifier } from '@halfclose/tls';
import { CertificateError, createUncheckedVerifier, parseCertificate, parsePublicKey } from '@halfclose/x509';
import { checkName } from './encryptedClientHello.ts';
import type { Flags } from './flags.ts';

/** With the alert that BoringSSL sends, which depends on the kind of callback. */
class Refusal extends Error {
  readonly alert: AlertName;

  constructor(alert: AlertName, message = 'the test wants the certificate to be refused') {
    super(message);
    this.alert = alert;
  }
}

/** BoringSSL's sessions hold what was decided, and nobody asks again. */
const validUntil = Number.MAX_SAFE_INTEGER;

/** The runner's certificates are taken as they are, or refused as they are: the verdict is the test's. */
export function verifierOf(currentFlags: () => Flags): ServerVerifier {
  const unchecked = createUncheckedVerifier();
  const judge = <T>(verdict: () => MaybePromise<T>): MaybePromise<T> => {
    const flags = currentFlags();
    refuseWhereWanted(flags);
    const accepted = readable(verdict);
    return flags.has('async') ? Promise.resolve(accepted) : accepted;
  };
  return {
    verifyServer: (identity) =>
      judge(() => {
        checkName(currentFlags(), identity.serverName);
        checkKeyUse(identity);
        return { ...unchecked.verifyServer({ ...identity, mustMatchName: false }), validUntil };
      }),
    verifyRawPublicKey: ({ subjectPublicKeyInfo }) =>
      judge(() => {
        const publicKey = parsePublicKey(subjectPublicKeyInfo);
        checkRawPublicKey(currentFlags(), subjectPublicKeyInfo);
        return { publicKey, verifiedChain: [], validUntil };
      }),
  };
}

function refuseWhereWanted(flags: Flags): void {
  const isAsked =
    flags.has('verify-peer') ||
    flags.has('use-custom-verify-callback') ||
    flags.has('accepted-peer-cert-types');
  if (flags.has('verify-fail') && isAsked) {
    throw new Refusal(flags.has('use-custom-verify-callback') ? 'certificate_unknown' : 'handshake_failure');
  }
  if (flags.has('use-ocsp-callback') && flags.has('fail-ocsp-callback')) {
    throw new Refusal('bad_certificate_status_response');
  }
}

/** BoringSSL reads certificates where it reads the message, and calls both malformed by the same alert. */
function readable<T>(verdict: () => T): T {
  try {
    return verdict();
  } catch (error) {
    if (!(error instanceof CertificateError) || error.code !== 'malformed') throw error;
    throw new Refusal('decode_error', `:DECODE_ERROR: :CANNOT_PARSE_LEAF_CERT: ${error.message}`);
  }
}

/** BoringSSL does that itself, whatever its callback says. */
function checkKeyUse({ certificates: [certificate], keyUse }: ServerIdentity): void {
  const { keyUsage } = certificate ? parseCertificate(certificate) : {};
  if (keyUsage === undefined || keyUse === undefined || keyUsage.includes(keyUse)) return;
  throw new Refusal(
    'illegal_parameter',
    `:KEY_USAGE_BIT_INCORRECT: the key is for ${keyUsage}, not ${keyUse}`,
  );
}

function checkRawPublicKey(flags: Flags, subjectPublicKeyInfo: Uint8Array): void {
  const expected = flags.octets('expect-peer-rpk-sha256');
  if (expected === undefined) return;
  const hash = createHash('sha256').update(subjectPublicKeyInfo).digest();
  if (!hash.equals(expected))
    throw new Refusal('certificate_unknown', 'this is not the raw key that is expected');
}
