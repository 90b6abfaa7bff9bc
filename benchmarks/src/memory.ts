import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Benchmark, Setting, Task } from './harness/benchmark.ts';
import type { Parameters } from './tls/cases.ts';
import { type Acquaintance, type Connection, clients, connectTo, findClient } from './tls/client.ts';
import { download, encodeRequest, upload } from './tls/protocol.ts';
import { findTarget, startServers } from './tls/servers.ts';

const kibibyte = 1024;
const mebibyte = 1_048_576;

/** Milliseconds in which an idle connection may let go of what it does not need. */
const idleTime = 1200;

const parameters: Parameters = { suite: 'TLS_AES_128_GCM_SHA256', keyType: 'P-256', group: 'X25519' };

/** What is in use, octets: of the JavaScript heap and of array buffers; of the process, as the system sees it. */
interface InUse {
  readonly heap: number;
  readonly resident: number;
}

type Measure = (connect: Open, mib: number) => Promise<InUse>;
type Open = (acquaintance?: Acquaintance) => Promise<Connection>;

const cases = new Map<string, Measure>([
  ['idle connection, of 1,000', (connect) => perConnection(connect, 1000, async () => {})],
  [
    'idle connection after 1 MiB each way, of 100',
    (connect) => perConnection(connect, 100, transferBothWays),
  ],
  ['growth while receiving', growthWhileReceiving],
  ['growth by 10,000 opened and closed', growthByLives],
]);

/** What connections keep in memory. */
export const memory: Benchmark = {
  name: 'memory',
  describe: ({ mib }) =>
    'by how much memory grows for each connection that is open and waits for data, while one receives ' +
    `${mib} MiB, and by connections that are resumed and closed, ten at a time. heap is the JavaScript heap and array ` +
    'buffers, where what OpenSSL allocates for node:tls is not; resident is the whole process',
  cases: [...cases.keys()],
  subjects: clients.map(({ name }) => name),
  metrics: [
    { name: 'heap', unit: 'KiB' },
    { name: 'resident', unit: 'KiB' },
  ],
  mib: 1024,
  prepare: (): Promise<Setting> => startServers([parameters]),
  async measure({ case: name, subject, effort, setting }: Task) {
    const measure = cases.get(name);
    if (measure === undefined) throw new Error(`There is no case ${name}`);
    const client = await findClient(subject).load();
    const target = findTarget(setting, parameters);
    const { heap, resident } = await measure(
      (acquaintance) => connectTo(client, target, acquaintance),
      effort.mib,
    );
    return { heap: heap / kibibyte, resident: resident / kibibyte };
  },
};

/** What one more connection takes that waits for data, once `use` has been made of it. */
async function perConnection(
  connect: Open,
  count: number,
  use: (connection: Connection) => Promise<void>,
): Promise<InUse> {
  const open: Connection[] = [];
  const openMore = async (more: number): Promise<InUse> => {
    for (let left = more; left > 0; left -= 1) {
      const connection = await connect();
      await use(connection);
      // It waits in vain, and until it is closed.
      connection.drop(1).catch(() => {});
      open.push(connection);
    }
    return settled();
  };
  // Beforehand what is made once is made, and the young generation is as large as it gets.
  growYoungGeneration();
  await openMore(count / 4);
  for (const connection of open.splice(0)) await connection.close();
  const before = await openMore(10);
  const after = await openMore(count);
  for (const connection of open) await connection.close();
  return { heap: (after.heap - before.heap) / count, resident: (after.resident - before.resident) / count };
}

/**
 * V8 makes room for young objects, up to some ten MiB, while much survives, and seldom gives it back: that is a cost of
 * handshakes, paid once, and would be divided among however many connections happened to be open when it grew.
 */
function growYoungGeneration(): void {
  const surviving: unknown[] = [];
  while (surviving.length < 1_000_000) surviving.push({ index: surviving.length });
}

async function transferBothWays(connection: Connection): Promise<void> {
  await connection.send(encodeRequest(download, mebibyte));
  await connection.drop(mebibyte);
  await connection.send(encodeRequest(upload, mebibyte));
  await connection.send(new Uint8Array(mebibyte));
  await connection.drop(1);
}

async function growthWhileReceiving(connect: Open, mib: number): Promise<InUse> {
  const connection = await connect();
  const receive = async (count: number): Promise<InUse> => {
    await connection.send(encodeRequest(download, count));
    await connection.drop(count);
    return settled();
  };
  // Beforehand, what is made once is made, and what compiles is compiled.
  const before = await receive(64 * mebibyte);
  const after = await receive(mib * mebibyte);
  await connection.close();
  return growth(before, after);
}

async function growthByLives(connect: Open): Promise<InUse> {
  const live = async (times: number): Promise<InUse> => {
    for (let left = times; left > 0; left -= 10) {
      const open = await Promise.all(Array.from({ length: 10 }, () => connect('resumed')));
      await Promise.all(open.map((connection) => connection.close()));
    }
    return settled();
  };
  const before = await live(1000);
  return growth(before, await live(10_000));
}

function growth(before: InUse, after: InUse): InUse {
  return { heap: after.heap - before.heap, resident: after.resident - before.resident };
}

/** What is in use after everything that can be collected was collected. */
async function settled(): Promise<InUse> {
  await sleep(idleTime);
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('This engine does not collect on demand');
  for (let round = 0; round < 4; round += 1) {
    collect();
    await sleep(20);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed + external, resident: rss };
}
