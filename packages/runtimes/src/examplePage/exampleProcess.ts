import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What `pnpm example` runs, on a port that is free. */
export interface ExampleProcess {
  readonly url: string;
  close(): Promise<void>;
}

const program = fileURLToPath(new URL('../../../../examples/browser/server/main.ts', import.meta.url));
/** Milliseconds to build the page in, on a slow machine. */
const patience = 120_000;

export async function startExample(): Promise<ExampleProcess> {
  const args = ['--conditions=@halfclose/source', '--import', 'tsx', program, '--port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const started = new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no page in ${patience / 1000} s: ${printed}`)), patience);
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const url = /The page: +(\S+)/.exec(printed)?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`the example ended with ${code}: ${printed}`));
    });
  });
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  };
  try {
    return { url: await started, close };
  } catch (error) {
    await close();
    throw error;
  }
}
