/** Without a look at WebAssembly, which is no part of the language. */
import { createPortableProvider } from '@halfclose/crypto';
import { runOn } from './engineOn.ts';

runOn(createPortableProvider);
