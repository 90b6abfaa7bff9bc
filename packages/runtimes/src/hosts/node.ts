import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { install } from '../install.ts';
import type { Runtime } from '../runtime.ts';
import { allTests, clientTests } from '../tests/run.ts';
import { runProgram, versionOf } from './command.ts';

/** The oldest Node that this project runs on, and the one that its tools are held to. */
const oldest = 20;

/** A version of Node from npm; the client as it is installed there, over `net.Socket`. */
export function node(major: number): Runtime {
  return {
    name: `node${major}`,
    carrier: 'net.Socket',
    async prepare() {
      const command =
        process.versions.node.split('.')[0] === String(major)
          ? process.execPath
          : join(await install('node', String(major)), 'bin', 'node');
      const program = await bundle('node', 'node');
      // Later ones take TypeScript as it is.
      const loader = major === oldest ? ['--import', 'tsx'] : [];
      return {
        version: `Node ${await versionOf(command)}`,
        run: (setting) => runProgram(command, [], program, setting),
        tests: {
          launch: { command, args: ['--conditions=@halfclose/source', ...loader] },
          directories: major === oldest ? allTests : clientTests,
        },
      };
    },
  };
}
