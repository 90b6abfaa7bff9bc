/** The host in an engine that can only print: it is told before what it will be asked. Runs before the program. */
export {};

/** Hexadecimal; null for an end; an error's message. */
type Answer = string | null | { readonly failure: string };

const world = globalThis as unknown as {
  input: { only: string; setting: string; now: number; answers: Answer[][] };
  host: object;
  print(line: string): void;
};
const input = world.input;
let connections = 0;
/** For each connection. */
const reads: number[] = [];
// Entropy has to be the same in each run: no secret of anybody depends on it.
let state = 0x9e3779b9;
const ask = (request: object): void => world.print(JSON.stringify(request));
world.host = {
  only: input.only,
  hasTimers: false,
  setting: input.setting,
  now: () => input.now,
  random: (length: number) => {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i += 1) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[i] = state & 0xff;
    }
    return bytes.buffer;
  },
  // Nobody who has to wait is waited for.
  setTimer: () => 0,
  clearTimer: () => undefined,
  connect: (port: number) => {
    ask({ kind: 'connect', port });
    connections += 1;
    return Promise.resolve(connections - 1);
  },
  read: (connection: number) => {
    ask({ kind: 'read', connection });
    const index = reads[connection] ?? 0;
    reads[connection] = index + 1;
    const answer = input.answers[connection]?.[index];
    if (answer === undefined) return new Promise(() => undefined);
    if (answer === null) return Promise.resolve(null);
    if (typeof answer === 'object') return Promise.reject(new Error(answer.failure));
    const bytes = new Uint8Array(answer.length / 2);
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(answer.slice(2 * i, 2 * i + 2), 16);
    return Promise.resolve(bytes.buffer);
  },
  write: (connection: number, data: ArrayBuffer) => {
    let hex = '';
    new Uint8Array(data).forEach((octet) => {
      hex += (octet + 256).toString(16).slice(1);
    });
    ask({ kind: 'write', connection, hex });
    return Promise.resolve();
  },
  closeWrite: (connection: number) => {
    ask({ kind: 'closeWrite', connection });
    return Promise.resolve();
  },
  close: (connection: number) => ask({ kind: 'close', connection }),
  report: (outcomes: string) => world.print(`report ${outcomes}`),
};
