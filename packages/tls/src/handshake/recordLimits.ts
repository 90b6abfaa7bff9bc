/** Records smaller than 2^14 octets: record_size_limit (RFC 8449), and max_fragment_length (RFC 6066 section 4) before it. */
import type { ClientConfig } from '../config.ts';
import { local } from '../endings.ts';
import { misbehaved } from '../errors.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import {
  maxFragmentLengthExtension,
  maxFragmentLengths,
  readMaxFragmentLength,
  readRecordSizeLimit,
  recordSizeLimitExtension,
} from '../messages/extensionBodies.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { maximumInnerPlaintext } from '../records/limits.ts';

/** RFC 8449 section 4. */
const minimumLimit = 64;

/** What both sides agreed on, in octets; undefined where there is nothing less than 2^14. */
export interface RecordLimits {
  /** Of content, in a record to the server. */
  readonly outgoing: number | undefined;
  /** Of content, type and padding together, in a record from it (RFC 8446 section 5.4). */
  readonly incoming: number | undefined;
}

/** @throws TLSError `INVALID_CONFIGURATION` for a limit that can't be asked for */
export function recordLimitExtensions({ recordSizeLimit, maxFragmentLength }: ClientConfig): Extension[] {
  if (recordSizeLimit !== undefined && !isBetween(recordSizeLimit, minimumLimit, maximumInnerPlaintext)) {
    throw local(
      'INVALID_CONFIGURATION',
      `recordSizeLimit is ${recordSizeLimit}, and has to be ${minimumLimit} to ${maximumInnerPlaintext}`,
    );
  }
  if (maxFragmentLength !== undefined && !maxFragmentLengths.includes(maxFragmentLength)) {
    throw local(
      'INVALID_CONFIGURATION',
      `maxFragmentLength is ${maxFragmentLength}, and has to be one of ${maxFragmentLengths.join(', ')}`,
    );
  }
  return [
    ...(maxFragmentLength === undefined ? [] : [maxFragmentLengthExtension(maxFragmentLength)]),
    ...(recordSizeLimit === undefined ? [] : [recordSizeLimitExtension(recordSizeLimit)]),
  ];
}

function isBetween(value: number, minimum: number, maximum: number): boolean {
  return Number.isInteger(value) && value >= minimum && value <= maximum;
}

/** @throws TLSError where the server's EncryptedExtensions have an answer that is none to what was `offered` */
export function agreedRecordLimits(
  offered: readonly Extension[],
  answers: readonly Extension[],
): RecordLimits {
  const fragment = findExtension(answers, extensionTypes.maxFragmentLength);
  const limit = findExtension(answers, extensionTypes.recordSizeLimit);
  // RFC 8449 section 5.
  if (fragment !== undefined && limit !== undefined) {
    throw misbehaved(
      'illegal_parameter',
      'BAD_EXTENSION',
      'the server answered both max_fragment_length and record_size_limit (RFC 8449 section 5)',
    );
  }
  if (fragment !== undefined) return byFragment(offered, fragment);
  return limit === undefined ? { outgoing: undefined, incoming: undefined } : byLimit(offered, limit);
}

/** RFC 6066 section 4: the same length as was asked for, in both directions. */
function byFragment(offered: readonly Extension[], answer: Extension): RecordLimits {
  const question = findExtension(offered, extensionTypes.maxFragmentLength);
  const asked = question && readMaxFragmentLength(question.data);
  const length = readMaxFragmentLength(answer.data);
  if (length === undefined || length !== asked) {
    throw misbehaved(
      'illegal_parameter',
      'BAD_EXTENSION',
      `the server chose max_fragment_length ${length ?? 'without a meaning'}, and ${asked} was asked for`,
    );
  }
  return { outgoing: length, incoming: length + 1 };
}

/** RFC 8449 section 4: to each its own. In TLS 1.3 the octet of the content type counts. */
function byLimit(offered: readonly Extension[], answer: Extension): RecordLimits {
  const question = findExtension(offered, extensionTypes.recordSizeLimit);
  const limit = readRecordSizeLimit(answer.data);
  if (limit < minimumLimit) {
    throw misbehaved(
      'illegal_parameter',
      'BAD_EXTENSION',
      `record_size_limit ${limit} is less than ${minimumLimit}`,
    );
  }
  return { outgoing: limit - 1, incoming: question && readRecordSizeLimit(question.data) };
}
