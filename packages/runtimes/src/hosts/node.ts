import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { install } from '../install.ts';
import type { Runtime } from '../runtime.ts';
import { runProgram, versionOf } from './command.ts';

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
      return {
        version: `Node ${await versionOf(command)}`,
        run: (setting) => runProgram(command, [], program, setting),
      };
    },
  };
}
