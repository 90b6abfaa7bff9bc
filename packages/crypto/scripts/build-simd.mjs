/**
 * Compiles `assembly/` to WebAssembly and embeds it in a module, `src/simd/wasm.ts`, which is in no repository: an
 * install makes it, and every build and test run makes it anew where the sources have changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, options } from './compile-simd.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(root, 'src/simd/wasm.ts');
const header = `// Made by scripts/build-simd.mjs from assembly/, ${digestOfSources()}\n`;

if (!existsSync(target) || !readFileSync(target, 'utf8').startsWith(header)) {
  const { binary } = await compile();
  writeFileSync(
    target,
    `${header}\n/** The WebAssembly module: an octet a character. */\nexport const wasm: string =\n  ${literal(binary)};\n`,
  );
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
 * A string literal in printable ASCII of which character n is octet n.
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
