import { illegal } from '../brokenRules.ts';
import { Reader } from '../wire/reader.ts';

/** KeyUpdateRequest, RFC 8446 section 4.6.3. */
export const keyUpdateRequests = { updateNotRequested: 0, updateRequested: 1 } as const;

export function encodeKeyUpdate(requestUpdate: number): Uint8Array {
  return Uint8Array.of(requestUpdate);
}

/**
 * @returns whether the peer asks for an update in return
 * @throws TLSError decode_error; illegal_parameter for a value that is neither (section 4.6.3)
 */
export function decodeKeyUpdate(body: Uint8Array): boolean {
  const reader = new Reader(body, 'KeyUpdate');
  const requestUpdate = reader.uint8();
  reader.end();
  if (requestUpdate > keyUpdateRequests.updateRequested) {
    throw illegal('DECODE_ERROR', `KeyUpdate has request_update ${requestUpdate}, which is neither 0 nor 1`);
  }
  return requestUpdate === keyUpdateRequests.updateRequested;
}
