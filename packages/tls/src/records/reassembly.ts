import { illegal } from '../brokenRules.ts';
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
  return new Messages(certificateLength);
}

const nothing = new Uint8Array(0);

/** A class for the reason given in protection.ts. */
class Messages implements Reassembly {
  readonly #certificateLength: number;
  #bytes: Uint8Array = nothing;
  #start = 0;
  #end = 0;

  constructor(certificateLength: number) {
    this.#certificateLength = certificateLength;
  }

  get pending(): number {
    return this.#end - this.#start;
  }
  get nextType(): number | undefined {
    return this.#end > this.#start ? this.#bytes[this.#start] : undefined;
  }

  add(fragment: Uint8Array): void {
    const waiting = this.#end - this.#start;
    if (this.#end + fragment.length > this.#bytes.length) {
      const larger = new Uint8Array(
        Math.max(waiting + fragment.length, Math.min(2 * waiting, this.#certificateLength)),
      );
      larger.set(this.#bytes.subarray(this.#start, this.#end));
      this.#bytes = larger;
      this.#start = 0;
      this.#end = waiting;
    }
    this.#bytes.set(fragment, this.#end);
    this.#end += fragment.length;
  }

  next(): HandshakeMessage | undefined {
    if (this.#end - this.#start < handshakeHeaderLength) return undefined;
    const type = this.#bytes[this.#start] ?? 0;
    const length =
      (this.#bytes[this.#start + 1] ?? 0) * 65536 +
      (this.#bytes[this.#start + 2] ?? 0) * 256 +
      (this.#bytes[this.#start + 3] ?? 0);
    const limit = limitOf(type, this.#certificateLength);
    if (length > limit) {
      throw illegal(
        'EXCESSIVE_MESSAGE_SIZE',
        `${handshakeTypeName(type)} of ${length} octets is longer than ${limit}`,
      );
    }
    if (this.#end - this.#start < handshakeHeaderLength + length) return undefined;
    // A copy: messages outlive the buffer, which the next record overwrites.
    const encoded = this.#bytes.slice(this.#start, this.#start + handshakeHeaderLength + length);
    this.#start += encoded.length;
    if (this.#start === this.#end) {
      // Handshakes are over soon, and most connections never see another message as long.
      this.#bytes = nothing;
      this.#start = 0;
      this.#end = 0;
    }
    return { type, body: encoded.subarray(handshakeHeaderLength), encoded };
  }

  destroy(): void {
    this.#bytes.fill(0);
    this.#bytes = nothing;
    this.#start = 0;
    this.#end = 0;
  }
}

function limitOf(type: number, certificateLength: number): number {
  if (type === handshakeTypes.certificate || type === handshakeTypes.compressedCertificate) {
    return certificateLength;
  }
  return type === handshakeTypes.newSessionTicket ? maximumTicketLength : maximumLength;
}
