import { runCommand, runInProcess } from 'halfclose/cli';
import { runDemo } from './demo.ts';

const args = process.argv.slice(2);
await runInProcess((surroundings) =>
  args.length === 0 ? runDemo(surroundings) : runCommand(args, surroundings),
);
