import type { Certificate } from '../certificate/certificate.ts';
import { CertificateError } from '../errors.ts';

/** How many names and policies may still be compared with what constrains them, in one search for a path. */
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
        `No path to a trusted certificate was found within ${limit} comparisons of names and policies with what constrains them`,
        { certificate },
      );
    },
  };
}
