import { bogo } from './bogo/suite.ts';
import { corpora } from './corpora/suite.ts';
import { limbo } from './limbo/suite.ts';
import { rfc8448 } from './rfc8448/suite.ts';
import type { Suite } from './runner/suite.ts';
import { suites12 } from './suites12/suite.ts';
import { wycheproof } from './wycheproof/suite.ts';

export const suites: readonly Suite[] = [bogo, corpora, limbo, rfc8448, suites12, wycheproof];
