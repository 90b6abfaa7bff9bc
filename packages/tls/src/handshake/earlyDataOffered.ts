import { findExtension } from '../messages/extension.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import type { ClientOffer } from './clientOffer.ts';
import type { Resumption } from './resumption.ts';

/** The session that early data goes with: that of the first key, section 4.2.10. Undefined where none was offered. */
export function earlyDataOffered({ hello, psks }: ClientOffer): Resumption | undefined {
  return findExtension(hello.extensions, extensionTypes.earlyData) && psks[0]?.resumption;
}
