import type { AeadAlgorithm, AeadName } from '../provider.ts';
import type { CounterMode } from './gcm.ts';
import { type RecordCipher, recordAead } from './recordCipher.ts';
import {
  chunkLength,
  type Kept,
  keepInput,
  keepOutput,
  loadChunk,
  storeTag,
  tagEquals,
  viewInput,
  wipeWorkspace,
  words,
  writeChunk,
  xorChunk,
} from './workspace.ts';

/** CBC-MAC, as `aesCbcMac.ts` has it. `K` is what its block cipher keeps of a key. */
export interface CbcMac<K> {
  start(key: K): void;
  /** Takes in `blocks` blocks from the workspace. */
  update(blocks: number): void;
  /** Puts the MAC into the first four words of the workspace, and wipes what belongs to the record. */
  finish(): void;
}

/** L of RFC 3610 section 2: the octets that a length or a block number has, where a nonce has 12. */
const lengthOctets = 3;
const maximumLength = 2 ** (8 * lengthOctets) - 1;

// Of the record in hand: block 0 of the MAC, block 0 of the keystream.
const firstBlock: Uint8Array = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ new ArrayBuffer(16));
const tagKeystream: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(16));
/** The additional data's length as section 2.2 writes it, and the data's beginning. */
const firstOfData: Uint8Array = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ new ArrayBuffer(16));

/**
 * AES-CCM (RFC 3610) with a 96-bit nonce, made of its two parts; in TLS, RFC 6655. `seal` and `open` throw a
 * RangeError for more than 2^24 - 1 octets, whose number could not be authenticated.
 */
export function ccm<Key>(
  name: AeadName,
  keyLength: number,
  tagLength: 8 | 16,
  constantTime: boolean,
  counterMode: CounterMode<Key>,
  cbcMac: CbcMac<Key>,
): AeadAlgorithm {
  return recordAead({
    name,
    keyLength,
    tagLength,
    constantTime,
    create: (key) => ccmKey(name, key, tagLength, counterMode, cbcMac),
  });
}

function ccmKey<Key>(
  name: AeadName,
  keyOctets: Uint8Array,
  tagLength: 8 | 16,
  counterMode: CounterMode<Key>,
  cbcMac: CbcMac<Key>,
): RecordCipher {
  const key = counterMode.expandKey(keyOctets);

  /** Leaves the tag in the workspace. What is authenticated is the plaintext, and without a first pass over it. */
  function cryptRecord(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    input: Uint8Array,
    inputOffset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
    kept: Kept,
  ): void {
    if (length > maximumLength) {
      throw new RangeError(`${name} takes at most ${maximumLength} octets, not ${length}`);
    }
    // Section 2.3: A_i is L - 1, the nonce, and i; 12 octets of it stay the same, and one more in the counter.
    firstBlock[0] = lengthOctets - 1;
    firstBlock.set(nonce, 1);
    counterMode.start(key, firstBlock);
    const counter = (nonce[11] ?? 0) << 24;
    counterMode.keystream(counter, 1);
    for (let word = 0; word < 4; word += 1) tagKeystream[word] = words[word] ?? 0;

    // Section 2.2: B_0 is flags, the nonce, and the length.
    cbcMac.start(key);
    firstBlock[0] = (additionalData.length > 0 ? 64 : 0) | (((tagLength - 2) / 2) << 3) | (lengthOctets - 1);
    firstBlock[13] = length >>> 16;
    firstBlock[14] = length >>> 8;
    firstBlock[15] = length;
    cbcMac.update(loadChunk(firstBlock, 0, 16));
    if (additionalData.length > 0) authenticate(additionalData, cbcMac);

    if (length > 0) {
      const from = viewInput(input);
      const fromStart = input.byteOffset + inputOffset;
      for (let done = 0; done < length; done += chunkLength) {
        const here = Math.min(chunkLength, length - done);
        const blocks = (here + 15) >> 4;
        counterMode.keystream(counter | (1 + done / 16), blocks);
        xorChunk(from, fromStart + done, here, kept);
        writeChunk(output, outputOffset + done, here);
        cbcMac.update(blocks);
      }
    }

    cbcMac.finish();
    for (let word = 0; word < 4; word += 1) words[word] = (words[word] ?? 0) ^ (tagKeystream[word] ?? 0);
    tagKeystream.fill(0);
    counterMode.end();
  }

  return {
    seal(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      cryptRecord(nonce, additionalData, input, inputOffset, length, output, outputOffset, keepInput);
      storeTag(output, outputOffset + length, tagLength);
      wipeWorkspace(length);
    },
    open(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      cryptRecord(nonce, additionalData, input, inputOffset, length, output, outputOffset, keepOutput);
      const isAuthentic = tagEquals(input, inputOffset + length, tagLength);
      wipeWorkspace(length);
      return isAuthentic;
    },
    wipe() {
      counterMode.wipeKey(key);
    },
  };
}

/** Section 2.2: the additional data's length, then the data, filled up with zeros. */
function authenticate<Key>(data: Uint8Array, cbcMac: CbcMac<Key>): void {
  const { length } = data;
  firstOfData.fill(0);
  let at = 2;
  if (length < 0xff00) {
    firstOfData[0] = length >>> 8;
    firstOfData[1] = length;
  } else {
    // 0xff 0xfe and 32 bits, or 0xff 0xff and 64.
    const isShort = length < 2 ** 32;
    firstOfData[0] = 0xff;
    firstOfData[1] = isShort ? 0xfe : 0xff;
    at = isShort ? 6 : 10;
    for (let octet = 2; octet < at; octet += 1) firstOfData[octet] = length / 2 ** (8 * (at - 1 - octet));
  }
  const first = Math.min(length, 16 - at);
  for (let octet = 0; octet < first; octet += 1) firstOfData[at + octet] = data[octet] ?? 0;
  cbcMac.update(loadChunk(firstOfData, 0, 16));
  for (let done = first; done < length; done += chunkLength) {
    cbcMac.update(loadChunk(data, done, Math.min(chunkLength, length - done)));
  }
}
