import type { Status, Surroundings } from './command.ts';

/** As a shell reports it of programs that a broken pipe has ended: 128 and the number of SIGPIPE. */
const brokenPipe = 141;

/**
 * Runs a command with what the process has, and leaves its status to the process. Who reads no further, as in
 * `halfclose … | head -1`, has seen enough: that ends the process at once, and without a word.
 */
export async function runInProcess(command: (surroundings: Surroundings) => Promise<Status>): Promise<void> {
  const { stdout, stderr } = process;
  for (const output of [stdout, stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(brokenPipe);
    });
  }
  process.exitCode = await command(process);
}
