import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { install } from '../install.ts';
import { AbsentError, type Prepared, type Runtime } from '../runtime.ts';
import { checkNames, type Outcome, type Setting } from '../scenario/scenario.ts';
import { parseOutcomes } from './command.ts';
import { bundleForHermes } from './hermesProgram.ts';
import { type Request, startReplay } from './replay.ts';

const execute = promisify(execFile);

/** Octets there and back, for an engine that has no compiler. */
const octets = 16 << 10;
/** Runs of the program for one check, at most. */
const limit = 40;

/** Checks that the replay does not lead to an end, though the same program holds in QuickJS. */
const leftOut: Readonly<Record<string, string>> = {
  'TLS 1.3: new keys in both directions': 'a read of the replay stays without an answer',
};

/** Hermes, whose command has no input: see `replay.ts`. */
export const hermes: Runtime = {
  name: 'hermes',
  carrier: 'a replay by the host',
  async prepare(): Promise<Prepared> {
    if (process.platform !== 'linux')
      throw new AbsentError('the command of hermes-engine-cli is taken for Linux only');
    const command = join(await install('hermes-engine-cli', '0.12'), 'linux64-bin', 'hermes');
    const program = await bundleForHermes();
    return {
      version: 'Hermes 0.12, through Babel',
      async run(setting) {
        const outcomes: Outcome[] = [];
        for (const name of checkNames) {
          const reason = leftOut[name];
          if (reason !== undefined) outcomes.push({ name, leftOut: reason });
          else outcomes.push(...(await runCheck(command, program, { ...setting, octets }, name)));
        }
        return outcomes;
      },
    };
  },
};

async function runCheck(
  command: string,
  program: string,
  setting: Setting,
  only: string,
): Promise<readonly Outcome[]> {
  const replay = startReplay();
  const directory = await mkdtemp(join(tmpdir(), 'halfclose-hermes-'));
  const file = join(directory, 'program.js');
  const now = Date.now();
  try {
    for (let run = 0; run < limit; run += 1) {
      const input = JSON.stringify({ only, setting: JSON.stringify(setting), now, answers: replay.answers });
      await writeFile(file, `var input = ${input};\n${program}`);
      const { stdout } = await execute(command, ['-w', '-lazy', file], {
        timeout: 60_000,
        maxBuffer: 1 << 26,
      });
      const lines = stdout.trim().split('\n');
      const [report] = lines
        .filter((line) => line.startsWith('report '))
        .map((line) => line.slice('report '.length));
      const requests = lines.filter((line) => line.startsWith('{')).map((line): Request => JSON.parse(line));
      const isNew = await replay.follow(requests);
      if (report !== undefined) return parseOutcomes(report);
      if (!isNew) throw new Error(`the program waits for nothing: ${stdout.slice(-1000)}`);
    }
    throw new Error(`the program was not done after ${limit} runs`);
  } catch (error) {
    return [{ name: only, trouble: error instanceof Error ? error.message : String(error) }];
  } finally {
    replay.close();
    await rm(directory, { recursive: true, force: true });
  }
}
