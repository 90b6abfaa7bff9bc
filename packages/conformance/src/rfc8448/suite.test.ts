import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runSuite } from '../runner/run.ts';
import type { Result } from '../runner/suite.ts';
import { replay } from './replay.ts';
import { rfc8448 } from './suite.ts';
import { readTraces, stepsOf, type Trace, type TraceStep } from './trace.ts';

const path = fileURLToPath(new URL('../../../../test-vectors/rfc8448-traces.json', import.meta.url));
const traces = readTraces(path);

async function run(altered: readonly Trace[]): Promise<readonly Result[]> {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-rfc8448-'));
  try {
    const file = join(directory, 'traces.json');
    writeFileSync(file, JSON.stringify(altered));
    return await runSuite(rfc8448, file, () => true);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('all five traces are replayed', async () => {
  const results = await runSuite(rfc8448, path, () => true);
  assert.equal(
    results.map(({ id, result, reason }) => [id, result, reason]),
    [
      ['section-3/simple-1-rtt-handshake', 'pass', undefined],
      ['section-4/resumed-0-rtt-handshake', 'pass', undefined],
      ['section-5/helloretryrequest', 'pass', undefined],
      ['section-6/client-authentication', 'pass', undefined],
      ['section-7/compatibility-mode', 'pass', undefined],
    ],
  );
});

test('every record of the client is compared', () => {
  for (const trace of traces.filter(({ section }) => section !== '4')) {
    const sent = trace.steps.filter(
      ({ who, fields }) => who === 'client' && fields.some(({ name }) => name === 'complete record'),
    );
    assert.ok(sent.length >= 3);
    assert.is(replay(trace).records, sent.length);
  }
});

/** The traces with the last octet of a field another one, in the last step of a side that has it. */
function spoiled(section: string, who: TraceStep['who'], action: string, name: string): readonly Trace[] {
  return traces.map((trace) => {
    if (trace.section !== section) return trace;
    const last = stepsOf(trace, who, action).at(-1);
    assert.ok(last);
    const steps = trace.steps.map((step) =>
      step !== last
        ? step
        : {
            ...step,
            fields: step.fields.map((each) =>
              each.name !== name
                ? each
                : { name, hex: each.hex.replace(/..$/, (octet) => (octet === '00' ? '01' : '00')) },
            ),
          },
    );
    return { ...trace, steps };
  });
}

test('one octet that differs is a failure', async () => {
  for (const [section, who, action, name] of [
    ['3', 'client', 'send handshake record', 'complete record'],
    ['4', 'client', 'send application_data', 'complete record'],
    ['5', 'client', 'send alert', 'complete record'],
    ['6', 'client', 'construct a CertificateVerify', 'CertificateVerify'],
    ['4', 'server', 'send application_data', 'payload'],
    ['7', 'server', 'derive secret "tls13 exp master"', 'expanded'],
  ] as const) {
    const results = await run(spoiled(section, who, action, name));
    const failed = results.filter(({ result }) => result === 'fail');
    assert.equal(
      failed.map(({ id }) => id.slice(0, 9)),
      // What section 3 begins, section 4 resumes.
      section === '3' ? ['section-3', 'section-4'] : [`section-${section}`],
    );
  }
});

test.run();
