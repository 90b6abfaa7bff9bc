import { runCommand } from 'halfclose/cli';
import { runDemo } from './demo.ts';

const args = process.argv.slice(2);
process.exitCode = args.length === 0 ? await runDemo(process) : await runCommand(args, process);
