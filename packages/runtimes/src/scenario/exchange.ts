/** What most checks do. */
import { sha256 } from '@halfclose/crypto';
import { type Platform, SHUT_WR, type SSLContext, type SSLSocket } from '@halfclose/ssl';
import type { Setting, World } from './world.ts';

export async function newContext(
  { createContext }: World,
  { authority }: Setting,
  parts?: Partial<Platform>,
): Promise<SSLContext> {
  const context = createContext(parts);
  await context.loadVerifyLocations({ cadata: authority });
  return context;
}

/** A connection before its handshake. */
export async function wrap(
  world: World,
  context: SSLContext,
  port: number,
  session?: SSLSocket['session'],
): Promise<SSLSocket> {
  return context.wrapSocket(await world.connectTo(port), {
    serverHostname: 'localhost',
    ...(session && { session }),
  });
}

export async function connect(
  world: World,
  context: SSLContext,
  port: number,
  session?: SSLSocket['session'],
): Promise<SSLSocket> {
  const socket = await wrap(world, context, port, session);
  await socket.doHandshake();
  return socket;
}

/** With a context of its own. */
export async function connectAnew(world: World, setting: Setting, port: number): Promise<SSLSocket> {
  return connect(world, await newContext(world, setting), port);
}

/** Octets of which none can be lost or moved without being seen: 251 is prime. */
export function pattern(length: number): Uint8Array {
  const octets = new Uint8Array(length);
  for (let i = 0; i < Math.min(length, 251); i += 1) octets[i] = i;
  for (let filled = 251; filled < length; filled *= 2) octets.copyWithin(filled, 0, filled);
  return octets;
}

/** The server answers once we have shut down writing, so that octets back show both halves. */
export async function goThereAndBack(socket: SSLSocket, octets: number): Promise<void> {
  const data = pattern(octets);
  await socket.sendall(data);
  await socket.shutdown(SHUT_WR);
  await receiveThe(data, socket);
  await socket.close();
}

/** Receives exactly these, and then the end. */
export async function receiveThe(data: Uint8Array, socket: SSLSocket): Promise<void> {
  let position = 0;
  for await (const chunk of socket) {
    for (const octet of chunk) {
      if (octet !== data[position]) throw new Error(`octet ${position} came back as another`);
      position += 1;
    }
  }
  expect(position, data.length);
}

/** All that comes, as text of one octet a character. */
export async function receiveText(socket: SSLSocket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String.fromCharCode(...chunk);
  return text;
}

export function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** SHA-256, in hexadecimal. */
export function digestOf(data: Uint8Array): string {
  return Array.from(sha256.digest(data), (octet) => octet.toString(16).padStart(2, '0')).join('');
}

export function expect(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`it is ${String(actual)}, and not ${String(expected)}`);
}

/** What a promise is rejected with. @throws Error where it is not */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it should have failed');
}
