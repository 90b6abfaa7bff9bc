import type { Platform } from '@halfclose/ssl';
import type { Outcome, Setting } from '../scenario/scenario.ts';
import type { Abort } from '../scenario/world.ts';

/** What the host put before the program. */
export function readSetting(): Setting {
  return (globalThis as unknown as { readonly halfcloseSetting: Setting }).halfcloseSetting;
}

export function print(outcomes: readonly Outcome[]): void {
  console.log(JSON.stringify(outcomes));
}

export const setTimer: Platform['setTimer'] = (callback, milliseconds) => {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
};

export function newAbort(): Abort {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
}
