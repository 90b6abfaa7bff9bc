import type { ObservedMessage } from '@halfclose/tls';
import { createAnnotator } from '@halfclose/tls/annotate';
import { addressInQuery, connectWebSocket } from '@halfclose/transports/websocket';
import { SHUT_RD, SHUT_WR, SSLContext, type SSLSocket, TLSVersion } from 'halfclose';
import { place } from './format.ts';
import { type Counters, noCounters, type Target, type WireEvent } from './model.ts';
import { tapWire } from './wireTap.ts';

/** Told what happens, in the order in which it does. */
export interface ConnectionListener {
  event(event: WireEvent): void;
  counted(counters: Counters): void;
  /** The handshake is done, and the server is who it ought to be. */
  established(socket: SSLSocket): void;
  /** Data, in clear. */
  received(text: string): void;
  /** No more data will come: the server's close_notify, or ours not to read. */
  ended(): void;
  failed(error: unknown): void;
}

/** A connection that somebody plays with. */
export interface Connection {
  send(text: string): Promise<void>;
  shutDownWriting(): Promise<void>;
  shutDownReading(): Promise<void>;
  close(): Promise<void>;
}

const readAtOnce = 16_384;

/** Connects through the relay, and reads until there is nothing more to read. */
export function connect(target: Target, listener: ConnectionListener): Connection {
  const begun = performance.now();
  const now = (): number => performance.now() - begun;
  const counters = noCounters();
  const annotate = createAnnotator();
  let socket: SSLSocket | undefined;
  let readingShut = false;
  let isClosed = false;
  const givenUp = new AbortController();

  const observe = (message: ObservedMessage): void => {
    const isData = message.contentType === 'application_data';
    const dropped = isData && message.direction === 'received' && readingShut;
    if (isData) counters.data[dropped ? 'dropped' : message.direction] += message.octets.length;
    listener.event({ kind: 'message', at: now(), message, annotation: annotate(message), dropped });
    listener.counted(counters);
  };
  const call = (title: string, about: string): void =>
    listener.event({ kind: 'call', at: now(), title, about });
  const carrier = (direction: 'sent' | 'received', title: string, about: string): void =>
    listener.event({ kind: 'carrier', at: now(), direction, title, about });

  const open = async (): Promise<SSLSocket> => {
    const { host, port, name: serverHostname } = target;
    const context = await contextFor(target);
    givenUp.signal.throwIfAborted();
    context.onMessage = observe;
    const url = addressInQuery(target.relay)([host, port]);
    const webSocket = await connectWebSocket(url, { signal: givenUp.signal });
    carrier('sent', 'WebSocket', `to the relay, which connects to ${place(host, port)} by TCP`);
    const tapped = tapWire(webSocket, counters, {
      counted: () => listener.counted(counters),
      ended: () => carrier('received', 'FIN', 'the end of the byte stream'),
      closed: () => carrier('sent', 'close', 'the WebSocket is closed, and TCP behind it'),
    });
    const opened = context.wrapSocket(tapped, { serverHostname });
    socket = opened;
    await opened.doHandshake();
    return opened;
  };

  const readAll = async (opened: SSLSocket): Promise<void> => {
    const decoder = new TextDecoder();
    for (;;) {
      const data = await opened.recv(readAtOnce);
      if (data.length === 0) break;
      listener.received(decoder.decode(data, { stream: true }));
    }
    listener.ended();
  };

  const run = async (): Promise<void> => {
    try {
      const opened = await open();
      listener.established(opened);
      await readAll(opened);
    } catch (error) {
      // Who closes has no use for the errors of those who wait.
      if (!isClosed) listener.failed(error);
    }
  };
  void run();

  return {
    async send(text) {
      await socket?.sendall(new TextEncoder().encode(text));
    },
    async shutDownWriting() {
      call(
        'shutdown(SHUT_WR)',
        'we have nothing more to say, and go on listening. Over TCP a FIN would follow; a WebSocket has none',
      );
      await socket?.shutdown(SHUT_WR);
    },
    async shutDownReading() {
      call('shutdown(SHUT_RD)', 'nothing is sent for it; what comes is checked, counted and dropped');
      readingShut = true;
      await socket?.shutdown(SHUT_RD);
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      readingShut = true;
      call('close()', 'we let go of both halves');
      givenUp.abort();
      await socket?.close();
    },
  };
}

/** Trusts the demonstration's authority at its servers, and Mozilla's list everywhere else. */
async function contextFor({ authority, version }: Target): Promise<SSLContext> {
  const context = new SSLContext();
  if (authority === undefined) {
    const { mozillaRoots } = await import('@halfclose/roots');
    await context.loadVerifyLocations({ anchors: mozillaRoots() });
  } else {
    await context.loadVerifyLocations({ cadata: authority });
  }
  const only = version === 'TLSv1.2' ? TLSVersion.TLSv1_2 : TLSVersion.TLSv1_3;
  context.minimumVersion = TLSVersion.TLSv1_2;
  context.maximumVersion = only;
  context.minimumVersion = only;
  return context;
}
