/** A shim as BoringSSL means it: one test, one process. */
import { runTest } from './test.ts';

const { code, stderr } = await runTest(process.argv.slice(2), new AbortController().signal);
process.stderr.write(stderr);
process.exitCode = code;
