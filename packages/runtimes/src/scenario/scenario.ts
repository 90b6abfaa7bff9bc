/** What is proved in each runtime. */
import { halves } from './halves.ts';
import { negotiation } from './negotiation.ts';
import { refusals } from './refusals.ts';
import { stops } from './stops.ts';
import { transfers } from './transfers.ts';
import { LeftOut, type NamedCheck, type Outcome, type Setting, type World } from './world.ts';

export type { Outcome, Setting, World } from './world.ts';

const checks: readonly NamedCheck[] = [...transfers, ...halves, ...negotiation, ...refusals, ...stops];

/** The names of the checks, in the order in which they run. */
export const checkNames: readonly string[] = checks.map(([name]) => name);

/** @param only the name of the one check to run; left out: all of them */
export async function runScenario(
  world: World,
  setting: Setting,
  only?: string,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [name, check] of checks.filter(([name]) => only === undefined || name === only)) {
    outcomes.push({ name, ...(await troubleOf(() => inTime(check(world, setting), world))) });
  }
  return outcomes;
}

/** Milliseconds for one check; the slowest engine takes a tenth of it. */
const patience = 100_000;

/** One that hangs must not take the others with it. */
function inTime(checking: Promise<void>, { setTimer }: World): Promise<void> {
  if (setTimer === undefined) return checking;
  return new Promise((resolve, reject) => {
    const cancel = setTimer(() => reject(new Error(`it hangs for ${patience} ms`)), patience);
    checking.then(resolve, reject).finally(cancel);
  });
}

/** What a check comes to. */
export async function troubleOf(check: () => Promise<void>): Promise<Omit<Outcome, 'name'>> {
  try {
    await check();
    return {};
  } catch (error) {
    if (error instanceof LeftOut) return { leftOut: error.message };
    if (!(error instanceof Error)) return { trouble: String(error) };
    return { trouble: `${error.name}: ${error.message}\n${error.stack}` };
  }
}
