import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, type Status } from '../cli/command.ts';
import type { Report } from '../cli/probe.ts';

export interface Captured {
  readonly status: Status;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a process would that nobody looks at. */
export async function runCaptured(
  args: readonly string[],
  options: { readonly isTTY?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Captured> {
  const { isTTY = false, env = {} } = options;
  let [stdout, stderr] = ['', ''];
  const status = await runCommand(args, {
    stdout: { isTTY, write: (text) => (stdout += text) },
    stderr: { isTTY, write: (text) => (stderr += text) },
    env,
  });
  return { status, stdout, stderr };
}

/** Runs the command with `--json`. */
export async function runJson(args: readonly string[]): Promise<{ status: Status; report: Report }> {
  const { status, stdout } = await runCaptured([...args, '--json']);
  return { status, report: JSON.parse(stdout) };
}

/** Runs `use` with the path of a file that holds `text`. */
export async function withFile<T>(text: string, use: (path: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-cli-'));
  try {
    const path = join(directory, 'ca.pem');
    writeFileSync(path, text);
    return await use(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
