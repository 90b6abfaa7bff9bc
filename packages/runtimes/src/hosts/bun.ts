import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { install } from '../install.ts';
import type { Runtime } from '../runtime.ts';
import { leftOutByBun } from '../tests/leftOut.ts';
import { clientTests } from '../tests/run.ts';
import { runProgram, versionOf } from './command.ts';

/** Bun 1 with what a browser would get of the packages, over `Bun.connect`. */
export const bun: Runtime = {
  name: 'bun',
  carrier: 'Bun.connect',
  async prepare() {
    const command = join(await install('bun', '1'), '..', '.bin', 'bun');
    const program = await bundle('bun', 'browser');
    return {
      version: `Bun ${await versionOf(command)}`,
      run: (setting) => runProgram(command, ['run'], program, setting),
      tests: {
        launch: { command, args: ['--conditions=@halfclose/source', 'run'] },
        directories: clientTests,
        leftOut: leftOutByBun,
      },
    };
  },
};
