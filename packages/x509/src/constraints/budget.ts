import type { Certificate } from '../certificate/certificate.ts';
import { CertificateError } from '../errors.ts';

/** How many times names may still be held against constraints, in one search for a path. */
export interface ComparisonBudget {
  /** @throws CertificateError `limit_exceeded` where fewer than `comparisons` are left */
  spend(comparisons: number, certificate: Certificate): void;
}

export function createComparisonBudget(limit: number): ComparisonBudget {
  let spent = 0;
  return {
    spend(comparisons, certificate) {
      spent += comparisons;
      if (spent <= limit) return;
      throw new CertificateError(
        'limit_exceeded',
        `The names on the path would take more than ${limit} comparisons with name constraints`,
        { certificate },
      );
    },
  };
}
