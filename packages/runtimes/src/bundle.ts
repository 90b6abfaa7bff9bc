import { fileURLToPath } from 'node:url';
import { build, type Platform } from 'esbuild';

/**
 * The program of a runtime in one file, made of the packages as they are built.
 * @param entry a file in `entries`, without its ending
 */
export async function bundle(
  entry: string,
  platform: Platform,
  options: {
    readonly external?: readonly string[];
    readonly format?: 'esm' | 'iife';
    readonly dynamicImport?: boolean;
    /** The sources, and not the packages as people install them. */
    readonly fromSource?: boolean;
  } = {},
): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(`./entries/${entry}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    platform,
    format: options.format ?? 'esm',
    target: 'es2022',
    supported: { 'dynamic-import': options.dynamicImport ?? true },
    external: [...(options.external ?? [])],
    logLevel: 'silent',
    // `import()` of what is rarely needed stays in the file.
    splitting: false,
    // Whatever this process was told.
    conditions: options.fromSource ? ['@halfclose/source'] : [],
    tsconfigRaw: '{}',
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error(`${entry} was bundled to nothing`);
  return file.text;
}
