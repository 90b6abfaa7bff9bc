/**
 * Compiles `assembly/` to WebAssembly and embeds it in a module, `src/simd/wasm.ts`, which is in no repository: an
 * install makes it, and every build and test run makes it anew where the sources have changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const options = ['--enable', 'simd', '--enable', 'relaxed-simd', '-O3', '--noAssert', '--runtime', 'stub'];

/** Instruction 0x100 of SIMD, and instruction 14 with one octet more than it needs. */
const relaxedSwizzle = '\xfd\x80\x02';
const swizzle = '\xfd\x8e\0';

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

/** @returns {Promise<string>} Octet n is character n. */
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
  return withoutRelaxedLookups(Buffer.from(output).toString('latin1'));
}

/**
 * The module for engines that have SIMD and no relaxed SIMD: `i8x16.relaxed_swizzle` becomes `i8x16.swizzle`, in as many octets.
 * `src/simd/core.ts` turns that round where the engine has both.
 * @param {string} module
 */
function withoutRelaxedLookups(module) {
  if (module.includes(swizzle)) throw new Error('something else in the module looks like a lookup');
  const lookups = module.split(relaxedSwizzle);
  // The loop in assembly/ghash.ts has eight, and compilers write loops more than once.
  if (lookups.length === 1 || lookups.length % 8 !== 1)
    throw new Error(`the module has ${lookups.length - 1} lookups`);
  return lookups.join(swizzle);
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
 * @param {string} module
 */
function literal(module) {
  const characters = Array.from(module, (character) => {
    const octet = character.charCodeAt(0);
    if (character === "'" || character === '\\') return `\\${character}`;
    return octet >= 0x20 && octet < 0x7f ? character : `\\x${octet.toString(16).padStart(2, '0')}`;
  });
  return `'${characters.join('')}'`;
}
