import { createHash } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** Octets, a space, and their SHA-256. */
type Account = string;

/** Milliseconds between two pieces of what is sent meanwhile. */
const pause = 50;
/** Of those, at most: a replay takes a whole run for each. */
const pieces = 8;

/**
 * A server that says over another connection what it got. The first line is what it is to do:
 *
 * - `put NAME` sends for a while, or until the client has ended its half
 * - `bye NAME` says `bye` and ends its own half at once
 * - `get NAME` tells what came after that line in the last connection that said `put` or `bye`, once it has ended
 * - `chat` does as `put`, and keeps no account
 */
export function createWitness(): (socket: TLSSocket) => void {
  const accounts = createAccounts();
  const obey = (socket: TLSSocket, line: string): ((octets: Buffer) => void) => {
    const verb = line.replace(/ .*/, '');
    const name = line.slice(verb.length + 1);
    if (verb === 'get') {
      void accounts.take(name).then((account) => socket.end(account));
      return () => {};
    }
    if (verb === 'bye') socket.end('bye');
    else sendMeanwhile(socket);
    const hash = createHash('sha256');
    let length = 0;
    if (verb !== 'chat') socket.on('end', () => accounts.give(name, `${length} ${hash.digest('hex')}`));
    return (octets) => {
      hash.update(octets);
      length += octets.length;
    };
  };
  return (socket) => {
    let line = Buffer.alloc(0);
    let count: ((octets: Buffer) => void) | undefined;
    socket.on('data', (chunk: Buffer) => {
      if (count !== undefined) {
        count(chunk);
        return;
      }
      line = Buffer.concat([line, chunk]);
      const end = line.indexOf('\n');
      if (end === -1) return;
      count = obey(socket, line.toString('latin1', 0, end));
      count(line.subarray(end + 1));
    });
  };
}

function sendMeanwhile(socket: TLSSocket): void {
  let left = pieces;
  const chat = (): void => {
    if (left === 0 || socket.writableNeedDrain) return;
    left -= 1;
    socket.write(Buffer.alloc(1000, 'chatter '));
  };
  const timer = setInterval(chat, pause);
  chat();
  socket.on('end', () => {
    clearInterval(timer);
    socket.end();
  });
  socket.on('close', () => clearInterval(timer));
}

/** Each is given once and taken once, in either order. */
function createAccounts(): {
  give(name: string, account: Account): void;
  take(name: string): Promise<Account>;
} {
  const given = new Map<string, Account>();
  const waiting = new Map<string, (account: Account) => void>();
  return {
    give(name, account) {
      const tell = waiting.get(name);
      waiting.delete(name);
      if (tell) tell(account);
      else given.set(name, account);
    },
    async take(name) {
      const account = given.get(name);
      given.delete(name);
      return account ?? new Promise((resolve) => waiting.set(name, resolve));
    },
  };
}
