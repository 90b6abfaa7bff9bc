/** What the tests of wrong hellos have in common. */
import { type Outcome, outcomeOf, refusal, type Trial, type Tried, trials } from '@halfclose/testing/peer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

export const attempt: (trial?: Trial) => Tried = await trials();

export type Cases = Readonly<Record<string, readonly [Trial, Outcome]>>;

/** A test for each: it ends as expected, and nothing was agreed. */
export function checkAll(title: string, cases: Cases): void {
  const group = suite(title);
  for (const [name, [trial, expected]] of Object.entries(cases)) {
    group(name, () => {
      const tried = attempt(trial);
      assert.equal(outcomeOf(tried), expected);
      assert.is(tried.client.facts, undefined);
    });
  }
  group.run();
}

/** What a server of an older version is told. */
export const incompatible: Outcome = {
  alert: 'protocol_version',
  encrypted: false,
  reason: 'UNSUPPORTED_PROTOCOL',
  fault: 'negotiation',
};

/** A refusal before any key was agreed on. */
export function plain(alert: string, reason: string): Outcome {
  return refusal(alert, reason, false);
}
