import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { install } from '../install.ts';
import type { Runtime } from '../runtime.ts';
import { leftOutByDeno } from '../tests/leftOut.ts';
import { clientTests } from '../tests/run.ts';
import { runProgram, versionOf } from './command.ts';

/** Deno 2 with what a browser would get of the packages, over `Deno.connect`. */
export const deno: Runtime = {
  name: 'deno',
  carrier: 'Deno.connect',
  async prepare() {
    const command = join(await install('deno', '2'), '..', '.bin', 'deno');
    const program = await bundle('deno', 'browser');
    return {
      version: await versionOf(command),
      run: (setting) =>
        runProgram(command, ['run', '--no-config', '--allow-net=127.0.0.1'], program, setting),
      tests: {
        launch: {
          command,
          args: ['run', '--allow-all', '--node-modules-dir=manual', '--conditions=@halfclose/source'],
        },
        directories: clientTests,
        leftOut: leftOutByDeno,
      },
    };
  },
};
