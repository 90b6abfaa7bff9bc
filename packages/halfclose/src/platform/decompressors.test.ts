import * as zlib from 'node:zlib';
import type { CertificateDecompressor } from '@halfclose/ssl';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeDecompressors } from './nodeDecompressors.ts';
import { webDecompressors } from './webDecompressors.ts';

const hasZstd = 'zstdCompressSync' in zlib;

const compressors: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  zlib: zlib.deflateSync,
  brotli: zlib.brotliCompressSync,
  zstd: (bytes) => {
    if (!('zstdCompressSync' in zlib) || typeof zlib.zstdCompressSync !== 'function')
      throw new Error('no zstd');
    return zlib.zstdCompressSync(bytes);
  },
};

const all: readonly (readonly [string, CertificateDecompressor])[] = [
  ...nodeDecompressors().map((each) => [`${each.algorithm} of Node`, each] as const),
  ...webDecompressors().map((each) => [`${each.algorithm} of the web`, each] as const),
];
const message = Uint8Array.from({ length: 5000 }, (_, index) => (index * index) >>> 5);

function compressed({ algorithm }: CertificateDecompressor, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(compressors[algorithm]?.(bytes) ?? []);
}

async function refused(act: () => unknown): Promise<void> {
  try {
    await act();
  } catch (error) {
    assert.instance(error, Error);
    return;
  }
  assert.unreachable('nothing was refused');
}

/** As the zstd of Node 22 does it: no error, and no octets, which the engine refuses because the server said how many there are. */
async function refusedOrNothing(act: () => Uint8Array | Promise<Uint8Array>): Promise<void> {
  await refused(async () => {
    const { length } = await act();
    if (length === 0) throw new Error('nothing came of it');
  });
}

test('each platform has what it can have', () => {
  assert.equal(
    all.map(([name]) => name),
    [...(hasZstd ? ['zstd of Node'] : []), 'brotli of Node', 'zlib of Node', 'zlib of the web'],
  );
});

for (const [name, decompressor] of all) {
  test(`${name} gives back what was compressed`, async () => {
    for (const bytes of [message, message.subarray(0, 1), new Uint8Array(2 ** 18)]) {
      const result = await decompressor.decompress(compressed(decompressor, bytes), bytes.length);
      assert.equal(result, bytes);
      assert.is(result.constructor, Uint8Array);
    }
  });

  test(`${name} gives no more than it may`, async () => {
    const bomb = compressed(decompressor, new Uint8Array(2 ** 26));
    assert.ok(bomb.length < 2 ** 17);
    for (const length of [1, 5000, 2 ** 18]) {
      await refused(() => decompressor.decompress(bomb, length));
    }
    await refused(() => decompressor.decompress(compressed(decompressor, message), message.length - 1));
  });

  test(`${name} says so where there is less`, async () => {
    const result = await decompressor.decompress(compressed(decompressor, message), message.length + 1);
    assert.equal(result, message);
  });

  test(`${name} refuses what is cut off, and what is nothing of the kind`, async () => {
    const whole = compressed(decompressor, message);
    for (const length of [1, 10, whole.length >>> 1, whole.length - 5]) {
      await refusedOrNothing(() => decompressor.decompress(whole.subarray(0, length), message.length));
    }
    await refused(() => decompressor.decompress(Uint8Array.of(0xff, 0xff, 0xff, 0xff), message.length));
  });
}

test('where there is no DecompressionStream, nothing is offered', () => {
  const { DecompressionStream } = globalThis;
  try {
    Object.assign(globalThis, { DecompressionStream: undefined });
    assert.equal(webDecompressors(), []);
  } finally {
    Object.assign(globalThis, { DecompressionStream });
  }
});

test('a stream that makes all of what it is given at once is not given much', async () => {
  const { DecompressionStream } = globalThis;
  let made = 0;
  class EagerStream extends TransformStream<Uint8Array, Uint8Array> {
    constructor() {
      super({
        transform(chunk, controller) {
          for (const _octet of chunk) {
            made += 1000;
            controller.enqueue(new Uint8Array(1000));
          }
        },
      });
    }
  }
  try {
    Object.assign(globalThis, { DecompressionStream: EagerStream });
    const [zlibOfTheWeb] = webDecompressors();
    assert.ok(zlibOfTheWeb);
    await refused(() => zlibOfTheWeb.decompress(new Uint8Array(2 ** 17), 5000));
    assert.ok(made < 2 ** 20, `${made} octets`);
  } finally {
    Object.assign(globalThis, { DecompressionStream });
  }
});

test.run();
