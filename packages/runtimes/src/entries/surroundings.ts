import type { Outcome, Setting } from '../scenario.ts';

/** What the host put before the program. */
export function readSetting(): Setting {
  return (globalThis as unknown as { readonly halfcloseSetting: Setting }).halfcloseSetting;
}

export function print(outcomes: readonly Outcome[]): void {
  console.log(JSON.stringify(outcomes));
}
