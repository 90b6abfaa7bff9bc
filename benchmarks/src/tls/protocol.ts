/**
 * What client and server say inside TLS. A request is one octet, `download` or `upload`, and a count of octets as a
 * 64-bit big-endian integer. The server then sends that many octets; or it takes that many and answers with one.
 * More requests may follow on the same connection.
 */
export const download = 0x64;
export const upload = 0x75;
export const requestLength = 9;

/** Octets that either side writes at once. */
export const chunkLength = 65_536;

export function encodeRequest(direction: number, count: number): Uint8Array {
  const request = new Uint8Array(requestLength);
  const view = new DataView(request.buffer);
  view.setUint8(0, direction);
  view.setBigUint64(1, BigInt(count));
  return request;
}

export function decodeRequest(request: Uint8Array): { readonly direction: number; readonly count: number } {
  const view = new DataView(request.buffer, request.byteOffset, request.length);
  return { direction: view.getUint8(0), count: Number(view.getBigUint64(1)) };
}
