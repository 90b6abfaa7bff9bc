#!/usr/bin/env node
import { runCommand } from './command.ts';
import { runInProcess } from './process.ts';

await runInProcess((surroundings) => runCommand(process.argv.slice(2), surroundings));
