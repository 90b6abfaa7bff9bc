/**
 * Compiles `assembly/` to WebAssembly and embeds it in a module, `src/simd/wasm.ts`, which is in no repository: an
 * install makes it, and every build and test run makes it anew where the sources have changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const options = ['--enable', 'simd', '-O3', '--noAssert', '--runtime', 'stub'];

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'src/simd/wasm.ts');
const header = `// Made by scripts/build-simd.mjs from assembly/, ${digestOfSources()}\n`;

if (!existsSync(target) || !readFileSync(target, 'utf8').startsWith(header)) {
  const comment = '/** The WebAssembly module: character n is octet n. */';
  writeFileSync(
    target,
    `${header}\n${comment}\nexport const wasm: string =\n  ${literal(await compile())};\n`,
  );
}

/** @returns {Promise<Uint8Array>} */
async function compile() {
  // Loaded where it is used: it takes a second.
  const { main } = await import('assemblyscript/asc');
  /** @type {string | Uint8Array | undefined} */
  let output;
  const inputAndOutput = ['assembly/index.ts', '--outFile', 'simd.wasm', '--baseDir', root];
  const { error, stderr } = await main([...inputAndOutput, ...options], {
    writeFile: (_name, contents) => {
      output = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || !(output instanceof Uint8Array)) {
    throw new Error(`assembly/ does not compile: ${error?.message}\n${stderr}`);
  }
  return output;
}

/** Of all that decides on the outcome. */
function digestOfSources() {
  const hash = createHash('sha256').update(JSON.stringify(options));
  const sources = readdirSync(join(root, 'assembly')).sort();
  const files = [...sources.map((name) => `assembly/${name}`), 'node_modules/assemblyscript/package.json'];
  for (const file of [...files, 'scripts/build-simd.mjs'])
    hash.update(readFileSync(join(root, file))).update('\0');
  return hash.digest('hex');
}

/**
 * A string literal in printable ASCII.
 * @param {Uint8Array} octets
 */
function literal(octets) {
  const characters = Array.from(octets, (octet) => {
    const character = String.fromCharCode(octet);
    if (character === "'" || character === '\\') return `\\${character}`;
    return octet >= 0x20 && octet < 0x7f ? character : `\\x${octet.toString(16).padStart(2, '0')}`;
  });
  return `'${characters.join('')}'`;
}
