import type { DerReader } from './reader.ts';
import { asciiText } from './strings.ts';
import { tags, tagText } from './tags.ts';

const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

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
  const lastDay = month === 2 && isLeapYear(year) ? 29 : (daysInMonth[month - 1] ?? 0);
  if (day < 1 || day > lastDay || hour > 23 || minute > 59 || second > 59) {
    throw reader.error(`${year} and '${asciiText(digits)}' make no moment of the calendar`);
  }
  const leapDay = month > 2 && isLeapYear(year) ? 1 : 0;
  const days = daysBeforeYear(year) + (daysBefore[month - 1] ?? 0) + leapDay + day - 1;
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

/** Days from 1 January 1970 to 1 January of `year`. */
function daysBeforeYear(year: number): number {
  const past = year - 1;
  const leapYears = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  return 365 * (year - 1970) + leapYears - 477;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** ECMAScript's last moment. Beyond it, and with what is no number, there is no calendar to count in. */
const latestTime = 8.64e15;

/** For messages: `2026-01-31 23:59:59 UTC`. */
export function formatTime(milliseconds: number): string {
  if (!(Math.abs(milliseconds) <= latestTime)) return `${milliseconds}`;
  const seconds = Math.floor(milliseconds / 1000);
  const days = Math.floor(seconds / 86_400);
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysBeforeYear(year) > days) year--;
  while (daysBeforeYear(year + 1) <= days) year++;
  let day = days - daysBeforeYear(year);
  let month = 0;
  for (; month < 11; month++) {
    const length = month === 1 && isLeapYear(year) ? 29 : (daysInMonth[month] ?? 0);
    if (day < length) break;
    day -= length;
  }
  const clock = [seconds / 3600, seconds / 60, seconds].map((part, index) =>
    pad(modulo(Math.floor(part), index === 0 ? 24 : 60), 2),
  );
  return `${pad(year, 4)}-${pad(month + 1, 2)}-${pad(day + 1, 2)} ${clock.join(':')} UTC`;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

function pad(value: number, width: number): string {
  return `${value}`.padStart(width, '0');
}
