/**
 * Where the stream ciphers of the portable core meet what authenticates them.
 *
 * A record goes through `words` a chunk at a time: the cipher puts keystream there, `xorChunk` turns that into
 * output while it writes that, and the authenticator reads its input from there. So the octets
 * of a record are loaded and stored once, as words, wherever the record lies in its buffer.
 *
 * `words` is one constant array for all keys, because optimising compilers then know its address and length and
 * leave the bounds checks out; record protection is synchronous, so there is never more than one user.
 */
// biome-ignore-all lint/style/noNonNullAssertion: positions in `words` are bounded by `chunkLength`.

/** Octets of a record that are worked on at a time. */
export const chunkLength = 2048;

const shared: Int32Array = /* @__PURE__ */ new Int32Array(chunkLength / 4);

/**
 * Four octets each, the first in the lowest bits. Compilers take a module's own constants for constant, and not
 * what it exports or imports: hence the second name, here and in the modules that use it.
 */
export const words: Int32Array = shared;

// Views cost an allocation. The ones of the buffers last seen are kept, since records come in runs from the
// same buffer; so the buffers of one record at most stay reachable from here.
let inputView: DataView = /* @__PURE__ */ new DataView(new ArrayBuffer(0));
let inputBuffer: ArrayBufferLike = inputView.buffer;
let outputView: DataView = inputView;
let outputBuffer: ArrayBufferLike = inputBuffer;

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

/** `xorChunk` leaves what it wrote. */
export const keepOutput = -1;
/** `xorChunk` leaves what it read. */
export const keepInput = 0;
export type Kept = typeof keepOutput | typeof keepInput;

/**
 * Xors `length` octets of input with the keystream in `words` to the output. Leaves what is to be authenticated
 * in `words`, input or output, filled up with zeros to a multiple of 16 octets.
 */
export function xorChunk(
  input: DataView,
  inputPosition: number,
  output: DataView,
  outputPosition: number,
  length: number,
  kept: Kept,
): void {
  const w = shared;
  const whole = length >> 4;
  let from = inputPosition;
  let to = outputPosition;
  for (let i = 0; i < whole; i += 1) {
    const at = (i << 2) & (chunkLength / 4 - 4);
    const input0 = input.getInt32(from, true);
    const input1 = input.getInt32(from + 4, true);
    const input2 = input.getInt32(from + 8, true);
    const input3 = input.getInt32(from + 12, true);
    const key0 = w[at]!;
    const key1 = w[at + 1]!;
    const key2 = w[at + 2]!;
    const key3 = w[at + 3]!;
    output.setInt32(to, input0 ^ key0, true);
    output.setInt32(to + 4, input1 ^ key1, true);
    output.setInt32(to + 8, input2 ^ key2, true);
    output.setInt32(to + 12, input3 ^ key3, true);
    w[at] = input0 ^ (key0 & kept);
    w[at + 1] = input1 ^ (key1 & kept);
    w[at + 2] = input2 ^ (key2 & kept);
    w[at + 3] = input3 ^ (key3 & kept);
    from += 16;
    to += 16;
  }
  if ((length & 15) !== 0) xorLastOctets(input, from, output, to, length & 15, whole << 2, kept);
}

/** The 1 to 15 octets that don't fill a block, and the zeros that do. */
function xorLastOctets(
  input: DataView,
  inputPosition: number,
  output: DataView,
  outputPosition: number,
  length: number,
  firstWord: number,
  kept: Kept,
): void {
  for (let block = 0; block < 4; block += 1) {
    const key = words[firstWord + block]!;
    let value = 0;
    for (let octet = block << 2; octet < Math.min(length, (block + 1) << 2); octet += 1) {
      const shift = (octet & 3) << 3;
      const octetIn = input.getUint8(inputPosition + octet);
      const octetOfKey = (key >>> shift) & 0xff;
      output.setUint8(outputPosition + octet, octetIn ^ octetOfKey);
      value |= (octetIn ^ (octetOfKey & kept)) << shift;
    }
    words[firstWord + block] = value;
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

/** Wipes what the protection of a record of `length` octets left in `words`. */
export function wipeWords(length: number): void {
  words.fill(0, 0, Math.min(words.length, 16 + (((length + 63) >> 6) << 4)));
}

/** The octets of a word in the opposite order. */
export function swapOctets(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
