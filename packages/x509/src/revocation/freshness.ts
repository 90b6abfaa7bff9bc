import { formatTime } from '../der/time.ts';

/** How far a clock may be behind that of the authority, milliseconds. */
const tolerance = 300_000;

/** What is said of a time span in which something is valid. All in milliseconds since 1970. */
export interface Updates {
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
}

export type FreshnessProblem = { readonly isExpired: boolean; readonly problem: string };

/**
 * What is wrong with the time of a CRL or an OCSP response. Without nextUpdate nobody could say when it is too old: it
 * is then, always (RFC 5280 section 5.1.2.5; RFC 6960 section 4.2.2.1 means by it that there is something newer).
 */
export function freshnessProblem(
  { thisUpdate, nextUpdate }: Updates,
  now: number,
): FreshnessProblem | undefined {
  const second = Math.floor(now / 1000) * 1000;
  // "Not at least" instead of "less than", so that a clock that gives NaN makes nothing valid.
  if (!(second + tolerance >= thisUpdate)) {
    return {
      isExpired: false,
      problem: `it is from ${formatTime(thisUpdate)}, and it is ${formatTime(now)}`,
    };
  }
  if (nextUpdate === undefined) return { isExpired: false, problem: "it doesn't say until when it is good" };
  if (!(second <= nextUpdate)) {
    return {
      isExpired: true,
      problem: `it was good until ${formatTime(nextUpdate)}, and it is ${formatTime(now)}`,
    };
  }
  return undefined;
}
