import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Reads a list of file names from its input, and prints what `getpeercert()` would give for each certificate. */
const program = `
import json, ssl, sys
print(json.dumps([ssl._ssl._test_decode_cert(path) for path in json.load(sys.stdin)]))
`;

/** Whether there is a Python that can show a certificate that is in a file. */
export function hasPython(): boolean {
  return spawnSync('python3', ['-c', 'import ssl; ssl._ssl._test_decode_cert']).status === 0;
}

/**
 * What Python shows of these certificates, PEM; tuples have become arrays.
 * @throws Error with what Python says, where it can't read them
 */
export function describeWithPython(certificates: readonly string[]): unknown {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-python-'));
  try {
    const paths = certificates.map((_, index) => join(directory, `${index}.pem`));
    for (const [index, path] of paths.entries()) writeFileSync(path, certificates[index] ?? '');
    const { status, stdout, stderr } = spawnSync('python3', ['-c', program], {
      input: JSON.stringify(paths),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
