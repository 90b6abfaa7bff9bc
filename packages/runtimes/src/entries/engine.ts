import { createDefaultProvider } from '@halfclose/crypto';
import { runOn } from './engineOn.ts';

runOn(createDefaultProvider);
