/**
 * All implementations of each AEAD against OpenSSL and against each other, with random keys, lengths and places:
 * 200 cases each, or as many as HALFCLOSE_CASES says. Where a core was changed, that is 10000, for some minutes:
 *
 *     HALFCLOSE_CASES=10000 node --conditions=@halfclose/source --import tsx \
 *       packages/crypto/src/aead/differential.test.ts
 */
import { type CipherGCMTypes, createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCompactProvider } from '../compact.ts';
import { createNobleProvider } from '../noble/provider.ts';
import { nodeAeads } from '../node/aead.ts';
import { createPortableProvider } from '../portable.ts';
import type { AeadAlgorithm, AeadKey, AeadName } from '../provider.ts';
import { simdAeads } from '../simd/aeads.ts';

const numRuns = Number(process.env.HALFCLOSE_CASES ?? 200);

const unneeded = (): never => {
  throw new Error('Nothing is drawn here');
};

const cores: readonly (readonly [name: string, aeads: readonly AeadAlgorithm[]])[] = [
  ['portable', createPortableProvider(unneeded).aeads],
  ['compact', createCompactProvider(unneeded).aeads],
  ['portable-constant-time', createPortableProvider(unneeded, { constantTimeAes: true }).aeads],
  ['simd', simdAeads() ?? []],
  ['noble', createNobleProvider(unneeded).aeads],
  ['node', nodeAeads()],
];

const names = [...new Set(cores.flatMap(([, aeads]) => aeads.map(({ name }) => name)))];

interface Case {
  /** What all octets are made of. */
  readonly seed: number;
  readonly additionalDataLength: number;
  readonly length: number;
  /** Where input and output start in their buffers. */
  readonly inputOffset: number;
  readonly outputOffset: number;
  readonly inPlace: boolean;
  /** Which bit of the record is flipped, modulo their number. */
  readonly flipped: number;
}

const arbitraryCase: fc.Arbitrary<Case> = fc.record({
  seed: fc.nat(2 ** 31 - 1),
  additionalDataLength: fc.oneof({ weight: 4, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(700) }),
  length: fc.oneof(
    { weight: 8, arbitrary: fc.nat(300) },
    { weight: 8, arbitrary: fc.nat(2500) },
    { weight: 2, arbitrary: fc.nat(2 ** 14 + 256) },
    { weight: 1, arbitrary: fc.nat(40_000) },
  ),
  inputOffset: fc.nat(40),
  outputOffset: fc.nat(40),
  inPlace: fc.boolean(),
  flipped: fc.nat(2 ** 31 - 1),
});

/** So many octets after those before, the same ones for the same seed. */
function octetSource(seed: number): (length: number) => Uint8Array {
  const key = Buffer.alloc(16);
  key.writeUInt32LE(seed);
  const stream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
  return (length) => Uint8Array.from(stream.update(Buffer.alloc(length)));
}

function sealByOpenSsl(
  { name, tagLength: authTagLength }: AeadAlgorithm,
  key: Uint8Array,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  plaintext: Uint8Array,
): Buffer {
  // AES-128-CCM-8 is the same cipher for OpenSSL.
  const cipherName = name.toLowerCase().replace('ccm-8', 'ccm') as CipherGCMTypes;
  const cipher = createCipheriv(cipherName, key, nonce, { authTagLength });
  cipher.setAAD(additionalData, { plaintextLength: plaintext.length });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** `octets` at `offset` of a buffer that has room for `length` octets there, and others around. */
function placed(octets: Uint8Array, offset: number, length: number): Uint8Array {
  const buffer = new Uint8Array(offset + length + 5).fill(0xa5);
  buffer.set(octets, offset);
  return buffer;
}

function checkCase(
  name: AeadName,
  shared: ReadonlyMap<string, AeadKey>,
  sharedOctets: Uint8Array,
  one: Case,
): void {
  const make = octetSource(one.seed);
  const own = make(sharedOctets.length);
  const nonce = make(12);
  const additionalData = make(one.additionalDataLength);
  const plaintext = make(one.length);
  // A key that is used again and again takes turns with fresh ones.
  const isShared = one.seed % 2 === 0;
  const keyOctets = isShared ? sharedOctets : own;

  let expected: Buffer | undefined;
  for (const [core, aeads] of cores) {
    const aead = aeads.find((candidate) => candidate.name === name);
    if (aead === undefined) continue;
    expected ??= sealByOpenSsl(aead, keyOctets, nonce, additionalData, plaintext);
    const key = (isShared ? shared.get(core) : undefined) ?? aead.create(keyOctets);
    const { inputOffset, inPlace } = one;
    const outputOffset = inPlace ? inputOffset : one.outputOffset;

    const input = placed(plaintext, inputOffset, expected.length);
    const sealed = inPlace ? input : placed(new Uint8Array(0), outputOffset, expected.length);
    key.seal(nonce, additionalData, input, inputOffset, plaintext.length, sealed, outputOffset);
    const around = placed(expected, outputOffset, expected.length);
    assert.ok(Buffer.compare(sealed, around) === 0, `${core} seals what is not OpenSSL's`);

    // What was sealed by this core is what was sealed by each other one. What follows the plaintext stays.
    const opened = inPlace ? sealed : placed(new Uint8Array(0), inputOffset, plaintext.length);
    const rest = opened.slice(inputOffset + plaintext.length);
    const isOpened = key.open(
      nonce,
      additionalData,
      sealed,
      outputOffset,
      expected.length,
      opened,
      inputOffset,
    );
    assert.ok(isOpened, `${core} doesn't open`);
    const wanted = placed(plaintext, inputOffset, opened.length - inputOffset - 5);
    wanted.set(rest, inputOffset + plaintext.length);
    assert.ok(Buffer.compare(opened, wanted) === 0, `${core} opens to what was not sealed`);

    const wrong = placed(expected, inputOffset, expected.length);
    const bit = one.flipped % (8 * expected.length);
    const at = inputOffset + (bit >> 3);
    wrong[at] = (wrong[at] ?? 0) ^ (1 << (bit & 7));
    const isFooled = key.open(nonce, additionalData, wrong, inputOffset, expected.length, wrong, inputOffset);
    assert.not(isFooled, `${core} opens a record with bit ${bit} flipped`);
    const left = wrong.subarray(inputOffset, inputOffset + plaintext.length);
    assert.ok(Buffer.compare(left, new Uint8Array(left.length)) === 0, `${core} leaves what it refused`);
    if (!isShared) key.destroy();
  }
}

for (const name of names) {
  test(`${name}: ${numRuns} random cases, in every core as in OpenSSL`, () => {
    const having = cores.flatMap(([core, aeads]) =>
      aeads.filter((aead) => aead.name === name).map((aead) => [core, aead] as const),
    );
    const octets = octetSource(1)(having[0]?.[1].keyLength ?? 0);
    const shared = new Map(having.map(([core, aead]) => [core, aead.create(octets)]));
    assert.ok(having.length >= 3, `in ${having.length} cores`);
    fc.assert(
      fc.property(arbitraryCase, (one) => checkCase(name, shared, octets, one)),
      { numRuns },
    );
  });
}

test.run();
