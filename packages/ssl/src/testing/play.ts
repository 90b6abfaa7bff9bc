import { SHUT_RD, SHUT_RDWR, SHUT_WR, type ShutdownHow } from '@halfclose/ssl';
import * as assert from 'uvu/assert';
import { outcomeOf, quiet, type Scene } from './scene.ts';

const big = new Uint8Array(1 << 20);
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** Calls of ours. Their outcome is the value, the error, or `waits`; then `again` looks at the same call later. */
const calls = {
  recv: ({ socket }: Scene) => socket.recv(100),
  recvInto: ({ socket }: Scene) => socket.recvInto(new Uint8Array(100)),
  'send hello': ({ socket }: Scene) => socket.send(text('hello')),
  'sendall hello': ({ socket }: Scene) => socket.sendall(text('hello')),
  'sendall a lot': ({ socket }: Scene) => socket.sendall(big),
  connect: ({ socket }: Scene) => socket.connect(['example.com', 443]),
  doHandshake: ({ socket }: Scene) => socket.doHandshake(),
  'shutdown SHUT_RD': ({ socket }: Scene) => socket.shutdown(SHUT_RD),
  'shutdown SHUT_WR': ({ socket }: Scene) => socket.shutdown(SHUT_WR),
  'shutdown SHUT_RDWR': ({ socket }: Scene) => socket.shutdown(SHUT_RDWR),
  'shutdown 3': ({ socket }: Scene) => socket.shutdown(3 as ShutdownHow),
  unwrap: ({ socket }: Scene) => socket.unwrap(),
  'unwrap once more': ({ socket }: Scene) => socket.unwrap(),
  close: ({ socket }: Scene) => socket.close(),
  pending: async ({ socket }: Scene) => socket.pending(),
};

/** What the other side, or time, does. */
const events = {
  'server sends answer': ({ server }: Scene) => server.send(text('answer')),
  'server sends a lot': ({ server }: Scene) => server.send(big),
  'server sends close_notify': ({ server }: Scene) => server.closeNotify(),
  'server sends a fatal alert': ({ server }: Scene) => server.sendAlert('internal_error'),
  'server sends a KeyUpdate and asks for one': ({ server }: Scene) => server.sendKeyUpdate(true),
  'server sends a ticket': ({ server }: Scene) => void server.sendTicket(),
  'server sends a forged record': ({ server }: Scene) =>
    server.sendRaw(Uint8Array.of(23, 3, 3, 0, 20, ...new Uint8Array(20))),
  'server says SSH-2.0': ({ server }: Scene) => server.sendRaw(text('SSH-2.0-OpenSSH_9.6\r\n')),
  'carrier ends': (scene: Scene) => scene.endCarrier(),
  'carrier breaks': ({ theirs }: Scene) => theirs.break(),
  'time passes': ({ platform }: Scene) => void platform.passTime(),
} satisfies Record<string, (scene: Scene) => unknown>;

type Call = keyof typeof calls;
type Event = keyof typeof events;
/** One step of a scene: a call with its outcome; a call made earlier, looked at again; or an event. */
export type Step =
  | readonly [Call | `again ${Call}`, string]
  | Event
  | 'server reads nothing'
  | 'server reads on';

/** Plays a scene, and looks at each outcome when nothing moves any more. */
export async function play(scene: Scene, steps: readonly Step[]): Promise<void> {
  const made = new Map<string, Promise<unknown>>();
  let serverReadsOn = (): void => {};
  for (const [index, step] of steps.entries()) {
    const label = `step ${index + 1}, ${typeof step === 'string' ? step : step[0]}`;
    if (step === 'server reads nothing') serverReadsOn = scene.holdServer();
    else if (step === 'server reads on') serverReadsOn();
    else if (typeof step === 'string') await events[step](scene);
    else if (step[0].startsWith('again ')) {
      const call = made.get(step[0].slice('again '.length));
      assert.ok(call, label);
      assert.is(await outcomeOf(call), step[1], label);
    } else {
      const name = step[0] as Call; // Those that begin with "again" were sorted out above.
      const call = calls[name](scene);
      made.set(name, call);
      assert.is(await outcomeOf(call), step[1], label);
    }
    await quiet();
  }
}
