import { parseCommand, UsageError, usage } from './arguments.ts';
import { blank, type Output, visible, writeTo } from './paper.ts';
import { describeFailure, probe, type Report } from './probe.ts';

/** What a command needs of the process it runs in. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The exit status: all went well, the connection failed, the command was wrong. */
export type Status = 0 | 1 | 2;

/** The command `halfclose`. @param args without the program's name */
export async function runCommand(
  args: readonly string[],
  { stdout, stderr, env }: Surroundings,
): Promise<Status> {
  let command: ReturnType<typeof parseCommand>;
  try {
    command = parseCommand(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (args.includes('--json')) {
      const report: Report = { error: describeFailure(error) };
      stdout.write(`${JSON.stringify(report)}\n`);
      return 2;
    }
    stderr.write(`halfclose: ${error.message}\nTry 'halfclose --help'.\n`);
    return 2;
  }
  if (command.name === 'help') {
    stdout.write(usage);
    return 0;
  }
  const report = await probe(command.options, command.json ? blank : writeTo(stdout, env));
  if (command.json) stdout.write(`${JSON.stringify(report)}\n`);
  else if (report.error) stderr.write(`${visible(`${report.error.name}: ${report.error.message}`)}\n`);
  return report.error ? 1 : 0;
}
