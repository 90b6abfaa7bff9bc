import { createEarlyDataOffer, type EarlyDataOffer } from '@halfclose/tls';

/** What a platform needs to have of early data (0-RTT). */
export interface EarlyDataPart {
  offer(): EarlyDataOffer;
}

/** Early data for sockets, as the `earlyData` of their platform. */
export const earlyData: EarlyDataPart = { offer: createEarlyDataOffer };
