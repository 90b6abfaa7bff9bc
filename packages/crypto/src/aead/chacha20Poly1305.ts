import type { AeadAlgorithm } from '../provider.ts';
import { chacha20Key, chacha20Keystream, endChaCha20, startChaCha20 } from './chacha20.ts';
import {
  enoughForPairs,
  finishPoly1305,
  startPoly1305,
  updatePoly1305,
  xorAndUpdatePoly1305,
} from './poly1305.ts';
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

const tagLength = 16;

/** As `xorAndUpdatePoly1305` does it, for records that are long enough; undefined for a block at a time, always. */
type Pairs = typeof xorAndUpdatePoly1305 | undefined;

function chacha20Poly1305Key(keyOctets: Uint8Array, pairs: Pairs): RecordCipher {
  const key = chacha20Key(keyOctets);
  return {
    seal(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      startChaCha20(key, nonce);
      cryptRecord(additionalData, input, inputOffset, length, output, outputOffset, keepOutput, pairs);
      storeTag(output, outputOffset + length, tagLength);
      wipeWorkspace(length);
    },
    open(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      startChaCha20(key, nonce);
      cryptRecord(additionalData, input, inputOffset, length, output, outputOffset, keepInput, pairs);
      const isAuthentic = tagEquals(input, inputOffset + length, tagLength);
      wipeWorkspace(length);
      return isAuthentic;
    },
    wipe() {
      key.fill(0);
    },
  };
}

/** Section 2.8: leaves the tag in the workspace. */
function cryptRecord(
  additionalData: Uint8Array,
  input: Uint8Array,
  inputOffset: number,
  length: number,
  output: Uint8Array,
  outputOffset: number,
  kept: Kept,
  pairs: Pairs,
): void {
  // The one-time key for Poly1305 is keystream block 0 (section 2.6), the record's keystream starts at 1.
  chacha20Keystream(0, 1);
  startPoly1305(length);
  for (let done = 0; done < additionalData.length; done += chunkLength) {
    updatePoly1305(loadChunk(additionalData, done, Math.min(chunkLength, additionalData.length - done)));
  }

  if (length > 0) {
    const from = viewInput(input);
    const fromStart = input.byteOffset + inputOffset;
    for (let done = 0; done < length; done += chunkLength) {
      const here = Math.min(chunkLength, length - done);
      chacha20Keystream(1 + done / 64, (here + 63) >> 6);
      const inPairs = length < enoughForPairs || pairs === undefined ? 0 : here & ~31;
      const rest = here - inPairs;
      if (pairs !== undefined && inPairs > 0) {
        pairs(inPairs >> 4, from, fromStart + done, kept);
        writeChunk(output, outputOffset + done, inPairs);
        if (rest > 0) words.copyWithin(0, inPairs >> 2, (inPairs >> 2) + 8);
      }
      if (rest > 0) {
        xorChunk(from, fromStart + done + inPairs, rest, kept);
        writeChunk(output, outputOffset + done + inPairs, rest);
        updatePoly1305((rest + 15) >> 4);
      }
    }
  }

  // Both lengths in octets, 64 bits each.
  words[0] = additionalData.length;
  words[1] = additionalData.length / 2 ** 32;
  words[2] = length;
  words[3] = length / 2 ** 32;
  updatePoly1305(1);
  finishPoly1305();
  endChaCha20();
}

/**
 * ChaCha20-Poly1305 (RFC 8439 section 2.8). Nothing in it branches on a secret, or looks up at a place that
 * depends on one. The block counter has 32 bits, so a record has less than 256 GiB; no buffer is that long.
 */
function chacha20Poly1305(pairs: Pairs): AeadAlgorithm {
  return recordAead({
    name: 'CHACHA20-POLY1305',
    keyLength: 32,
    tagLength,
    constantTime: true,
    create: (key) => chacha20Poly1305Key(key, pairs),
  });
}

export const portableChaCha20Poly1305: AeadAlgorithm = /* @__PURE__ */ chacha20Poly1305(xorAndUpdatePoly1305);

/** With less code, and slower. */
export const compactChaCha20Poly1305: AeadAlgorithm = /* @__PURE__ */ chacha20Poly1305(undefined);
