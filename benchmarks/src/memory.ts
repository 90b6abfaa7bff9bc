import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Benchmark, Setting, Task } from './harness/benchmark.ts';
import type { Parameters } from './tls/cases.ts';
import { type Connection, clients, connectTo, findClient } from './tls/client.ts';
import { download, encodeRequest, upload } from './tls/protocol.ts';
import { findTarget, startServers } from './tls/servers.ts';

const kibibyte = 1024;
const mebibyte = 1_048_576;

/** Connections that are open together; and before them, to have what is made once. */
const connections = 100;
const earlier = 10;

/** Milliseconds in which an idle connection may let go of what it does not need. */
const idleTime = 500;

const parameters: Parameters = { suite: 'TLS_AES_128_GCM_SHA256', keyType: 'P-256', group: 'X25519' };

type Measure = (connect: () => Promise<Connection>, mib: number) => Promise<number>;

const cases = new Map<string, Measure>([
  ['idle connection', (connect) => perConnection(connect, async () => {})],
  ['idle connection after 1 MiB each way', (connect) => perConnection(connect, transferBothWays)],
  ['growth while receiving', growthWhileReceiving],
]);

/** What connections keep in memory. */
export const memory: Benchmark = {
  name: 'memory',
  describe: ({ mib }) =>
    `octets of the JavaScript heap and of array buffers for each of ${connections} connections, and by how much they grow ` +
    `while one connection receives ${mib} MiB; what OpenSSL allocates for node:tls is not among them`,
  cases: [...cases.keys()],
  subjects: clients.map(({ name }) => name),
  metrics: [{ name: 'heap', unit: 'KiB' }],
  mib: 1024,
  prepare: (): Promise<Setting> => startServers([parameters]),
  async measure({ case: name, subject, effort, setting }: Task) {
    const measure = cases.get(name);
    if (measure === undefined) throw new Error(`There is no case ${name}`);
    const client = await findClient(subject).load();
    const target = findTarget(setting, parameters);
    return { heap: (await measure(() => connectTo(client, target), effort.mib)) / kibibyte };
  },
};

/** What one more idle connection takes, once `use` has been made of it. */
async function perConnection(
  connect: () => Promise<Connection>,
  use: (connection: Connection) => Promise<void>,
): Promise<number> {
  const open: Connection[] = [];
  const openMore = async (count: number): Promise<number> => {
    for (let left = count; left > 0; left -= 1) {
      const connection = await connect();
      await use(connection);
      open.push(connection);
    }
    return settledHeap();
  };
  const before = await openMore(earlier);
  const after = await openMore(connections);
  for (const connection of open) await connection.close();
  return (after - before) / connections;
}

async function transferBothWays(connection: Connection): Promise<void> {
  await connection.send(encodeRequest(download, mebibyte));
  await connection.drop(mebibyte);
  await connection.send(encodeRequest(upload, mebibyte));
  await connection.send(new Uint8Array(mebibyte));
  await connection.drop(1);
}

async function growthWhileReceiving(connect: () => Promise<Connection>, mib: number): Promise<number> {
  const connection = await connect();
  const receive = async (count: number): Promise<number> => {
    await connection.send(encodeRequest(download, count));
    await connection.drop(count);
    return settledHeap();
  };
  // Beforehand, what is made once is made, and what compiles is compiled.
  const before = await receive(64 * mebibyte);
  const after = await receive(mib * mebibyte);
  await connection.close();
  return after - before;
}

/** Octets in use after everything that can be collected was collected. */
async function settledHeap(): Promise<number> {
  await sleep(idleTime);
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('This engine does not collect on demand');
  for (let round = 0; round < 4; round += 1) {
    collect();
    await sleep(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
