import type { AeadKey } from '@halfclose/crypto';
import { recordHeaderLength } from './limits.ts';

/** Protects the records of one direction under one key: RFC 8446 sections 5.2 and 5.3, or what TLS 1.2 has instead. */
export interface RecordProtection {
  /**
   * Whether the content's type is protected with it, as in TLS 1.3: plaintext is then a TLSInnerPlaintext, and the header
   * says application data. Else it is the content alone.
   */
  readonly hidesType: boolean;
  /** Octets of a fragment before what is encrypted: TLS 1.2's explicit nonce or IV. */
  readonly prefixLength: number;
  /** Records sealed or opened so far: the sequence number of the next. */
  readonly sequenceNumber: number;
  /** Octets of the fragment that so many octets of plaintext become. */
  fragmentLength(plaintextLength: number): number;
  /** Octets that `open` writes for a fragment of so many, of plaintext and more; negative for one that is too short. */
  openedLength(fragmentLength: number): number;
  /**
   * Seals a record where it stands: the header at `offset` of `buffer`, in its final form, then `prefixLength` octets
   * that are written here, then the plaintext of `length` octets, and room for all of the fragment.
   */
  seal(buffer: Uint8Array, offset: number, length: number): void;
  /**
   * Opens the record whose header is at `offset` of `record` and whose fragment has `length` octets, to `output` at
   * `outputOffset`, where there is room for `openedLength(length)`.
   * @returns octets of plaintext; undefined where the record was not authentic
   */
  open(
    record: Uint8Array,
    offset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): number | undefined;
  /**
   * Wipes and forgets key and initialisation vector, as `destroy` does, until the next record: for that `source` is asked
   * for them. Left out where they can't be had again.
   */
  rest?(source: RecordKeySource, direction: Direction): void;
  /** Wipes key and initialisation vector. */
  destroy(): void;
}

/** Of the connection: what it reads or what it writes. */
export type Direction = 'read' | 'write';

/** What a record is protected with, besides its number. */
export interface RecordKeys {
  readonly aead: AeadKey;
  /** write_iv, 12 octets. Secret. */
  readonly iv: Uint8Array;
}

/** Knows the secret that they come from. */
export interface RecordKeySource {
  /** Those of the present epoch, which are the caller's to wipe. */
  recordKeys(direction: Direction): RecordKeys;
}

/**
 * That of TLS 1.3.
 * @param iv write_iv, 12 octets, which the caller may wipe afterwards
 * @param tagLength octets that the AEAD adds
 */
export function createRecordProtection(aead: AeadKey, iv: Uint8Array, tagLength: number): RecordProtection {
  return new Protection13(aead, iv, tagLength);
}

/**
 * A class, as all parts of a connection that have getters: in an object literal each of these would be a closure of its
 * own, and V8 gives every such object a hidden class of its own. That is kilobytes for each idle connection.
 */
class Protection13 implements RecordProtection {
  readonly hidesType = true;
  readonly prefixLength = 0;
  readonly #tagLength: number;
  /** None while it rests. */
  #aead: AeadKey | undefined;
  #staticIv: Uint8Array;
  #nonce: Uint8Array;
  #sequenceNumber = 0;
  #source: RecordKeySource | undefined;
  #direction: Direction = 'read';

  constructor(aead: AeadKey, iv: Uint8Array, tagLength: number) {
    this.#aead = aead;
    this.#tagLength = tagLength;
    this.#staticIv = iv.slice();
    this.#nonce = iv.slice();
  }

  get sequenceNumber(): number {
    return this.#sequenceNumber;
  }

  fragmentLength(plaintextLength: number): number {
    return plaintextLength + this.#tagLength;
  }

  openedLength(fragmentLength: number): number {
    return fragmentLength - this.#tagLength;
  }

  seal(buffer: Uint8Array, offset: number, length: number): void {
    const aead = this.#aead ?? this.#wake();
    const nonce = this.#nextNonce();
    const start = offset + recordHeaderLength;
    aead.seal(nonce, headerAt(buffer, offset), buffer, start, length, buffer, start);
  }

  open(
    record: Uint8Array,
    offset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): number | undefined {
    const aead = this.#aead ?? this.#wake();
    const nonce = this.#nextNonce();
    const start = offset + recordHeaderLength;
    const header = headerAt(record, offset);
    const isAuthentic = aead.open(nonce, header, record, start, length, output, outputOffset);
    return isAuthentic ? length - this.#tagLength : undefined;
  }

  rest(source: RecordKeySource, direction: Direction): void {
    this.destroy();
    this.#aead = undefined;
    this.#staticIv = nothing;
    this.#nonce = nothing;
    this.#source = source;
    this.#direction = direction;
  }

  destroy(): void {
    this.#aead?.destroy();
    this.#staticIv.fill(0);
    this.#nonce.fill(0);
    this.#source = undefined;
  }

  #wake(): AeadKey {
    if (this.#source === undefined) throw new Error('the keys are destroyed');
    const { aead, iv } = this.#source.recordKeys(this.#direction);
    this.#source = undefined;
    this.#aead = aead;
    this.#staticIv = iv;
    this.#nonce = iv.slice();
    return aead;
  }

  /** Section 5.3: the sequence number, 64 bits, XORed into the right end of the IV. */
  #nextNonce(): Uint8Array {
    const nonce = this.#nonce;
    const staticIv = this.#staticIv;
    let rest = this.#sequenceNumber;
    for (let i = nonce.length - 1; i >= nonce.length - 8; i--) {
      nonce[i] = (staticIv[i] ?? 0) ^ (rest & 0xff);
      rest = Math.floor(rest / 256);
    }
    this.#sequenceNumber++;
    return nonce;
  }
}

const nothing = new Uint8Array(0);

/** What is authenticated beside a record. One array for all of them: it is done with when the record is. */
const header = new Uint8Array(recordHeaderLength);

function headerAt(buffer: Uint8Array, offset: number): Uint8Array {
  for (let i = 0; i < recordHeaderLength; i++) header[i] = buffer[offset + i] ?? 0;
  return header;
}
