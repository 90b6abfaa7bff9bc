import { randomFillSync } from 'node:crypto';
import { type CryptoProvider, createPortableProvider } from '@halfclose/crypto';
import { CertificateError } from '../errors.ts';
import { checkPolicies } from '../policies/checkPolicies.ts';
import { createTrustStore } from '../trust/trustStore.ts';
import { createServerVerifier, type VerifiedServer } from '../verifier.ts';

export const portable: CryptoProvider = createPortableProvider((output) => {
  randomFillSync(output);
});

export interface Verification {
  /** As the server sends it. */
  readonly chain: readonly Uint8Array[];
  /** What is in the trust store. */
  readonly trusted: readonly Uint8Array[];
  /** Left out: the name is not checked. */
  readonly serverName?: string;
  /** Left out: now. */
  readonly now?: number;
  readonly crypto?: CryptoProvider;
}

/** Verifies with a new store. Async, so that what is thrown at once and what comes late look the same. */
export async function verify({
  chain,
  trusted,
  serverName,
  now,
  crypto,
}: Verification): Promise<VerifiedServer> {
  const verifier = createServerVerifier({
    crypto: crypto ?? portable,
    trustStore: createTrustStore(trusted),
    checkHostname: serverName !== undefined,
    policies: checkPolicies,
  });
  return verifier.verifyServer({ certificates: chain, serverName, now: now ?? Date.now() });
}

/** The error of a verification that must fail. */
export async function refusal(verification: Verification): Promise<CertificateError> {
  try {
    await verify(verification);
  } catch (error) {
    if (error instanceof CertificateError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

/** A provider that counts the signatures it checks. */
export function countingProvider(): { readonly crypto: CryptoProvider; readonly count: () => number } {
  let count = 0;
  const signatures = portable.signatures.map((algorithm) => ({
    ...algorithm,
    verify: (...args: Parameters<typeof algorithm.verify>) => {
      count++;
      return algorithm.verify(...args);
    },
  }));
  return { crypto: { ...portable, signatures }, count: () => count };
}
