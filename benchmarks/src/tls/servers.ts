import type { Setting } from '../harness/benchmark.ts';
import { ask, end, start } from '../harness/process.ts';
import type { Parameters, Target } from './cases.ts';

/** Seconds until a server must listen; making RSA keys takes some of them. */
const limit = 60;

/** Starts a process with a server for each of `parameters`. The setting's value is a `Target[]`. */
export async function startServers(parameters: readonly Parameters[]): Promise<Setting> {
  const child = start(new URL('./serverProcess.js', import.meta.url));
  try {
    const targets: unknown[] = [];
    for (const one of parameters) targets.push(await ask(child, one, limit));
    return { value: targets, end: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

/** The server among those of `setting` that insists on `parameters`. */
export function findTarget(setting: unknown, { suite, keyType, group }: Parameters): Target {
  const found = (setting as readonly Target[]).find(
    ({ parameters }) =>
      parameters.suite === suite && parameters.keyType === keyType && parameters.group === group,
  );
  if (found === undefined)
    throw new Error(`There is no server for ${suite} with a key of ${keyType} and ${group}`);
  return found;
}
