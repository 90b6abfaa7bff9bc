/**
 * Where the stream ciphers of the portable core meet what authenticates them.
 *
 * A record goes through here a chunk at a time: the cipher puts keystream into `words`, `xorChunk` turns that into
 * output, which it leaves in `xored`, and into what is to be authenticated, which the authenticator reads from `words`,
 * and `writeChunk` copies the output to its place. So the octets of a record are loaded as words wherever it lies in
 * its buffer, and written by what the engine has for copying.
 *
 * These are constant arrays for all keys, because optimising compilers then know their addresses and lengths; record
 * protection is synchronous, so there is never more than one user.
 */
// biome-ignore-all lint/style/noNonNullAssertion: positions in `words` are bounded by `chunkLength`.

/** Octets of a record that are worked on at a time. */
export const chunkLength = 2048;

const shared: Int32Array = /* @__PURE__ */ new Int32Array(chunkLength / 4);
const output: Int32Array = /* @__PURE__ */ new Int32Array(chunkLength / 4);
const octetsOfOutput: Uint8Array = /* @__PURE__ */ new Uint8Array(output.buffer);
const lastBlock = chunkLength / 4 - 4;
/** Where a word's first octet is its highest. */
const isBigEndian: boolean = /* @__PURE__ */ new Uint8Array(/* @__PURE__ */ Int32Array.of(1).buffer)[0] === 0;

/** Up to this many octets a loop copies sooner than `set`. */
const loopLimit = 32;

/**
 * Four octets each, the first in the lowest bits. Compilers take a module's own constants for constant, and not
 * what it exports or imports: hence the second names, here and in the modules that use it.
 */
export const words: Int32Array = shared;
/** The octets of a chunk of output, in the engine's order, which is that of `words` after `xorChunk`. */
export const xored: Int32Array = output;

// Views cost an allocation. The ones of the buffers last seen are kept, since records come in runs from the
// same buffer, and so is the one of a length; so the buffers of one record at most stay reachable from here.
let inputView: DataView = /* @__PURE__ */ new DataView(new ArrayBuffer(0));
let inputBuffer: ArrayBufferLike = inputView.buffer;
let outputView: DataView = inputView;
let outputBuffer: ArrayBufferLike = inputBuffer;
let partOfOutput: Uint8Array = octetsOfOutput;

/** A view of the buffer that `input` lies in; positions in it start at `input.byteOffset`. */
export function viewInput(input: Uint8Array): DataView {
  if (input.buffer !== inputBuffer) {
    inputView = new DataView(input.buffer);
    inputBuffer = input.buffer;
  }
  return inputView;
}

/** As `viewInput`, for the buffer that is written to. */
export function viewOutput(output: Uint8Array): DataView {
  if (output.buffer !== outputBuffer) {
    outputView = new DataView(output.buffer);
    outputBuffer = output.buffer;
  }
  return outputView;
}

/** What `xorChunk` leaves in `words` is output. */
export const keepOutput = -1;
/** What `xorChunk` leaves in `words` is input. */
export const keepInput = 0;
export type Kept = typeof keepOutput | typeof keepInput;

/**
 * Xors `length` octets of input with the keystream in `words` to `xored`. Leaves what is to be authenticated in
 * `words`, input or output, filled up with zeros to a multiple of 16 octets.
 */
export function xorChunk(input: DataView, position: number, length: number, kept: Kept): void {
  const w = shared;
  const x = output;
  const whole = length >> 4;
  let from = position;
  for (let i = 0; i < whole; i += 1) {
    const at = (i << 2) & lastBlock;
    const input0 = input.getInt32(from, true);
    const input1 = input.getInt32(from + 4, true);
    const input2 = input.getInt32(from + 8, true);
    const input3 = input.getInt32(from + 12, true);
    const key0 = w[at]!;
    const key1 = w[at + 1]!;
    const key2 = w[at + 2]!;
    const key3 = w[at + 3]!;
    x[at] = input0 ^ key0;
    x[at + 1] = input1 ^ key1;
    x[at + 2] = input2 ^ key2;
    x[at + 3] = input3 ^ key3;
    w[at] = input0 ^ (key0 & kept);
    w[at + 1] = input1 ^ (key1 & kept);
    w[at + 2] = input2 ^ (key2 & kept);
    w[at + 3] = input3 ^ (key3 & kept);
    from += 16;
  }
  if ((length & 15) !== 0) xorLastOctets(input, from, length & 15, whole << 2, kept);
}

/** The 1 to 15 octets that don't fill a block, and the zeros that do. */
function xorLastOctets(
  input: DataView,
  position: number,
  length: number,
  firstWord: number,
  kept: Kept,
): void {
  for (let block = 0; block < 4; block += 1) {
    const at = firstWord + block;
    let octets = 0;
    let mask = 0;
    for (let octet = block << 2; octet < Math.min(length, (block + 1) << 2); octet += 1) {
      const shift = (octet & 3) << 3;
      octets |= input.getUint8(position + octet) << shift;
      mask |= 0xff << shift;
    }
    const key = words[at]! & mask;
    output[at] = octets ^ key;
    words[at] = octets ^ (key & kept);
  }
}

/** Copies the first `length` octets of `xored` to their place in `target`. */
export function writeChunk(target: Uint8Array, offset: number, length: number): void {
  if (isBigEndian) for (let word = 0; word < length / 4; word += 1) output[word] = swapOctets(output[word]!);
  if (length === chunkLength) {
    target.set(octetsOfOutput, offset);
  } else if (length > loopLimit) {
    if (partOfOutput.length !== length) partOfOutput = octetsOfOutput.subarray(0, length);
    target.set(partOfOutput, offset);
  } else {
    for (let octet = 0; octet < length; octet += 1) target[offset + octet] = octetsOfOutput[octet]!;
  }
}

/**
 * Puts `length` octets of `data` into `words`, filled up with zeros to a multiple of 16.
 * @returns the number of 16-octet blocks
 */
export function loadChunk(data: Uint8Array, offset: number, length: number): number {
  const blocks = (length + 15) >> 4;
  for (let word = 0; word < blocks << 2; word += 1) {
    const at = word << 2;
    let value = 0;
    for (let octet = at; octet < Math.min(length, at + 4); octet += 1) {
      value |= data[offset + octet]! << ((octet & 3) << 3);
    }
    words[word] = value;
  }
  return blocks;
}

/** The four octets of `data` from `offset`, the first in the lowest bits. */
export function loadWord(data: Uint8Array, offset: number): number {
  return data[offset]! | (data[offset + 1]! << 8) | (data[offset + 2]! << 16) | (data[offset + 3]! << 24);
}

/** Writes the tag that starts in the first of `words`. */
export function storeTag(output: Uint8Array, offset: number, length: number): void {
  for (let octet = 0; octet < length; octet += 1) {
    output[offset + octet] = words[octet >> 2]! >>> ((octet & 3) << 3);
  }
}

/** Whether the tag that starts in the first of `words` is the one in `input`, in constant time. */
export function tagEquals(input: Uint8Array, offset: number, length: number): boolean {
  let difference = 0;
  for (let octet = 0; octet < length; octet += 1) {
    difference |= input[offset + octet]! ^ ((words[octet >> 2]! >>> ((octet & 3) << 3)) & 0xff);
  }
  return difference === 0;
}

/** Wipes what the protection of a record of `length` octets left here. */
export function wipeWorkspace(length: number): void {
  const end = Math.min(shared.length, 16 + (((length + 63) >> 6) << 4));
  shared.fill(0, 0, end);
  output.fill(0, 0, end);
}

/** The octets of a word in the opposite order. */
export function swapOctets(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
