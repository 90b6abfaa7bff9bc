/** A whole handshake message, RFC 8446 section 4. */
export interface HandshakeMessage {
  /** HandshakeType. */
  readonly type: number;
  /** What follows the header. */
  readonly body: Uint8Array;
  /** Header and body, as the transcript hashes them. */
  readonly encoded: Uint8Array;
}

/** Octets of msg_type and length. */
export const handshakeHeaderLength = 4;

/** Puts the header before a body. */
export function handshakeMessage(type: number, body: Uint8Array): HandshakeMessage {
  const encoded = new Uint8Array(handshakeHeaderLength + body.length);
  encoded[0] = type;
  encoded[1] = body.length >>> 16;
  encoded[2] = body.length >>> 8;
  encoded[3] = body.length;
  encoded.set(body, handshakeHeaderLength);
  return { type, body: encoded.subarray(handshakeHeaderLength), encoded };
}
