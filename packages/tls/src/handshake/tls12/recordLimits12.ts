/** Records smaller than 2^14 octets in TLS 1.2: record_size_limit (RFC 8449) and max_fragment_length (RFC 6066). */
import type { ClientConfig } from '../../config.ts';
import type { Extension } from '../../messages/extension.ts';

/** Octets of content, in records to the server and from it; undefined where there is no limit but TLS's own. */
export interface RecordLimits12 {
  readonly outgoing: number | undefined;
  readonly incoming: number | undefined;
}

export function agreedRecordLimits12(
  _config: ClientConfig,
  _offered: readonly Extension[],
  _answers: readonly Extension[],
): RecordLimits12 {
  return { outgoing: undefined, incoming: undefined };
}
