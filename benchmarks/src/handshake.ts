import type { Benchmark, Task } from './harness/benchmark.ts';
import { spend } from './harness/measure.ts';
import { keyTypes, type Parameters, suites } from './tls/cases.ts';
import { clients, connectTo, findClient } from './tls/client.ts';
import { findTarget, startServers } from './tls/servers.ts';

const parameters = new Map<string, Parameters>(
  suites.flatMap((suite) =>
    keyTypes.map((keyType) => [`${suite}, X25519, ${keyType}`, { suite, keyType }] as const),
  ),
);

/** Full handshakes, one after another, each with its TCP connection and its closing. */
export const handshake: Benchmark = {
  name: 'handshake',
  describe: ({ handshakes }) =>
    `${handshakes} full TLS 1.3 handshakes one after another, with the TCP connection and the closing`,
  cases: [...parameters.keys()],
  subjects: clients.map(({ name }) => name),
  metrics: [
    { name: 'cpu', unit: 'ms/handshake' },
    { name: 'wall', unit: 'ms/handshake' },
    { name: 'rate', unit: 'handshakes/s' },
  ],
  prepare: (cases) => startServers(cases.map(parametersOf)),
  async measure({ case: name, subject, effort, setting }: Task) {
    const client = findClient(subject);
    const target = findTarget(setting, parametersOf(name));
    const handshakes = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 1) await (await connectTo(client, target)).close();
    };
    // A fifth beforehand: what compiles is compiled, as in a program that has run for a while.
    await handshakes(Math.ceil(effort.handshakes / 5));
    const { wall, cpu } = await spend(() => handshakes(effort.handshakes));
    return {
      cpu: cpu / effort.handshakes,
      wall: wall / effort.handshakes,
      rate: (1000 * effort.handshakes) / wall,
    };
  },
};

function parametersOf(name: string): Parameters {
  const found = parameters.get(name);
  if (found === undefined) throw new Error(`There is no case ${name}`);
  return found;
}
