import type { RandomSource } from '@halfclose/crypto';
import type { Extension } from '../messages/extension.ts';

/** Puts extensions into an order that is the same for all hellos of a connection. */
export type ExtensionOrder = (extensions: readonly Extension[]) => readonly Extension[];

export const asTheyStand: ExtensionOrder = (extensions) => extensions;

/**
 * Any order, each as likely as another (RFC 8446 section 4.2), so that servers don't come to count on ours. An
 * extension that only the second hello has finds its place among the others.
 */
export function randomOrder(random: RandomSource): ExtensionOrder {
  const ranks = new Map<number, number>();
  const rankOf = ({ type }: Extension): number => {
    const known = ranks.get(type);
    if (known !== undefined) return known;
    const drawn = new Uint8Array(4);
    random(drawn);
    const rank = new DataView(drawn.buffer).getUint32(0);
    ranks.set(type, rank);
    return rank;
  };
  return (extensions) => [...extensions].sort((a, b) => rankOf(a) - rankOf(b));
}
