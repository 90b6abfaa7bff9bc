import { createInterface } from 'node:readline';
import type { TLSSocket } from 'node:tls';

/** Milliseconds. */
const tickEvery = 2000;
const farewellEvery = 1000;
const farewells = 5;
const patience = 300_000;

/**
 * The server's side of a conversation in which the two halves can be told apart: it says a line every two seconds and echoes
 * what it is told. At the end of our data it says how much that was, goes on for five seconds more, and then ends its own.
 */
export function talk(socket: TLSSocket): void {
  const counts = { lines: 0, octets: 0, ticks: 0 };
  const say = (line: string): void => {
    if (socket.writable) socket.write(`${line}\n`);
  };
  const tick = setInterval(() => say(`tick ${++counts.ticks}`), tickEvery);
  let farewell: NodeJS.Timeout | undefined;
  const tired = setTimeout(() => socket.end('five minutes are over\n'), patience);

  say(`hello, this is ${socket.getProtocol()} with ${socket.getCipher().standardName}; say something`);
  socket.on('data', (data: Buffer) => {
    counts.octets += data.length;
  });
  createInterface({ input: socket }).on('line', (line) => {
    counts.lines += 1;
    say(`you said: ${line}`);
  });
  socket.on('end', () => {
    clearInterval(tick);
    say(`you have finished: ${plural(counts.lines, 'line')}, ${plural(counts.octets, 'octet')}. I have not`);
    let left = farewells;
    farewell = setInterval(() => {
      if (left > 0) say(`still talking: ${left--} to go`);
      else {
        clearInterval(farewell);
        if (socket.writable) socket.end('goodbye\n');
      }
    }, farewellEvery);
  });
  socket.on('close', () => {
    clearInterval(tick);
    clearInterval(farewell);
    clearTimeout(tired);
  });
}

/** Milliseconds. */
const cutAfter = 1500;

/** One that breaks off in the middle: TCP ends, and TLS was not told. */
export function breakOff(socket: TLSSocket): void {
  socket.write('hello, this will be a long st');
  socket.resume();
  const cut = setTimeout(() => socket.destroy(), cutAfter);
  socket.on('close', () => clearTimeout(cut));
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
