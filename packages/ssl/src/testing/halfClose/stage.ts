/** Plays one cell of the half-close table, and tells what came of it. */
import { SHUT_RD, SHUT_RDWR, SHUT_WR } from '@halfclose/ssl';
import type { ScriptedServer } from '@halfclose/testing/peer';
import {
  createScene,
  createScene12,
  follow,
  outcomeOf,
  quiet,
  type SceneOptions,
  type SceneServer,
  type SceneWith,
} from '../scene.ts';
import type { Call, CarrierKind, Cell, Scenario, SituationName, Version } from './specification.ts';

/** What the servers of both versions have in common. */
type Server = SceneServer & Pick<ScriptedServer, 'closeNotify' | 'send' | 'sendAlert' | 'sendRaw'>;
type Scene = SceneWith<Server>;

interface Waiting {
  readonly call: Promise<unknown>;
}

interface Staging {
  readonly options?: SceneOptions;
  /** Brings the situation about. @returns the call that waits, if there is one */
  readonly arrange: (scene: Scene) => Promise<Waiting | undefined>;
  /** What the server does at last. Left out: `later` and close_notify. */
  readonly answer?: (scene: Scene) => unknown;
}

const mebibyte = new Uint8Array(1 << 20);
const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const none = async (): Promise<undefined> => undefined;
const silence = (): void => {};

async function receives(scene: Scene, ...expected: readonly string[]): Promise<void> {
  for (const outcome of expected) {
    const seen = await outcomeOf(scene.socket.recv(100));
    if (seen !== outcome) throw new Error(`the situation began with ${seen}, not with ${outcome}`);
  }
}

/** Of what it dies, and then the server ends its side, too. */
function deadly(strike: (scene: Scene) => unknown, cause: string): Staging {
  return {
    async arrange(scene) {
      await strike(scene);
      await receives(scene, cause);
      await scene.endCarrier();
      return undefined;
    },
    answer: silence,
  };
}

const stagings: Readonly<Record<SituationName, Staging>> = {
  'before connect': { options: { given: 'unconnected' }, arrange: none, answer: silence },
  'during the handshake': {
    options: { given: 'handshaking', holdServer: true },
    arrange: async ({ connecting }) => connecting && { call: connecting },
  },
  established: { arrange: none },
  'with a pending recv': { arrange: async ({ socket }) => ({ call: socket.recv(100) }) },
  'with a pending send under back-pressure': {
    options: { highWaterMark: 16_384 },
    async arrange(scene) {
      scene.holdServer();
      return { call: scene.socket.sendall(mebibyte) };
    },
  },
  "after the server's close_notify": {
    async arrange(scene) {
      scene.server.send(text('answer'));
      scene.server.closeNotify();
      await receives(scene, 'answer', 'EOF');
      return undefined;
    },
    answer: silence,
  },
  "after the server's close_notify, with a pending send": {
    options: { highWaterMark: 16_384 },
    async arrange(scene) {
      scene.holdServer();
      const call = scene.socket.sendall(mebibyte);
      scene.server.closeNotify();
      return { call };
    },
    answer: silence,
  },
  'after a truncated end': deadly((scene) => scene.endCarrier(), 'SSLEOFError UNEXPECTED_EOF_WHILE_READING'),
  'after a fatal alert of the server': deadly(
    ({ server }) => server.sendAlert('internal_error'),
    'SSLError TLSV1_ALERT_INTERNAL_ERROR',
  ),
  'after a fatal alert of ours': deadly(
    ({ server }) => server.sendRaw(Uint8Array.of(23, 3, 3, 0, 24, ...new Uint8Array(24))),
    'SSLError DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
  ),
  'after a reset': deadly(({ theirs }) => theirs.break(), 'ECONNRESET'),
  'after SHUT_RD': { arrange: ({ socket }) => socket.shutdown(SHUT_RD).then(none) },
  'after SHUT_WR': { arrange: ({ socket }) => socket.shutdown(SHUT_WR).then(none) },
  'after SHUT_RDWR': { arrange: ({ socket }) => socket.shutdown(SHUT_RDWR).then(none) },
  'after SHUT_WR, answered': {
    async arrange(scene) {
      await scene.socket.shutdown(SHUT_WR);
      scene.server.send(text('answer'));
      scene.server.closeNotify();
      await receives(scene, 'answer', 'EOF');
      return undefined;
    },
    answer: silence,
  },
  'while close waits': { arrange: async ({ socket }) => ({ call: socket.close() }) },
  'while unwrap waits': { arrange: async ({ socket }) => ({ call: socket.unwrap() }) },
  'after unwrap': {
    async arrange(scene) {
      const unwrapping = scene.socket.unwrap();
      scene.server.closeNotify();
      await unwrapping;
      return undefined;
    },
    answer: silence,
  },
};

