import type { Benchmark, Measurement, Task } from './harness/benchmark.ts';
import { spend } from './harness/measure.ts';
import { ask, end, start } from './harness/process.ts';
import { median } from './harness/statistics.ts';
import { groups, type KeyType, keyTypes, type Parameters, type Suite } from './tls/cases.ts';
import { type Acquaintance, clients, connectTo, findClient } from './tls/client.ts';
import type { FirstAnswer, FirstQuestion } from './tls/firstProcess.ts';
import { findTarget, startServers } from './tls/servers.ts';

/** How a case measures. */
type Measure = (task: Task, parameters: Parameters) => Promise<Measurement>;

interface Case {
  readonly parameters: Parameters;
  readonly measure: Measure;
}

/** OpenSSL has ML-KEM since 3.5, Node since 24. */
const offered = groups.filter(
  (group) => group !== 'X25519MLKEM768' || parseFloat(process.versions.openssl) >= 3.5,
);

const cases = new Map<string, Case>([
  ...offered.map((group) => caseOf('full', group, 'P-256', repeated('new'))),
  caseOf('full', 'X25519', 'RSA-2048', repeated('new')),
  ...keyTypes.map((keyType) => caseOf('full, known certificates', 'X25519', keyType, repeated('again'))),
  ...offered.map((group) => caseOf('resumed', group, 'P-256', repeated('resumed'))),
  caseOf(
    'first of a process',
    'X25519',
    'P-256',
    first(({ connect }) => [connect]),
  ),
  caseOf(
    'first of a process, and loading',
    'X25519',
    'P-256',
    first(({ load, connect }) => [load, connect]),
  ),
  caseOf12('full', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'P-256', repeated('new')),
  caseOf12('full', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'RSA-2048', repeated('new')),
  caseOf12('full, known certificates', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'P-256', repeated('again')),
  caseOf12('resumed', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'P-256', repeated('resumed')),
]);

function caseOf(
  kind: string,
  group: Parameters['group'],
  keyType: KeyType,
  measure: Measure,
): readonly [string, Case] {
  const parameters: Parameters = { suite: 'TLS_AES_128_GCM_SHA256', keyType, group };
  return [`${kind}, ${group}, ${keyType}`, { parameters, measure }];
}

function caseOf12(kind: string, suite: Suite, keyType: KeyType, measure: Measure): readonly [string, Case] {
  return [
    `TLS 1.2, ${kind}, X25519, ${keyType}`,
    { parameters: { suite, keyType, group: 'X25519' }, measure },
  ];
}

/** Handshakes one after another, each with its TCP connection and its closing. */
export const handshake: Benchmark = {
  name: 'handshake',
  describe: ({ handshakes }) =>
    `${handshakes} handshakes one after another, of TLS 1.3 unless the name says otherwise, with the TCP connection and the closing; by group and key of the ` +
    'certificates. Full ones verify the chain from the beginning, unless certificates are known: then a context of ours ' +
    'has checked their signatures before, what node:tls never keeps. Rates are of processor time',
  cases: [...cases.keys()],
  subjects: clients.map(({ name }) => name),
  references: ['node:tls'],
  metrics: [
    { name: 'rate', unit: 'handshakes/s' },
    { name: 'cpu', unit: 'ms/handshake' },
    { name: 'wall', unit: 'ms/handshake' },
  ],
  prepare: (names) => startServers(names.map((name) => findCase(name).parameters)),
  measure(task: Task) {
    const { parameters, measure } = findCase(task.case);
    return measure(task, parameters);
  },
};

function repeated(acquaintance: Acquaintance): Measure {
  return async ({ subject, effort, setting }, parameters) => {
    const connect = await findClient(subject).load();
    const target = findTarget(setting, parameters);
    const handshakes = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 1) await (await connectTo(connect, target, acquaintance)).close();
    };
    // As many beforehand: what compiles is compiled, as in a program that has run for a while.
    await handshakes(effort.handshakes);
    const { wall, cpu } = await spend(() => handshakes(effort.handshakes));
    return toMeasurement(cpu / effort.handshakes, wall / effort.handshakes);
  };
}

/** Processes of which each connects once. */
const firsts = 7;

/** Seconds that one of them may take. */
const limit = 60;

function first(parts: (answer: FirstAnswer) => readonly FirstAnswer['connect'][]): Measure {
  return async ({ subject, setting }, parameters) => {
    const question: FirstQuestion = { subject, target: findTarget(setting, parameters) };
    const answers: FirstAnswer[] = [];
    for (let i = 0; i < firsts; i += 1) answers.push(await askNewProcess(question));
    const sumOf = (unit: 'cpu' | 'wall'): number =>
      median(answers.map((answer) => parts(answer).reduce((sum, part) => sum + part[unit], 0)));
    return toMeasurement(sumOf('cpu'), sumOf('wall'));
  };
}

async function askNewProcess(question: FirstQuestion): Promise<FirstAnswer> {
  const child = start(new URL('./tls/firstProcess.js', import.meta.url));
  try {
    // What that process sends.
    return (await ask(child, question, limit)) as FirstAnswer;
  } finally {
    await end(child);
  }
}

function toMeasurement(cpu: number, wall: number): Measurement {
  return { rate: 1000 / cpu, cpu, wall };
}

function findCase(name: string): Case {
  const found = cases.get(name);
  if (found === undefined) throw new Error(`There is no case ${name}`);
  return found;
}
