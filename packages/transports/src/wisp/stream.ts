import { createInbox } from '../inbox.ts';
import { systemError } from '../systemError.ts';
import { closePacket, closeReason, dataPacket } from './packets.ts';

/** Fits the `Transport` of `@halfclose/ssl`. Wisp has no half-close, so there is no `closeWrite`. */
export interface WispTransport {
  /** The next octets, the caller's to keep; null at the end. One call at a time. @throws OSError where the stream broke */
  read(): Promise<Uint8Array | null>;
  /** Resolves when more is welcome; `chunk` was copied then. One call at a time. @throws OSError where the stream broke */
  write(chunk: Uint8Array): Promise<void>;
  /** Closes the stream after what was written. The connection that carries it stays. */
  close(): Promise<void>;
}

/** What comes for a stream from the other side. */
export interface StreamSide {
  readonly transport: WispTransport;
  onData(data: Uint8Array): void;
  onRoom(packets: number): void;
  /** The stream is over; `error` where it wasn't closed in order. */
  onEnd(error: Error | undefined): void;
}

/** Octets in one packet of data. Relays keep room by packets, whatever their length. */
const longestData = 1 << 16;

export interface StreamParts {
  readonly number: number;
  /** Packets that the other side has room for. */
  readonly room: number;
  readonly receiveLimit: number;
  send(packet: Uint8Array<ArrayBuffer>): Promise<void>;
  /** The stream is over on this side: its number means nothing any more. */
  forget(): void;
}

export function createStream(parts: StreamParts): StreamSide {
  let { room } = parts;
  let over: { readonly error: Error } | undefined;
  let wakeWriter = (): void => {};
  const inbox = createInbox();

  const finish = (error: Error): void => {
    over ??= { error };
    wakeWriter();
  };
  const giveUp = (reason: number, error: Error): void => {
    if (over !== undefined) return;
    finish(error);
    parts.forget();
    // Where this can't be sent, the stream is gone with all the others.
    parts.send(closePacket(parts.number, reason)).catch(() => {});
  };

  return {
    transport: {
      read: () => inbox.read(),
      async write(chunk) {
        for (let from = 0; from < chunk.length; from += longestData) {
          while (room === 0 && over === undefined) {
            await new Promise<void>((resolve) => {
              wakeWriter = resolve;
            });
          }
          if (over !== undefined) throw over.error;
          room -= 1;
          await parts.send(dataPacket(parts.number, chunk.subarray(from, from + longestData)));
        }
      },
      async close() {
        inbox.abandon();
        giveUp(closeReason.voluntary, systemError('EBADF'));
      },
    },
    onData(data) {
      inbox.put(data);
      if (inbox.waiting <= parts.receiveLimit) return;
      const error = systemError(
        'ENOBUFS',
        `${inbox.waiting} octets wait to be read, more than ${parts.receiveLimit}`,
      );
      inbox.fail(error);
      giveUp(closeReason.clientError, error);
    },
    onRoom(packets) {
      room = packets;
      wakeWriter();
    },
    onEnd(error) {
      finish(error ?? systemError('EPIPE', 'the relay closed the stream'));
      if (error === undefined) inbox.end();
      else inbox.fail(error);
    },
  };
}
