/** What a program weighs when a bundler has put it together for browsers. */
import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** A file that a bundler made. */
interface Chunk {
  readonly text: string;
  readonly isEntry: boolean;
  /** The files that are loaded together with it. */
  readonly imports: readonly string[];
  /** Those that it loads when they are used. */
  readonly lazyImports: readonly string[];
  /** The modules that something in it is of, as paths. */
  readonly modules: readonly string[];
}

/** A program as files, those that are loaded at once and those that are loaded when they are used. */
export interface Bundle {
  readonly atOnce: readonly Chunk[];
  readonly whenUsed: readonly Chunk[];
}

/** @param source of a module that imports packages by name, as programs do */
export type Bundler = (source: string) => Promise<Bundle>;

/** Octets. */
export interface Weight {
  readonly minified: number;
  /** Each file by itself, as servers send them. */
  readonly gzipped: number;
}

/** Programs are bundled as if they stood here, among the packages that this one depends on. */
const directory = fileURLToPath(new URL('../../', import.meta.url));

/** The sources: what is compiled of them is the same but for its types. */
const conditions = ['@halfclose/source'];

/** Some peers are for Node. What is built into it weighs nothing. */
const external = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)];

export const bundlers: ReadonlyMap<string, Bundler> = new Map([
  ['esbuild', byEsbuild],
  ['rolldown', byRolldown],
]);

export async function byEsbuild(source: string): Promise<Bundle> {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: directory, sourcefile: 'program.js' },
    absWorkingDir: directory,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions,
    external,
    write: false,
    metafile: true,
    outdir: 'out',
    logLevel: 'silent',
  });
  const chunks = Object.entries(metafile.outputs).map(([path, { entryPoint, imports, inputs }]) => {
    const chunk = {
      text: outputFiles.find((file) => file.path.endsWith(path))?.text ?? '',
      isEntry: entryPoint === 'program.js',
      imports: imports.filter(({ kind }) => kind === 'import-statement').map((each) => each.path),
      lazyImports: imports.filter(({ kind }) => kind === 'dynamic-import').map((each) => each.path),
      modules: Object.entries(inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([module]) => module),
    };
    return [path, chunk] as const;
  });
  return divide(new Map(chunks));
}

async function byRolldown(source: string): Promise<Bundle> {
  const { rolldown } = await import('rolldown');
  const entry = `${directory}program.js`;
  const build = await rolldown({
    input: entry,
    cwd: directory,
    platform: 'browser',
    resolve: { conditionNames: [...conditions, 'browser', 'import', 'default'] },
    transform: { target: 'es2022' },
    external,
    logLevel: 'silent',
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? source : undefined),
      },
    ],
  });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  const chunks = output.flatMap((file) => {
    if (file.type !== 'chunk') return [];
    const { fileName, code: text, isEntry, imports, dynamicImports: lazyImports, moduleIds: modules } = file;
    return [[fileName, { text, isEntry, imports, lazyImports, modules }] as const];
  });
  return divide(new Map(chunks));
}

/** @throws Error where there is no program */
function divide(chunks: ReadonlyMap<string, Chunk>): Bundle {
  const entry = [...chunks.values()].find(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error('The program was bundled to nothing');
  const found = (paths: readonly string[]): Chunk[] => paths.flatMap((path) => chunks.get(path) ?? []);
  const atOnce = reach(entry, ({ imports }) => found(imports));
  const all = reach(entry, ({ imports, lazyImports }) => found([...imports, ...lazyImports]));
  return { atOnce, whenUsed: all.filter((chunk) => !atOnce.includes(chunk)) };
}

function reach(entry: Chunk, next: (chunk: Chunk) => readonly Chunk[]): readonly Chunk[] {
  const reached = new Set([entry]);
  for (const chunk of reached) for (const each of next(chunk)) reached.add(each);
  return [...reached];
}

export function weigh(chunks: readonly Chunk[]): Weight {
  const files = chunks.map(({ text }) => Buffer.from(text));
  return {
    minified: sum(files.map((file) => file.length)),
    gzipped: sum(files.map((file) => gzipSync(file, { level: 9 }).length)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
