import type { DerReader } from './reader.ts';
import { asciiText } from './strings.ts';
import { tags, tagText } from './tags.ts';

/** A moment of a certificate. */
export interface Time {
  /** Since 1970, a whole second. */
  readonly milliseconds: number;
  /** Whether it is GeneralizedTime where RFC 5280 section 4.1.2.5 wants UTCTime: before 2050. */
  readonly isMisplaced: boolean;
}

/**
 * Time of RFC 5280 section 4.1.2.5: UTCTime as `YYMMDDHHMMSSZ`, GeneralizedTime as `YYYYMMDDHHMMSSZ`. Nothing
 * else is taken: no missing seconds, fractions or offsets, and no date that isn't in the calendar.
 */
export function readTime(reader: DerReader, label: string): Time {
  const tag = reader.nextTag;
  if (tag === tags.utcTime) return reader.within(tag, label, asUtcTime);
  if (tag === tags.generalizedTime) return reader.within(tag, label, asGeneralizedTime);
  if (tag === undefined) throw reader.error(`'${label}' is missing`);
  throw reader.error(`'${label}' should be UTCTime or GeneralizedTime, here is the tag ${tagText(tag)}`);
}

function asUtcTime(reader: DerReader): Time {
  const digits = readDigits(reader, 12, 'a UTCTime is YYMMDDHHMMSSZ, this is not');
  const year = twoDigits(digits, 0);
  // RFC 5280 section 4.1.2.5.1: 50 to 99 are of the twentieth century.
  const milliseconds = instant(reader, year < 50 ? 2000 + year : 1900 + year, digits.subarray(2));
  return { milliseconds, isMisplaced: false };
}

function asGeneralizedTime(reader: DerReader): Time {
  const digits = readDigits(reader, 14, 'a GeneralizedTime is YYYYMMDDHHMMSSZ, this is not');
  const year = twoDigits(digits, 0) * 100 + twoDigits(digits, 2);
  return { milliseconds: instant(reader, year, digits.subarray(4)), isMisplaced: year < 2050 };
}

/** So many ASCII digits, and a Z. */
function readDigits(reader: DerReader, count: number, problem: string): Uint8Array {
  const contents = reader.rest();
  const digits = contents.subarray(0, count);
  const isTime =
    contents.length === count + 1 &&
    contents[count] === 0x5a &&
    digits.every((octet) => octet >= 0x30 && octet <= 0x39);
  if (!isTime) throw reader.error(problem);
  return digits;
}

function twoDigits(digits: Uint8Array, at: number): number {
  return ((digits[at] ?? 0) - 0x30) * 10 + (digits[at + 1] ?? 0) - 0x30;
}

/** @param digits MMDDHHMMSS */
function instant(reader: DerReader, year: number, digits: Uint8Array): number {
  const month = twoDigits(digits, 0);
  const day = twoDigits(digits, 2);
  const hour = twoDigits(digits, 4);
  const minute = twoDigits(digits, 6);
  const second = twoDigits(digits, 8);
  const days = daysSince1970(year, month, day);
  const [ofYear, ofMonth, ofDay] = dateOf(days);
  const isDate = ofYear === year && ofMonth === month && ofDay === day;
  if (!isDate || hour > 23 || minute > 59 || second > 59) {
    throw reader.error(`${year} and '${asciiText(digits)}' make no moment of the calendar`);
  }
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

// Years that begin with March have their leap day at the end, and 153 days in each five months.
const march1OfYear0 = -719_468;
const daysIn400Years = 146_097;

/** From 1 January 1970. Of what is no date, that of another one. */
function daysSince1970(year: number, month: number, day: number): number {
  const months = (month + 9) % 12;
  const years = months > 9 ? year - 1 : year;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return march1OfYear0 + 365 * years + leapDays + daysBefore(months) + day - 1;
}

/** Since 1 March. */
function daysBefore(months: number): number {
  return Math.floor((153 * months + 2) / 5);
}

/** The other way round. */
function dateOf(days: number): readonly [year: number, month: number, day: number] {
  const past = days - march1OfYear0;
  const cycles = Math.floor(past / daysIn400Years);
  const inCycle = past - cycles * daysIn400Years;
  const leapDays = Math.floor(inCycle / 1460) - Math.floor(inCycle / 36_524) + Math.floor(inCycle / 146_096);
  const years = Math.floor((inCycle - leapDays) / 365);
  const inYear = inCycle - 365 * years - Math.floor(years / 4) + Math.floor(years / 100);
  const months = Math.floor((5 * inYear + 2) / 153);
  const month = ((months + 2) % 12) + 1;
  return [400 * cycles + years + (months > 9 ? 1 : 0), month, inYear - daysBefore(months) + 1];
}

/** ECMAScript's last moment. Beyond it, and with what is no number, there is no calendar to count in. */
const latestTime = 8.64e15;

/** For messages: `2026-01-31 23:59:59 UTC`. */
export function formatTime(milliseconds: number): string {
  if (!(Math.abs(milliseconds) <= latestTime)) return `${milliseconds}`;
  const seconds = Math.floor(milliseconds / 1000);
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const [year, month, day] = dateOf(days);
  const clock = [rest / 3600, (rest / 60) % 60, rest % 60].map((part) => pad(Math.floor(part), 2));
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)} ${clock.join(':')} UTC`;
}

function pad(value: number, width: number): string {
  return `${value}`.padStart(width, '0');
}
