/** Records smaller than 2^14 octets: record_size_limit (RFC 8449), and max_fragment_length (RFC 6066 section 4) before it. */

import { illegal } from '../brokenRules.ts';
import { local } from '../endings.ts';
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

/** What is wanted, of one kind or, for servers that know only one, of both. */
export interface RecordLimitOptions {
  /**
   * Octets of the largest record that the server is asked to send, its content type and padding counted: 64 to 16,385
   * (RFC 8449). A server that answers is held to it; one that doesn't may send any.
   */
  readonly recordSizeLimit?: number;
  /** Octets of content in a record, of either side, for servers that don't know RFC 8449 (RFC 6066 section 4). */
  readonly maxFragmentLength?: 512 | 1024 | 2048 | 4096;
}

/** Limits to records, for a configuration: `createRecordLimits` makes it. */
export interface RecordLimitOffer {
  /** ExtensionTypes by which a server answers. */
  readonly answers: readonly number[];
  readonly extensions: readonly Extension[];
  /**
   * @param typeLength octets of a record's plaintext beside its content: 1 in TLS 1.3, which has the type there; 0 in TLS 1.2
   * @throws TLSError where the server has an answer that is none to what was `offered`
   */
  agree(offered: readonly Extension[], answers: readonly Extension[], typeLength: 0 | 1): RecordLimits;
}

/** What both sides agreed on, in octets; undefined where there is nothing less than 2^14. */
export interface RecordLimits {
  /** Of content, in a record to the server. */
  readonly outgoing: number | undefined;
  /** Of content, in TLS 1.3 of content, type and padding together (RFC 8446 section 5.4), in a record from it. */
  readonly incoming: number | undefined;
}

const noLimits: RecordLimits = { outgoing: undefined, incoming: undefined };

/**
 * For the `recordLimits` of a configuration.
 * @throws TLSError `INVALID_CONFIGURATION` for a limit that can't be asked for
 */
export function createRecordLimits({
  recordSizeLimit,
  maxFragmentLength,
}: RecordLimitOptions): RecordLimitOffer {
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
  return {
    extensions: [
      ...(maxFragmentLength === undefined ? [] : [maxFragmentLengthExtension(maxFragmentLength)]),
      ...(recordSizeLimit === undefined ? [] : [recordSizeLimitExtension(recordSizeLimit)]),
    ],
    answers: [extensionTypes.maxFragmentLength, extensionTypes.recordSizeLimit],
    agree: agreedRecordLimits,
  };
}

function isBetween(value: number, minimum: number, maximum: number): boolean {
  return Number.isInteger(value) && value >= minimum && value <= maximum;
}

function agreedRecordLimits(
  offered: readonly Extension[],
  answers: readonly Extension[],
  typeLength: number,
): RecordLimits {
  const fragment = findExtension(answers, extensionTypes.maxFragmentLength);
  const limit = findExtension(answers, extensionTypes.recordSizeLimit);
  // RFC 8449 section 5.
  if (fragment !== undefined && limit !== undefined) {
    throw illegal(
      'BAD_EXTENSION',
      'the server answered both max_fragment_length and record_size_limit (RFC 8449 section 5)',
    );
  }
  if (fragment !== undefined) return byFragment(offered, fragment, typeLength);
  if (limit === undefined) return noLimits;
  return byLimit(offered, limit, typeLength);
}

/** RFC 6066 section 4: the same length as was asked for, in both directions. */
function byFragment(offered: readonly Extension[], answer: Extension, typeLength: number): RecordLimits {
  const question = findExtension(offered, extensionTypes.maxFragmentLength);
  const asked = question && readMaxFragmentLength(question.data);
  const length = readMaxFragmentLength(answer.data);
  if (length === undefined || length !== asked) {
    throw illegal(
      'BAD_EXTENSION',
      `the server chose max_fragment_length ${length ?? 'without a meaning'}, and ${asked} was asked for`,
    );
  }
  return { outgoing: length, incoming: length + typeLength };
}

/** RFC 8449 section 4: to each its own. In TLS 1.3 the octet of the content type counts. */
function byLimit(offered: readonly Extension[], answer: Extension, typeLength: number): RecordLimits {
  const question = findExtension(offered, extensionTypes.recordSizeLimit);
  const limit = readRecordSizeLimit(answer.data);
  if (limit < minimumLimit) {
    throw illegal('BAD_EXTENSION', `record_size_limit ${limit} is less than ${minimumLimit}`);
  }
  return { outgoing: limit - typeLength, incoming: question && readRecordSizeLimit(question.data) };
}
