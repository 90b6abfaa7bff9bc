/** Ways to spoil a flight of the scripted server of TLS 1.2, and its ServerHello. */
import type { Extension } from '../messages/extension.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import type { ServerHello } from '../messages/serverHello.ts';
import { contentTypes } from '../protocol/contentTypes.ts';
import type { Options12, Scripted12, Step12 } from './scripted12.ts';

type Edit = (steps: readonly Step12[]) => readonly Step12[];

/** Another answer to the ClientHello. */
export function answer(edit: Edit): Pick<Options12, 'flight'> {
  return { flight: (steps, flight) => (flight === 1 ? edit(steps) : steps) };
}

/** Another answer to the client's Finished. */
export function ending(edit: Edit): Pick<Options12, 'flight'> {
  return { flight: (steps, flight) => (flight === 2 ? edit(steps) : steps) };
}

export function without(...left: readonly Step12[]): Edit {
  return (steps) => steps.filter((step) => !left.includes(step));
}

/** More steps right before one. */
export function before(step: Step12, ...more: readonly Step12[]): Edit {
  return (steps) => {
    const at = steps.indexOf(step);
    if (at < 0) throw new RangeError(`the flight has no step ${String(step)}`);
    return [...steps.slice(0, at), ...more, ...steps.slice(at)];
  };
}

/** A message that is in no transcript. */
export function message(type: number, body: readonly number[] = []): (server: Scripted12) => void {
  return (server) => server.sendMessage(type, Uint8Array.from(body));
}

export function record(type: number, content: readonly number[]): (server: Scripted12) => void {
  return (server) => server.sendRecord(type, Uint8Array.from(content));
}

/** One that changes no keys. */
export const bareChangeCipherSpec: (server: Scripted12) => void = record(contentTypes.changeCipherSpec, [1]);

/** Another body under the same type. */
export function body(
  replace: (body: Buffer) => Uint8Array,
): (message: HandshakeMessage) => readonly HandshakeMessage[] {
  return (message) => [handshakeMessage(message.type, replace(Buffer.from(message.body)))];
}

/** A ServerHello with one extension more, or instead of that of its type. */
export function extension(type: number, data: readonly number[] = []): Pick<Options12, 'hello'> {
  const added = { type, data: Uint8Array.from(data) };
  return edited((extensions) => [...extensions.filter((each) => each.type !== type), added]);
}

export function withoutExtension(type: number): Pick<Options12, 'hello'> {
  return edited((extensions) => extensions.filter((each) => each.type !== type));
}

function edited(edit: (extensions: readonly Extension[]) => readonly Extension[]): Pick<Options12, 'hello'> {
  return { hello: ({ extensions }: ServerHello) => ({ extensions: edit(extensions) }) };
}
