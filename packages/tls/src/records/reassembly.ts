import { misbehaved } from '../errors.ts';
import { type HandshakeMessage, handshakeHeaderLength } from '../messages/handshakeMessage.ts';
import { handshakeTypeName, handshakeTypes } from '../protocol/handshakeTypes.ts';

/**
 * Octets that a message may have: what its fields can hold, a vector of 2^16 - 1 and some more. Two have two such
 * vectors or one that is longer.
 */
const maximumLength = 2 ** 16 + 2 ** 10;
const maximumTicketLength = 2 ** 17 + 2 ** 10;
export const defaultCertificateLength: number = 2 ** 18;

/** Puts handshake messages together from the records that carry them, RFC 8446 section 5.1. */
export interface Reassembly {
  add(fragment: Uint8Array): void;
  /** Octets that are waiting, whole messages and a part of one. */
  readonly pending: number;
  /** The type of the next message as soon as its first octet is there. */
  readonly nextType: number | undefined;
  /**
   * The next message if it is whole.
   * @throws TLSError for one that is too long
   */
  next(): HandshakeMessage | undefined;
  destroy(): void;
}

/** @param certificateLength octets that a Certificate may have, compressed or not */
export function createReassembly(certificateLength: number = defaultCertificateLength): Reassembly {
  let bytes = new Uint8Array(0);
  let start = 0;
  let end = 0;

  return {
    get pending() {
      return end - start;
    },
    get nextType() {
      return end > start ? bytes[start] : undefined;
    },

    add(fragment) {
      const waiting = end - start;
      if (end + fragment.length > bytes.length) {
        const larger = new Uint8Array(
          Math.max(waiting + fragment.length, Math.min(2 * waiting, certificateLength)),
        );
        larger.set(bytes.subarray(start, end));
        bytes = larger;
        start = 0;
        end = waiting;
      }
      bytes.set(fragment, end);
      end += fragment.length;
    },

    next() {
      if (end - start < handshakeHeaderLength) return undefined;
      const type = bytes[start] ?? 0;
      const length =
        (bytes[start + 1] ?? 0) * 65536 + (bytes[start + 2] ?? 0) * 256 + (bytes[start + 3] ?? 0);
      const limit = limitOf(type, certificateLength);
      if (length > limit) {
        throw misbehaved(
          'illegal_parameter',
          'EXCESSIVE_MESSAGE_SIZE',
          `${handshakeTypeName(type)} of ${length} octets is longer than ${limit}`,
        );
      }
      if (end - start < handshakeHeaderLength + length) return undefined;
      // A copy: messages outlive the buffer, which the next record overwrites.
      const encoded = bytes.slice(start, start + handshakeHeaderLength + length);
      start += encoded.length;
      if (start === end) {
        // Handshakes are over soon, and most connections never see another message as long.
        bytes = new Uint8Array(0);
        start = 0;
        end = 0;
      }
      return { type, body: encoded.subarray(handshakeHeaderLength), encoded };
    },

    destroy() {
      bytes.fill(0);
      bytes = new Uint8Array(0);
      start = 0;
      end = 0;
    },
  };
}

function limitOf(type: number, certificateLength: number): number {
  if (type === handshakeTypes.certificate || type === handshakeTypes.compressedCertificate) {
    return certificateLength;
  }
  return type === handshakeTypes.newSessionTicket ? maximumTicketLength : maximumLength;
}
