import { ValueError } from './errors.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** As Python's: a day of 31, also in February, and a leap second or two. */
const pattern =
  /^([a-z]{3}) +(0?[1-9]|[12]\d|3[01]) +([01]?\d|2[0-3]):([0-5]?\d):([0-5]?\d|6[01]) +(\d{4}) +GMT$/i;

/**
 * Seconds since 1970 of a time as it stands in `getPeerCert()`: `Jan  5 09:34:43 2018 GMT`.
 * @throws ValueError for anything else
 */
export function certTimeToSeconds(text: string): number {
  const [, name = '', ...numbers] = pattern.exec(text) ?? [];
  const month = months.indexOf(name.toLowerCase());
  if (month < 0)
    throw new ValueError(`time data ${JSON.stringify(text)} does not match format "%b %d %H:%M:%S %Y GMT"`);
  const [day = 0, hours = 0, minutes = 0, seconds = 0, year = 0] = numbers.map(Number);
  // Not Date.UTC, which takes the years of the first century for those of the twentieth.
  const midnight = new Date(0).setUTCFullYear(year, month, day) / 1000;
  return midnight + hours * 3600 + minutes * 60 + seconds;
}
