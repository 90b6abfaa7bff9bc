import { certificatesIn, refusalOf, type ShownChain } from './certificateView.ts';
import { type Connection, type ConnectionListener, connect } from './connection.ts';
import type { Controls } from './controls.ts';
import type { ConversationView } from './conversationView.ts';
import { explain } from './explain.ts';
import type { Counters, Half, Target } from './model.ts';
import type { StatusView } from './statusView.ts';
import type { WireView } from './wireView.ts';

/** What a connection is seen by. */
export interface Views {
  readonly wire: WireView;
  readonly conversation: ConversationView;
  readonly status: StatusView;
  readonly counted: (counters: Counters) => void;
  readonly certificates: (shown: ShownChain) => void;
}

/** One connection, from its beginning to its end. */
export interface Scene {
  shutDownWriting(): void;
  shutDownReading(): void;
  close(): void;
  say(line: string): void;
  /** Another one comes: closes this one, and shows nothing of it any more. */
  leave(): void;
}

export function playScene(target: Target, views: Views, controls: Controls): Scene {
  const { name, authority } = target;
  const anchor = authority === undefined ? 'on Mozilla’s list' : 'the demonstration’s own authority';
  const { wire, conversation, status, counted, certificates } = views;
  let writing: Half = 'waiting';
  let reading: Half = 'waiting';
  let isOpen = true;
  let hasLeft = false;
  let sent: readonly Uint8Array[] = [];

  const show = (): void => {
    if (hasLeft) return;
    status.halves(writing, reading);
    controls.allow(isOpen, writing, reading);
  };
  const fail = (error: unknown): void => {
    if (hasLeft) return;
    isOpen = false;
    status.trouble(explain(error, target));
    const refusal = refusalOf(error);
    if (refusal !== undefined) certificates({ chain: sent, isVerified: false, refusal, name, anchor });
    conversation.rest();
    if (writing !== 'shut') writing = 'lost';
    if (reading === 'waiting' || reading === 'open') reading = 'lost';
    show();
  };

  const listener: ConnectionListener = {
    event(event) {
      if (hasLeft) return;
      wire.add(event);
      if (event.kind !== 'message' || event.message.direction !== 'received') return;
      const chain = certificatesIn(event.message, event.annotation);
      if (chain.length > 0) sent = chain;
    },
    counted(counters) {
      if (!hasLeft) counted(counters);
    },
    established(socket) {
      if (hasLeft) return;
      status.established(socket);
      const chain = socket.getVerifiedChain();
      certificates({ chain, isVerified: true, refusal: undefined, name, anchor });
      writing = 'open';
      reading = 'open';
      show();
      controls.focus();
    },
    received(text) {
      if (!hasLeft) conversation.said('server', text);
    },
    ended() {
      if (reading !== 'open' || hasLeft) return;
      reading = 'over';
      conversation.rest();
      conversation.said('note', 'the server has finished');
      // TLS 1.2 answers its close_notify with ours.
      if (target.version === 'TLSv1.2' && writing === 'open') writing = 'over';
      show();
    },
    failed: fail,
  };
  const connection: Connection = connect(target, listener);
  const act = (note: string, action: Promise<void>): void => {
    if (note !== '') conversation.said('note', note);
    action.catch(fail);
    show();
  };
  show();

  return {
    shutDownWriting() {
      writing = 'shut';
      act('you have finished; the server may go on', connection.shutDownWriting());
    },
    shutDownReading() {
      reading = 'shut';
      act('you have stopped listening; you may go on talking', connection.shutDownReading());
    },
    close() {
      isOpen = false;
      if (writing === 'open') writing = 'shut';
      if (reading === 'open') reading = 'shut';
      act('you have closed the connection', connection.close());
    },
    say(line) {
      conversation.said('you', line);
      act('', connection.send(`${line}\n`));
    },
    leave() {
      hasLeft = true;
      void connection.close().catch(() => {});
    },
  };
}
