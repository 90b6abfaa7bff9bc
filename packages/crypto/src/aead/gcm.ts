import type { AeadAlgorithm, AeadName } from '../provider.ts';
import { type RecordCipher, recordAead } from './recordCipher.ts';
import {
  chunkLength,
  type Kept,
  keepInput,
  keepOutput,
  loadChunk,
  storeTag,
  swapOctets,
  tagEquals,
  viewInput,
  wipeWorkspace,
  words,
  writeChunk,
  xorChunk,
} from './workspace.ts';

/** AES in counter mode, as `aesCounter.ts` has it. `K` is what it keeps of a key. */
export interface CounterMode<K> {
  expandKey(key: Uint8Array): K;
  wipeKey(key: K): void;
  /** Begins a record. */
  start(key: K, nonce: Uint8Array): void;
  /** Puts `blocks` blocks of keystream from `firstCounter` into the workspace. */
  keystream(firstCounter: number, blocks: number): void;
  /** Wipes what belongs to the record. */
  end(): void;
}

/** GHASH, as `ghash.ts` has it. */
export interface Ghash<K> {
  /** Of H, which is in the first four words of the workspace. */
  createKey(): K;
  wipeKey(key: K): void;
  /** Begins a hash over a record of `length` octets. */
  start(key: K, length: number): void;
  /** Takes in `blocks` blocks from the workspace. */
  update(blocks: number): void;
  /** Puts the hash into the first four words of the workspace. */
  finish(): void;
}

const tagLength = 16;
const zeros: Uint8Array = /* @__PURE__ */ new Uint8Array(12);

/** E(K, J0) of the record in hand, which the hash is encrypted with. */
const tagKeystream: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(16));

/** AES-GCM (NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag, made of its two parts. */
export function gcm<CounterKey, HashKey>(
  name: AeadName,
  keyLength: number,
  constantTime: boolean,
  counterMode: CounterMode<CounterKey>,
  ghash: Ghash<HashKey>,
): AeadAlgorithm {
  return recordAead({
    name,
    keyLength,
    tagLength,
    constantTime,
    create: (key) => gcmKey(key, counterMode, ghash),
  });
}

function gcmKey<CounterKey, HashKey>(
  keyOctets: Uint8Array,
  counterMode: CounterMode<CounterKey>,
  ghash: Ghash<HashKey>,
): RecordCipher {
  const key = counterMode.expandKey(keyOctets);
  // H is the encryption of a block of zeros, section 7.1: with a nonce of zeros, that is block 0.
  counterMode.start(key, zeros);
  counterMode.keystream(0, 1);
  counterMode.end();
  const hashKey = ghash.createKey();
  wipeWorkspace(16);

  /** Sections 7.1 and 7.2: leaves the tag in the workspace. */
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
    counterMode.start(key, nonce);
    // J0 is the nonce and the counter 1; the record's counters start at 2.
    counterMode.keystream(1, 1);
    for (let word = 0; word < 4; word += 1) tagKeystream[word] = words[word] ?? 0;
    ghash.start(hashKey, length);
    for (let done = 0; done < additionalData.length; done += chunkLength) {
      ghash.update(loadChunk(additionalData, done, Math.min(chunkLength, additionalData.length - done)));
    }

    if (length > 0) {
      const from = viewInput(input);
      const fromStart = input.byteOffset + inputOffset;
      for (let done = 0; done < length; done += chunkLength) {
        const here = Math.min(chunkLength, length - done);
        const blocks = (here + 15) >> 4;
        counterMode.keystream(2 + done / 16, blocks);
        xorChunk(from, fromStart + done, here, kept);
        writeChunk(output, outputOffset + done, here);
        ghash.update(blocks);
      }
    }

    // Both lengths in bits, big-endian, 64 bits each.
    words[0] = swapOctets(additionalData.length / 2 ** 29);
    words[1] = swapOctets(additionalData.length << 3);
    words[2] = swapOctets(length / 2 ** 29);
    words[3] = swapOctets(length << 3);
    ghash.update(1);
    ghash.finish();
    for (let word = 0; word < 4; word += 1) {
      words[word] = (words[word] ?? 0) ^ (tagKeystream[word] ?? 0);
      tagKeystream[word] = 0;
    }
    counterMode.end();
  }

  return {
    seal(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      cryptRecord(nonce, additionalData, input, inputOffset, length, output, outputOffset, keepOutput);
      storeTag(output, outputOffset + length, tagLength);
      wipeWorkspace(length);
    },
    open(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      cryptRecord(nonce, additionalData, input, inputOffset, length, output, outputOffset, keepInput);
      const isAuthentic = tagEquals(input, inputOffset + length, tagLength);
      wipeWorkspace(length);
      return isAuthentic;
    },
    wipe() {
      counterMode.wipeKey(key);
      ghash.wipeKey(hashKey);
    },
  };
}
