/** `pnpm example`: the page, the relay and the servers that it talks to, until the process is ended. */
import { parseArgs } from 'node:util';
import { startExample } from './startExample.ts';

const usage = `pnpm example [--port PORT] [--allow HOST:PORT]...

  --port PORT         where the page is served on this machine; 4173 unless given
  --allow HOST:PORT   a server that the page may reach through the relay, beside the demonstration's own`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4173' },
    allow: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});

const port = Number(values.port);
if (values.help) {
  console.log(usage);
} else if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error(`--port ${values.port} is no port\n\n${usage}`);
  process.exitCode = 2;
} else {
  try {
    const example = await startExample({ port, allow: values.allow });
    console.log(`\n  The page:  ${example.url}`);
    console.log(`  The relay: ${example.relay}, to ${['the demonstration', ...values.allow].join(', ')}`);
    console.log('\n  Ctrl+C ends it.');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    // What was started before would go on.
    process.exit(1);
  }
}
