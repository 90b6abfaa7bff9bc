/** The compiler of `assembly/`: its options, and its two outputs, what runs and what a person or a test can read. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export const options = ['--enable', 'simd', '-O3', '--noAssert', '--runtime', 'stub'];

/** @returns {Promise<{ binary: Uint8Array, text: string }>} */
export async function compile() {
  // Loaded where it is used: it takes a second.
  const { main } = await import('assemblyscript/asc');
  /** @type {Map<string, string | Uint8Array>} */
  const outputs = new Map();
  const outputOptions = ['--outFile', 'simd.wasm', '--textFile', 'simd.wat', '--baseDir', root];
  const { error, stderr } = await main(['assembly/index.ts', ...options, ...outputOptions], {
    writeFile: (name, contents) => void outputs.set(name, contents),
    listFiles: () => [],
  });
  const binary = outputs.get('simd.wasm');
  const text = outputs.get('simd.wat');
  if (error !== null || !(binary instanceof Uint8Array) || typeof text !== 'string') {
    throw new Error(`assembly/ does not compile: ${error?.message}\n${stderr}`);
  }
  return { binary, text };
}
