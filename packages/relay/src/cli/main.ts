#!/usr/bin/env node
import { startRelay } from '../relay.ts';
import { type Arguments, parseArguments, usage } from './arguments.ts';

let parsed: Arguments | undefined;
try {
  parsed = parseArguments(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    `halfclose-relay: ${error instanceof Error ? error.message : String(error)}\n\n${usage}`,
  );
  process.exitCode = 2;
}
if (parsed?.help) process.stdout.write(usage);
else if (parsed !== undefined) {
  const { quiet, relay: options } = parsed;
  try {
    const relay = await startRelay({
      ...options,
      log: quiet ? () => {} : (line) => process.stderr.write(`${line}\n`),
    });
    process.stdout.write(`listening on ${relay.url}\n`);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void relay.close());
  } catch (error) {
    process.stderr.write(`halfclose-relay: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
