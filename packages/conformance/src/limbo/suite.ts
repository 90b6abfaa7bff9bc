import type { Case, Suite } from '../runner/suite.ts';
import { createJudge, type Judge } from './judge.ts';
import { readTestcases, type Testcase } from './testcases.ts';
import { waivers } from './waivers.ts';

/** The cases of x509-limbo, or of any file in its schema (BetterTLS has one), by their own ids. */
export const limbo: Suite = {
  name: 'limbo',
  source: { option: 'file', path: '../shared/vectors/x509-limbo.json' },
  waivers,
  anyPart: true,
  async *cases(path) {
    const judge = await createJudge();
    try {
      for (const testcase of readTestcases(path)) yield caseOf(testcase, judge);
    } finally {
      judge.close();
    }
  },
};

function caseOf(testcase: Testcase, judge: Judge): Case {
  const { id, signatureAlgorithms, expected } = testcase;
  if (signatureAlgorithms.length > 0)
    return { id, skip: 'signature algorithms are not for a case to choose' };
  return {
    id,
    async run() {
      const verdict = await judge.decide(testcase);
      if (verdict.accepted === (expected === 'SUCCESS')) return;
      throw new Error(
        verdict.accepted
          ? 'accepted, and to be refused'
          : `to be accepted, and refused with ${verdict.reason}`,
      );
    },
  };
}
