import type { Benchmark, Task } from './harness/benchmark.ts';
import { spend } from './harness/measure.ts';
import { keyTypeOf, type Parameters, type Suite, suites12, suites13 } from './tls/cases.ts';
import { type Connection, clients, connectTo, findClient } from './tls/client.ts';
import { chunkLength, download, encodeRequest, upload } from './tls/protocol.ts';
import { findTarget, startServers } from './tls/servers.ts';

const mebibyte = 1_048_576;

type Transfer = (connection: Connection, count: number) => Promise<void>;

interface BulkCase {
  readonly suite: Suite;
  readonly transfer: Transfer;
}

const bulkCases = new Map<string, BulkCase>(
  [...suites13, ...suites12].flatMap((suite): [string, BulkCase][] => [
    [`${suite}, down`, { suite, transfer: receiveAll }],
    [`${suite}, up`, { suite, transfer: sendAll }],
  ]),
);

/** A transfer over one connection that is there already. */
export const bulk: Benchmark = {
  name: 'bulk',
  describe: ({ mib }) =>
    `${mib} MiB in one direction over one connection, without its handshake. Names with WITH are of TLS 1.2`,
  cases: [...bulkCases.keys()],
  subjects: clients.map(({ name }) => name),
  metrics: [
    { name: 'cpu', unit: 'ms/MiB' },
    { name: 'wall', unit: 'ms/MiB' },
    { name: 'throughput', unit: 'MiB/s' },
  ],
  prepare(cases) {
    const wanted = new Set(cases.map((name) => bulkCaseOf(name).suite));
    return startServers([...wanted].map(parametersOf));
  },
  async measure({ case: name, subject, effort, setting }: Task) {
    const { suite, transfer } = bulkCaseOf(name);
    const connection = await connectTo(
      await findClient(subject).load(),
      findTarget(setting, parametersOf(suite)),
    );
    // As much beforehand, for everybody: what compiles is compiled, also in V8's own threads, and windows have grown.
    await transfer(connection, effort.mib * mebibyte);
    const { wall, cpu } = await spend(() => transfer(connection, effort.mib * mebibyte));
    await connection.close();
    return { cpu: cpu / effort.mib, wall: wall / effort.mib, throughput: (1000 * effort.mib) / wall };
  },
};

async function receiveAll(connection: Connection, count: number): Promise<void> {
  await connection.send(encodeRequest(download, count));
  await connection.drop(count);
}

/** Ends when the server has said that all has come. */
async function sendAll(connection: Connection, count: number): Promise<void> {
  const chunk = new Uint8Array(chunkLength);
  await connection.send(encodeRequest(upload, count));
  for (let left = count; left > 0; left -= chunkLength) {
    await connection.send(left < chunkLength ? chunk.subarray(0, left) : chunk);
  }
  await connection.drop(1);
}

function parametersOf(suite: Suite): Parameters {
  return { suite, keyType: keyTypeOf(suite), group: 'X25519' };
}

function bulkCaseOf(name: string): BulkCase {
  const found = bulkCases.get(name);
  if (found === undefined) throw new Error(`There is no case ${name}`);
  return found;
}