const made: Readonly<Record<Exclude<Call, 'nothing'>, (scene: Scene) => Promise<unknown>>> = {
  SHUT_RD: ({ socket }) => socket.shutdown(SHUT_RD),
  SHUT_WR: ({ socket }) => socket.shutdown(SHUT_WR),
  SHUT_RDWR: ({ socket }) => socket.shutdown(SHUT_RDWR),
  close: ({ socket }) => socket.close(),
  unwrap: ({ socket }) => socket.unwrap(),
};

export interface Played {
  readonly cell: Cell;
  /** Whether all that we sent after the handshake was encrypted. */
  readonly allEncrypted: boolean;
  /** The carrier after `close`, and timers that are still set then. */
  readonly carrierInTheEnd: string;
  readonly timersInTheEnd: number;
}

export async function playCell({ situation, call, version, carrier }: Scenario): Promise<Played> {
  const staging = stagings[situation];
  const scene = await sceneFor(version, carrier, staging.options);
  const waiting = await staging.arrange(scene);
  const pending = waiting && follow(waiting.call);
  await quiet();
  const gives = call === 'nothing' ? undefined : follow(made[call](scene));
  await quiet();
  const send = follow(scene.socket.sendall(text('hello')));
  await quiet();
  const carrierState = (): string =>
    situation === 'before connect' && scene.carrier.state === 'open' ? 'none' : scene.carrier.state;
  const outcomes = (): Pick<Cell, 'gives' | 'pending' | 'send' | 'carrier'> => ({
    ...(gives && { gives: gives() }),
    ...(pending && { pending: pending() }),
    send: send(),
    carrier: carrierState(),
  });
  const before = outcomes();

  scene.letServerRead();
  await quiet();
  await (staging.answer ?? answerTo(call))(scene);
  await quiet();
  const recv = await receiveToTheEnd(scene);
  const cell: Cell = { ...inTurn(before, outcomes()), recv, wire: summaryOf(scene.wire()) };
  const allEncrypted = scene.server.records.every(
    ({ contentType, encrypted }) => encrypted || contentType === 20 || contentType === 22,
  );
  await scene.close();
  await quiet();
  return {
    cell,
    allEncrypted,
    carrierInTheEnd: scene.carrier.state,
    timersInTheEnd: scene.platform.timers,
  };
}

function sceneFor(version: Version, carrier: CarrierKind, options: SceneOptions = {}): Promise<Scene> {
  const halfClose = carrier === 'halves';
  return version === 'TLSv1.2'
    ? createScene12({ ...options, halfClose })
    : createScene({ ...options, halfClose, server: {} });
}

function answerTo(call: Call): (scene: Scene) => unknown {
  return (scene) => {
    if (!scene.server.done) return scene.endCarrier();
    if (call !== 'unwrap') scene.server.send(text('later'));
    return scene.server.closeNotify();
  };
}

/** `before → after`, where that is not the same. */
function inTurn<T extends object>(before: T, after: T): T {
  const turns = Object.entries(after).map(([name, then]) => {
    const now = Object.entries(before).find(([other]) => other === name)?.[1];
    return [name, now === then ? then : `${now} → ${then}`];
  });
  return Object.fromEntries(turns);
}

/** Everything that `recv` gives, up to an end, an error, or a wait. */
async function receiveToTheEnd({ socket }: Scene): Promise<string> {
  const seen: string[] = [];
  for (let left = 5; left > 0; left -= 1) {
    const outcome = await outcomeOf(socket.recv(100));
    seen.push(outcome);
    if (outcome !== 'later') break;
  }
  return seen.join(' ');
}

/** Records of application data and alerts; what `sendall` of a mebibyte came to is one. */
function summaryOf(wire: readonly string[]): string {
  const records = wire.filter((record) => !record.startsWith('type '));
  const texts = records.map((record) => record.replace(/^data of 16384$/, 'a lot').replace(/^data /, ''));
  const whole = texts.filter((record) => record === 'a lot').length * 16_384;
  const once = texts.filter((record, index) => record !== 'a lot' || texts[index - 1] !== 'a lot');
  return once
    .map((record) => (record === 'a lot' && whole !== mebibyte.length ? `${whole} octets` : record))
    .join(' ');
}
