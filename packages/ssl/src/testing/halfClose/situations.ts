import { alive } from './alive.ts';
import { ended } from './ended.ts';
import { shut } from './shut.ts';
import type { Situation } from './specification.ts';

/** The half-close table: each call in each situation. */
export const situations: readonly Situation[] = [...alive, ...ended, ...shut];
