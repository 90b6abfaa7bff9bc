import type { ClientConnection } from '@halfclose/tls';
import { concat } from './recordWriter.ts';
import type { ScriptedServer } from './server.ts';

export interface ConverseOptions {
  /**
   * How many of the octets that wait for the client it gets at a time, 1 at least. Left out: all. What it doesn't
   * take is offered again.
   */
  readonly chunk?: (waiting: number) => number;
  /** Whether plaintext is read as it comes. Left out: true. False leaves it, and the conversation stops when full. */
  readonly read?: boolean;
}

/**
 * Carries bytes both ways until neither side says any more, or the client waits for something outside.
 * @returns the plaintext that the client gave out meanwhile
 */
export function converse(
  client: ClientConnection,
  server: ScriptedServer,
  options: ConverseOptions = {},
): Uint8Array {
  const plaintext: Uint8Array[] = [];
  const chunk = options.chunk ?? ((waiting) => waiting);
  for (let moved = true; moved; ) {
    moved = carryToServer(client, server);
    const waiting = server.output();
    if (waiting.length > 0) {
      const taken = client.receive(
        waiting.slice(0, Math.max(1, Math.min(chunk(waiting.length), waiting.length))),
      );
      server.outputTaken(taken);
      moved ||= taken > 0;
    }
    if (options.read !== false && client.readable > 0) {
      plaintext.push(readAll(client));
      moved = true;
    }
  }
  return concat(plaintext);
}

/** `converse`, going on whenever the client has what it waited for. */
export async function converseWaiting(
  client: ClientConnection,
  server: ScriptedServer,
  options: ConverseOptions = {},
): Promise<Uint8Array> {
  const plaintext = [converse(client, server, options)];
  while (client.waiting !== undefined) {
    await client.waiting;
    plaintext.push(converse(client, server, options));
  }
  return concat(plaintext);
}

/** @returns whether there was anything */
export function carryToServer(client: ClientConnection, server: ScriptedServer): boolean {
  const output = client.output().slice();
  if (output.length === 0) return false;
  client.outputTaken(output.length);
  server.receive(output);
  return true;
}

/** All the plaintext that is readable now. */
export function readAll(client: ClientConnection): Uint8Array {
  const target = new Uint8Array(client.readable);
  return target.subarray(0, target.length === 0 ? 0 : client.read(target));
}

/** Hands `data` to the client, carrying on where its output is full. */
export function writeAll(client: ClientConnection, server: ScriptedServer, data: Uint8Array): void {
  for (let at = 0; at < data.length; ) {
    const taken = client.write(data, at);
    at += taken;
    if (!carryToServer(client, server) && taken === 0) throw new Error('the client takes nothing');
  }
}
