/** A process that loads one client and connects once: the first handshake with everything cold. */
import type { Target } from './cases.ts';
import { connectTo, findClient } from './client.ts';

export interface FirstQuestion {
  readonly subject: string;
  readonly target: Target;
}

/** Milliseconds of processor time and by the clock, of loading the client and of its first connection. */
export interface FirstAnswer {
  readonly load: Readonly<Record<'cpu' | 'wall', number>>;
  readonly connect: Readonly<Record<'cpu' | 'wall', number>>;
}

process.on('message', async ({ subject, target }: FirstQuestion) => {
  const beginning = now();
  const connect = await findClient(subject).load();
  const loaded = now();
  const connection = await connectTo(connect, target, 'new');
  const connected = now();
  await connection.close();
  const answer: FirstAnswer = { load: between(beginning, loaded), connect: between(loaded, connected) };
  process.send?.(answer);
});

interface Moment {
  readonly cpu: number;
  readonly wall: number;
}

function now(): Moment {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1000, wall: performance.now() };
}

function between(from: Moment, to: Moment): Moment {
  return { cpu: to.cpu - from.cpu, wall: to.wall - from.wall };
}
