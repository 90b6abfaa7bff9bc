import type { CertificateErrorCode } from '../errors.ts';
import { CertificateError } from '../errors.ts';
import { run, type Steps } from '../path/steps.ts';

/** How a check ended: with a value, or with an error and what it says. */
export type Outcome<T> =
  | { readonly value: T }
  | { readonly code: CertificateErrorCode; readonly message: string };

/** Does the steps; what is thrown and is no CertificateError is thrown on. */
export async function outcomeOf<T>(steps: () => Steps<T>): Promise<Outcome<T>> {
  try {
    return { value: await run(steps()) };
  } catch (error) {
    if (error instanceof CertificateError) return { code: error.code, message: error.message };
    throw error;
  }
}
