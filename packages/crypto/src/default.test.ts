import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDefaultProvider } from './default.ts';
import { createPortableProvider, type PortableOptions } from './portable.ts';
import { simdAeads } from './simd/aeads.ts';

const random = (output: Uint8Array) => {
  output.fill(7);
};

test('has the AEADs on SIMD before all others, each name once, and all else from the portable provider', () => {
  const provider = createDefaultProvider(random);
  const portable = createPortableProvider(random);
  const simd = simdAeads();
  assert.ok(simd !== undefined && simd.length > 0, 'SIMD works here');
  assert.is(provider.name, 'simd');
  assert.equal(provider.aeads.slice(0, simd?.length), simd);
  const names = provider.aeads.map(({ name }) => name);
  assert.equal([...names].sort(), portable.aeads.map(({ name }) => name).sort());
  assert.is(names[0], 'CHACHA20-POLY1305');
  assert.is(provider.aeads, provider.aeads);
  for (const part of ['random', 'hashes', 'groups', 'signatures'] as const) {
    assert.is(provider[part], portable[part]);
  }
});

test('what SIMD lacks is as the options have it', () => {
  const isConstantTime = (options: PortableOptions) =>
    createDefaultProvider(random, options).aeads.every(({ constantTime }) => constantTime);
  assert.is(isConstantTime({ constantTimeAes: true }), true);
  assert.is(isConstantTime({}), false);
});

const paths = {
  default: fileURLToPath(new URL('default.ts', import.meta.url)),
  portable: fileURLToPath(new URL('portable.ts', import.meta.url)),
  index: fileURLToPath(new URL('index.ts', import.meta.url)),
};

/** Runs `program` where the provider is still to be loaded, and gives what it prints. */
function run(program: string): string {
  const node = [
    '--conditions=@halfclose/source',
    '--import',
    'tsx',
    '--input-type=module',
    '--eval',
    program,
  ];
  const { stdout, stderr, status } = spawnSync(process.execPath, node, { encoding: 'utf8' });
  assert.is(status, 0, stderr);
  assert.is(stderr, '');
  return stdout;
}

/** Ways not to have WebAssembly with SIMD. */
const absences = {
  'no WebAssembly': 'delete globalThis.WebAssembly;',
  'a content security policy, or no SIMD':
    'WebAssembly.Module = function () { throw new WebAssembly.CompileError("refused"); };',
  'an instance that cannot be made':
    'WebAssembly.Instance = function () { throw new RangeError("Out of memory"); };',
};

for (const [what, absence] of Object.entries(absences)) {
  test(`${what}: the portable AEADs serve, and nobody hears of it`, () => {
    const output = run(`
      const { createDefaultProvider } = await import(${JSON.stringify(paths.default)});
      const { createPortableProvider } = await import(${JSON.stringify(paths.portable)});
      ${absence}
      const random = (output) => output.fill(7);
      const provider = createDefaultProvider(random);
      const portable = createPortableProvider(random);
      const same = provider.aeads.every((aead, index) => aead === portable.aeads[index]);
      const sealed = new Uint8Array(21);
      const key = provider.aeads[0].create(new Uint8Array(provider.aeads[0].keyLength));
      key.seal(new Uint8Array(12), new Uint8Array(0), sealed, 0, 5, sealed, 0);
      const opens = key.open(new Uint8Array(12), new Uint8Array(0), sealed, 0, 21, sealed, 0);
      console.log(provider.name, provider.aeads.length === portable.aeads.length, same, opens);
    `);
    assert.is(output, 'portable true true true\n');
  });
}

test('WebAssembly is not looked at before the AEADs are', () => {
  const output = run(`
    let looks = 0;
    const { WebAssembly: api } = globalThis;
    await import(${JSON.stringify(paths.default)}).then(({ createDefaultProvider }) => {
      Object.defineProperty(globalThis, 'WebAssembly', { get() { looks += 1; return api; } });
      const provider = createDefaultProvider(() => {});
      const before = looks;
      const { name } = provider;
      console.log(before, looks > 0, name);
    });
  `);
  assert.is(output, '0 true simd\n');
});

test('who imports the portable provider alone gets no WebAssembly', async () => {
  const bundle = async (name: string) => {
    const contents = `export { ${name} } from ${JSON.stringify(paths.index)};`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    });
    return outputFiles[0]?.text ?? '';
  };
  assert.match(await bundle('createDefaultProvider'), /\\0asm/);
  assert.not.match(await bundle('createPortableProvider'), /\\0asm|WebAssembly/);
});

test.run();
