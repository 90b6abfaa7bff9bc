import type { Waiver } from '../runner/suite.ts';

/** Nothing is known to fail. */
export const waivers: readonly Waiver[] = [];
