import { Socket as TCPSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Address } from '../address.ts';
import { systemError } from '../systemError.ts';
import type { Landing } from './landing.ts';

/** Fits the `Transport` of `@halfclose/ssl`. */
export interface NodeTransport {
  /** Host and port of the other end; undefined of what is no TCP socket, or not connected. */
  readonly remoteAddress: Address | undefined;
  /** The same of this end. */
  readonly localAddress: Address | undefined;
  /** The next bytes, as the stream made them, the caller's to keep; null at the end. One call at a time. */
  read(): Promise<Uint8Array | null>;
  /**
   * As `read`, but only lent: the bytes are good until the next `read` or `lend`. Saves memory and time where the
   * transport was made by `Socket`.
   */
  lend(): Promise<Uint8Array | null>;
  /** Resolves in the stream's own write callback, from when on `chunk` is no longer looked at. */
  write(chunk: Uint8Array): Promise<void>;
  /** Ends the writing side after all that was written: TCP's FIN. */
  closeWrite(): Promise<void>;
  /** Destroys the stream and resolves when it has let go of what it held. */
  close(): Promise<void>;
}

/**
 * Chunks that are taken from the stream before anybody reads them, once somebody has read. Node's have at most
 * 64 KiB. To stop and start the stream for each costs more than the chunk.
 */
const readAhead = 4;

/**
 * A Node stream as a transport: a `net.Socket`, connected or still connecting, or any other `Duplex`.
 *
 * The stream is the transport's from now on: it is paused until somebody reads, and it no longer ends its
 * writing side when the other side ends. Its errors reject `read` and `write`, and are never thrown elsewhere.
 *
 * Node destroys a stream that a write to has failed, with what it had received and nobody had read yet: after an
 * `EPIPE` the reads fail with `EPIPE`, too, even if the other side's last words had arrived.
 */
export function fromSocket(stream: Duplex): NodeTransport {
  return createNodeTransport(stream);
}

/** As `fromSocket`, for a socket that was made with this landing. */
export function createNodeTransport(stream: Duplex, landing?: Landing): NodeTransport {
  const unread: Uint8Array[] = [];
  let ended = stream.readableEnded;
  let failure: Error | undefined = stream.errored ?? undefined;
  let lent: Uint8Array | undefined;
  let reader:
    | { readonly lends: boolean; resolve(chunk: Uint8Array | null): void; reject(error: Error): void }
    | undefined;

  let isCut = false;
  const reasonOf = (error: Error): Error => failure ?? (isCut ? systemError('ECONNABORTED') : error);

  const fail = (error: Error): void => {
    failure ??= error;
    reader?.reject(failure);
    reader = undefined;
  };

  // Paused by name, so that the listener for data below does not start the flow; nothing is lost before `read`.
  stream.pause();
  // Without this Node ends our side as soon as the other side has ended.
  stream.allowHalfOpen = true;

  const take = (chunk: Uint8Array): void => {
    if (reader === undefined) {
      unread.push(chunk);
      if (unread.length >= readAhead) stream.pause();
    } else {
      if (reader.lends) lent = chunk;
      reader.resolve(chunk);
      reader = undefined;
    }
  };
  // A runtime may not know of landings; then this goes on as it would without.
  if (landing !== undefined) landing.onChunk = take;
  stream.on('data', take);
  stream.on('end', () => {
    ended = true;
    reader?.resolve(null);
    reader = undefined;
  });
  stream.on('error', fail);
  stream.on('close', () => {
    isCut = !ended;
    // Made where somebody is told: to make it costs more than all else here.
    if (isCut && reader !== undefined) fail(systemError('ECONNABORTED'));
  });

  const next = (lends: boolean): Promise<Uint8Array | null> =>
    new Promise((resolve, reject) => {
      if (lent !== undefined) landing?.giveBack(lent);
      lent = undefined;
      const chunk = unread.shift();
      if (reader !== undefined) throw new Error('a read is under way already');
      if (chunk !== undefined) {
        if (lends) lent = chunk;
        resolve(chunk);
      } else if (ended) resolve(null);
      else if (failure !== undefined) reject(failure);
      else if (stream.destroyed) reject(systemError('ECONNABORTED'));
      else reader = { lends, resolve, reject };
      if (unread.length === 0 && stream.isPaused()) stream.resume();
    });

  return {
    get remoteAddress() {
      return addressOf(stream, 'remoteAddress', 'remotePort');
    },
    get localAddress() {
      return addressOf(stream, 'localAddress', 'localPort');
    },

    read: () => next(false),
    lend: () => next(true),

    write(chunk) {
      return new Promise((resolve, reject) => {
        stream.write(chunk, (error) => {
          // A stream that broke earlier only says that it is destroyed; what broke it says more.
          if (error) reject(reasonOf(error));
          else resolve();
        });
      });
    },

    closeWrite() {
      return new Promise((resolve, reject) => {
        if (stream.writableFinished) {
          resolve();
          return;
        }
        stream.end((error?: Error | null) => {
          if (error) reject(reasonOf(error));
          else resolve();
        });
      });
    },

    close() {
      return new Promise((resolve) => {
        if (stream.closed) {
          resolve();
          return;
        }
        stream.once('close', resolve);
        stream.destroy();
        if (!emitsClose(stream)) resolve();
      });
    },
  };
}

function addressOf(stream: Duplex, hostName: string, portName: string): Address | undefined {
  const host: unknown = Reflect.get(stream, hostName);
  const port: unknown = Reflect.get(stream, portName);
  return typeof host === 'string' && typeof port === 'number' ? [host, port] : undefined;
}

/** Whether a destroyed stream says when it has let go: some were made not to, and have no public way to tell. */
function emitsClose(stream: Duplex): boolean {
  // A TCP socket is made so, too, and then emits the event by itself.
  if (stream instanceof TCPSocket) return true;
  const state: unknown = Reflect.get(stream, '_readableState');
  return !(typeof state === 'object' && state !== null && 'emitClose' in state && state.emitClose === false);
}
