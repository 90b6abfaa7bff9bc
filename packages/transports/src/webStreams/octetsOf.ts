/** The octets of a chunk as streams bring them. @throws TypeError for anything but a view or a buffer of octets */
export function octetsOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new TypeError(`a stream of octets brought ${chunk === null ? 'null' : `a ${typeof chunk}`}`);
}
