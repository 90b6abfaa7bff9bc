import { type RecordCipher, recordAead } from '../aead/recordCipher.ts';
import type { AeadAlgorithm, AeadName } from '../provider.ts';
import type { Cipher, SimdCore } from './core.ts';

const nonceLength = 12;
const tagLength = 16;

/** Up to this many octets a loop copies sooner than `set` with a view. */
const loopLimit = 32;

/** A cipher of the core, with its way to put a key into memory. */
export interface SimdAead {
  readonly name: AeadName;
  readonly keyLength: number;
  readonly cipher: Cipher;
  /** Takes a key of the right length. */
  readonly createKey: (key: Uint8Array) => SimdKey;
}

export interface SimdKey {
  /** Puts the key to where the cipher wants it: before each record. */
  load(): void;
  wipe(): void;
}

/** Puts a cipher of the core behind the contract. */
export function simdAead(core: SimdCore, { name, keyLength, cipher, createKey }: SimdAead): AeadAlgorithm {
  return recordAead({
    name,
    keyLength,
    tagLength,
    constantTime: true,
    create: (key) => simdRecordCipher(core, cipher, createKey(key)),
  });
}

/**
 * A record goes through the window of the core, a long one stretch by stretch. Nothing is allocated but a view on
 * each side for a stretch that is too long to be copied octet by octet.
 */
function simdRecordCipher(core: SimdCore, cipher: Cipher, key: SimdKey): RecordCipher {
  const { memory, window, windowLength, tag } = core;
  const { lead } = cipher;

  /**
   * Encrypts or decrypts, and leaves the tag and the last stretch in memory.
   * @returns where that stretch starts in the record
   */
  function run(
    step: Cipher['seal'],
    nonce: Uint8Array,
    additionalData: Uint8Array,
    input: Uint8Array,
    inputOffset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): number {
    let from = 0;
    let to = Math.min(length, windowLength - lead);
    key.load();
    copyIn(memory, nonce, 0, nonceLength, core.nonce);
    copyIn(memory, input, inputOffset, to, window + lead);
    cipher.start();
    authenticate(additionalData);
    step(lead + to, 0);
    while (to < length) {
      copyStretch(from, to, output, outputOffset);
      from = to;
      to = Math.min(length, from + windowLength);
      copyIn(memory, input, inputOffset + from, to - from, window);
      step(to - from, lead + from);
    }
    cipher.finish(additionalData.length, length);
    return from;
  }

  function authenticate(additionalData: Uint8Array): void {
    const { additionalDataLength } = core;
    for (let offset = 0; offset < additionalData.length; offset += additionalDataLength) {
      const length = Math.min(additionalDataLength, additionalData.length - offset);
      copyIn(memory, additionalData, offset, length, core.additionalData);
      cipher.additionalData(length);
    }
  }

  function copyStretch(from: number, to: number, output: Uint8Array, outputOffset: number): void {
    copyOut(memory, from === 0 ? window + lead : window, to - from, output, outputOffset + from);
  }

  return {
    seal(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      const from = run(cipher.seal, nonce, additionalData, input, inputOffset, length, output, outputOffset);
      copyStretch(from, length, output, outputOffset);
      copyOut(memory, tag, tagLength, output, outputOffset + length);
      // What the window still holds of the record is ciphertext.
      cipher.wipe(lead);
    },

    open(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      const tagOffset = inputOffset + length;
      const from = run(cipher.open, nonce, additionalData, input, inputOffset, length, output, outputOffset);
      let difference = 0;
      for (let index = 0; index < tagLength; index += 1) {
        difference |= (input[tagOffset + index] ?? 0) ^ (memory[tag + index] ?? 0);
      }
      const isAuthentic = difference === 0;
      if (isAuthentic) copyStretch(from, length, output, outputOffset);
      cipher.wipe(Math.min(lead + length, windowLength));
      return isAuthentic;
    },

    wipe() {
      key.wipe();
    },
  };
}

function copyIn(memory: Uint8Array, octets: Uint8Array, offset: number, length: number, place: number): void {
  if (length > loopLimit) {
    memory.set(octets.subarray(offset, offset + length), place);
  } else {
    for (let index = 0; index < length; index += 1) memory[place + index] = octets[offset + index] ?? 0;
  }
}

function copyOut(
  memory: Uint8Array,
  place: number,
  length: number,
  octets: Uint8Array,
  offset: number,
): void {
  if (length > loopLimit) {
    octets.set(memory.subarray(place, place + length), offset);
  } else {
    for (let index = 0; index < length; index += 1) octets[offset + index] = memory[place + index] ?? 0;
  }
}
