import type { WebSocketEvent, WebSocketLike } from '../websocket/webSocketLike.ts';

/** A WebSocket of which the test is the other side. */
export interface ScriptedWebSocket extends WebSocketLike {
  readyState: number;
  bufferedAmount: number;
  /** What was sent, and what it was closed with. */
  readonly sent: Uint8Array[];
  readonly closedWith: (readonly [number | undefined, string | undefined])[];
  /** How often it was paused and resumed, where it can be. */
  readonly pauses: ('pause' | 'resume')[];
  emit(type: string, event?: Omit<WebSocketEvent, 'type'>): void;
  open(): void;
}

export function scriptedWebSocket(
  options: { readonly pausable?: boolean; readonly connecting?: boolean } = {},
): ScriptedWebSocket {
  const { pausable = false, connecting = false } = options;
  const listeners: [string, (event: WebSocketEvent) => void][] = [];
  const socket: ScriptedWebSocket = {
    readyState: connecting ? 0 : 1,
    bufferedAmount: 0,
    binaryType: 'blob',
    sent: [],
    closedWith: [],
    pauses: [],
    send: (message) => socket.sent.push(message),
    close(code, reason) {
      socket.readyState = 2;
      socket.closedWith.push([code, reason]);
    },
    addEventListener: (type, listener) => listeners.push([type, listener]),
    emit(type, event = {}) {
      if (type === 'close') socket.readyState = 3;
      for (const [ofType, listener] of listeners) if (ofType === type) listener({ type, ...event });
    },
    open() {
      socket.readyState = 1;
      socket.emit('open');
    },
  };
  if (pausable) {
    socket.pause = () => socket.pauses.push('pause');
    socket.resume = () => socket.pauses.push('resume');
  }
  return socket;
}

export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** The `code` of what a promise rejects with. */
export function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error) => error.code ?? error,
  );
}

/** Whether a promise is settled once everything that can happen by itself has happened. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}
