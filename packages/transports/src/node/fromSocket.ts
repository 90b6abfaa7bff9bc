import { Socket as TCPSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Address } from '../address.ts';
import { systemError } from '../systemError.ts';
import type { ChunkTaker, Landing } from './landing.ts';

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
  const transport = new StreamTransport(stream, landing);
  const isHeard = transports.has(stream);
  transports.set(stream, transport);
  // Paused by name, so that the listener for data below does not start the flow; nothing is lost before `read`.
  stream.pause();
  // Without this Node ends our side as soon as the other side has ended.
  stream.allowHalfOpen = true;
  // A runtime may not know of landings; then this goes on as it would without.
  if (landing !== undefined) landing.taker = transport;
  if (!isHeard) stream.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  return transport;
}

/** Those of streams: listeners that find theirs here are the same for all, where closures would be some for each. */
const transports = new WeakMap<object, StreamTransport>();

function onData(this: Duplex, chunk: Uint8Array): void {
  transports.get(this)?.take(chunk);
}
function onEnd(this: Duplex): void {
  transports.get(this)?.end();
}
function onError(this: Duplex, error: Error): void {
  transports.get(this)?.fail(error);
}
function onClose(this: Duplex): void {
  transports.get(this)?.cut();
}

/** A class, so that a connection has no closures of its own while it is idle. */
class StreamTransport implements NodeTransport, ChunkTaker {
  readonly #stream: Duplex;
  readonly #landing: Landing | undefined;
  #unread: Uint8Array[] | undefined;
  #ended: boolean;
  #failure: Error | undefined;
  #isCut = false;
  #lent: Uint8Array | undefined;
  /** Of the read that waits. */
  #resolve: ((chunk: Uint8Array | null) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;
  #lends = false;

  constructor(stream: Duplex, landing: Landing | undefined) {
    this.#stream = stream;
    this.#landing = landing;
    this.#ended = stream.readableEnded;
    this.#failure = stream.errored ?? undefined;
  }

  get remoteAddress(): Address | undefined {
    return addressOf(this.#stream, 'remoteAddress', 'remotePort');
  }
  get localAddress(): Address | undefined {
    return addressOf(this.#stream, 'localAddress', 'localPort');
  }

  read(): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => this.#next(false, resolve, reject));
  }

  lend(): Promise<Uint8Array | null> {
    return new Promise((resolve, reject) => this.#next(true, resolve, reject));
  }

  write(chunk: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(chunk, (error) => {
        // A stream that broke earlier only says that it is destroyed; what broke it says more.
        if (error) reject(this.#reasonOf(error));
        else resolve();
      });
    });
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#stream.writableFinished) {
        resolve();
        return;
      }
      this.#stream.end((error?: Error | null) => {
        if (error) reject(this.#reasonOf(error));
        else resolve();
      });
    });
  }

  close(): Promise<void> {
    const stream = this.#stream;
    return new Promise((resolve) => {
      if (stream.closed) {
        resolve();
        return;
      }
      stream.once('close', resolve);
      stream.destroy();
      if (!emitsClose(stream)) resolve();
    });
  }

  // What the stream says.

  take(chunk: Uint8Array): void {
    if (this.#resolve === undefined) {
      this.#unread ??= [];
      this.#unread.push(chunk);
      if (this.#unread.length >= readAhead) this.#stream.pause();
    } else {
      if (this.#lends) this.#lent = chunk;
      this.#give(chunk);
    }
  }

  end(): void {
    this.#ended = true;
    this.#give(null);
  }

  fail(error: Error): void {
    this.#failure ??= error;
    this.#reject?.(this.#failure);
    this.#resolve = undefined;
    this.#reject = undefined;
  }

  cut(): void {
    this.#isCut = !this.#ended;
    // Made where somebody is told: to make it costs more than all else here.
    if (this.#isCut && this.#reject !== undefined) this.fail(systemError('ECONNABORTED'));
  }

  #give(chunk: Uint8Array | null): void {
    this.#resolve?.(chunk);
    this.#resolve = undefined;
    this.#reject = undefined;
  }

  #next(lends: boolean, resolve: (chunk: Uint8Array | null) => void, reject: (error: Error) => void): void {
    if (this.#lent !== undefined) this.#landing?.giveBack(this.#lent);
    this.#lent = undefined;
    const chunk = this.#unread?.shift();
    if (this.#resolve !== undefined) throw new Error('a read is under way already');
    const stream = this.#stream;
    if (chunk !== undefined) {
      if (lends) this.#lent = chunk;
      resolve(chunk);
    } else if (this.#ended) resolve(null);
    else if (this.#failure !== undefined) reject(this.#failure);
    else if (stream.destroyed) reject(systemError('ECONNABORTED'));
    else {
      this.#lends = lends;
      this.#resolve = resolve;
      this.#reject = reject;
    }
    const hasMore = this.#unread !== undefined && this.#unread.length > 0;
    if (!hasMore && stream.isPaused()) stream.resume();
  }

  #reasonOf(error: Error): Error {
    return this.#failure ?? (this.#isCut ? systemError('ECONNABORTED') : error);
  }
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
