import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Outcome, Setting } from '../scenario/scenario.ts';

const execute = promisify(execFile);

/** What a command prints of itself, its first line. */
export async function versionOf(command: string, args: readonly string[] = ['--version']): Promise<string> {
  const { stdout } = await execute(command, [...args]);
  return stdout.trim().split('\n', 1)[0] ?? '';
}

/** Runs a program in a file of its own, whose last line on stdout are the outcomes as JSON. */
export async function runProgram(
  command: string,
  args: readonly string[],
  program: string,
  setting: Setting,
): Promise<readonly Outcome[]> {
  const directory = await mkdtemp(join(tmpdir(), 'halfclose-runtime-'));
  try {
    const file = join(directory, 'program.mjs');
    await writeFile(file, `globalThis.halfcloseSetting = ${JSON.stringify(setting)};\n${program}`);
    const { stdout } = await execute(command, [...args, file], {
      cwd: directory,
      timeout: 240_000,
      maxBuffer: 1 << 26,
    });
    return parseOutcomes(stdout);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** @throws Error with all that was printed, where that is not the outcomes */
export function parseOutcomes(printed: string): readonly Outcome[] {
  const last = printed.trim().split('\n').at(-1) ?? '';
  try {
    const parsed: unknown = JSON.parse(last);
    if (Array.isArray(parsed)) return parsed;
  } catch {
    // It is told below.
  }
  throw new Error(`the runtime did not print its outcomes: ${printed.slice(-2000)}`);
}
