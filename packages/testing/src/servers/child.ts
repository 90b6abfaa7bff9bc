import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

/**
 * What ends a process and removes its directory, once it is called or this process exits.
 * @returns resolves when both are gone
 */
export function stopper(child: ChildProcess, directory: string): () => Promise<void> {
  const ended = new Promise<void>((resolve) => {
    child.once('close', resolve);
    child.once('error', () => resolve());
  });
  const atExit = (): void => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  return async () => {
    child.kill('SIGKILL');
    await ended;
    process.off('exit', atExit);
    rmSync(directory, { recursive: true, force: true });
  };
}
