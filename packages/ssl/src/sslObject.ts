import type { ClientConnection } from '@halfclose/tls';
import { SHUT_RD, SHUT_RDWR, SHUT_WR, type ShutdownHow, SSL_ERROR_WANT_X509_LOOKUP } from './constants.ts';
import {
  fromEngine,
  inOurWords,
  SSLEOFError,
  SSLError,
  SSLWantReadError,
  SSLZeroReturnError,
  ValueError,
} from './errors.ts';
import type { MemoryBIO } from './memoryBio.ts';
import { requireNothingRejected } from './rejectedEarlyData.ts';
import { SSLConnection, type SSLConnectionParts } from './sslConnection.ts';

/** What `SSLContext.wrapBio` makes an object of. */
export interface SSLObjectParts extends SSLConnectionParts {
  readonly incoming: MemoryBIO;
  readonly outgoing: MemoryBIO;
  /** The end of `incoming` without the server's close_notify is an end of file, and no error. */
  readonly suppressRaggedEofs: boolean;
}

/**
 * TLS without I/O: Python's `ssl.SSLObject`. Ciphertext is read from one `MemoryBIO` and written to another, by each call
 * as far as it can; who moves it on, and when, is the caller's business. Made by `SSLContext.wrapBio`.
 *
 * What can't be done yet throws SSLWantReadError: write what the carrier gave to `incoming` (or its end), and call again.
 * After each call, also one that threw, `outgoing` may have something to send. SSLWantWriteError is never thrown: there is
 * always room in memory.
 *
 * All is synchronous as long as the parts of the platform are. Where one of them gives a promise (a signature in WebCrypto,
 * a session store on disk), the call throws an SSLError with the reason `WANT_ASYNC`: await `waiting`, and call again.
 */
export class SSLObject extends SSLConnection {
  readonly #incoming: MemoryBIO;
  readonly #outgoing: MemoryBIO;
  readonly #suppressRaggedEofs: boolean;
  readonly #engine: ClientConnection;
  /** The engine was told of the end of `incoming`, or was not because it doesn't count. */
  #ended = false;
  #wroteEarly = false;

  constructor(parts: SSLObjectParts) {
    super(parts);
    this.#incoming = parts.incoming;
    this.#outgoing = parts.outgoing;
    this.#suppressRaggedEofs = parts.suppressRaggedEofs;
    this.#engine = this.createEngine();
  }

  protected override openEngine(): ClientConnection {
    return this.#engine;
  }

  protected override requireEngine(): ClientConnection {
    return this.#engine;
  }

  /**
   * Resolves when what a part of the platform was asked for has come, so that the call that failed with `WANT_ASYNC` can
   * go on; never rejects. Undefined where nothing is waited for.
   */
  get waiting(): Promise<void> | undefined {
    return this.#engine.waiting;
  }

  /**
   * Goes on with the handshake; returns when it is done. `read` and `write` do so by themselves.
   * @throws SSLWantReadError where the server has to answer first; SSLError where the handshake failed
   */
  doHandshake(): void {
    this.#move();
    if (this.#engine.facts === undefined) throw this.#obstacle();
  }

  /**
   * Up to `length` octets, or into `buffer` and how many they are; none at the end of file.
   * @throws SSLWantReadError where there are none yet; SSLEOFError where `incoming` ended without the server's
   * close_notify; SSLZeroReturnError where both sides have sent theirs
   */
  read(length?: number): Uint8Array;
  read(length: number, buffer: Uint8Array): number;
  read(length = 1024, buffer?: Uint8Array): Uint8Array | number {
    if (!Number.isInteger(length) || length < 0) throw new ValueError('size should not be negative');
    const most = Math.min(length, buffer?.length ?? length);
    if (most === 0) return buffer === undefined ? new Uint8Array(0) : 0;
    this.#move();
    const target = buffer ?? new Uint8Array(Math.min(most, this.#engine.readable + this.#incoming.pending));
    const filled = this.#fill(target.subarray(0, most));
    if (filled === 0) this.#requireEnd();
    return buffer === undefined ? target.subarray(0, filled) : filled;
  }

  /** What was received already is worth more than a call of its own. */
  #fill(target: Uint8Array): number {
    let filled = 0;
    while (filled < target.length && this.#engine.readable > 0) {
      filled += inOurWords(() => this.#engine.read(target, filled));
      this.#move();
    }
    return filled;
  }

  /** @throws SSLError where there is nothing to read, and it is not the end of file */
  #requireEnd(): void {
    const { error, facts, peerClosed, readClosed, writeClosed } = this.#engine;
    if (readClosed && facts !== undefined) return;
    if (error !== undefined) throw fromEngine(error);
    requireNothingRejected(this.#engine);
    if (peerClosed && writeClosed) {
      throw new SSLZeroReturnError('TLS/SSL connection has been closed (EOF)');
    }
    if (!peerClosed && !(this.#ended && facts !== undefined)) throw this.#obstacle();
  }

  /**
   * Encrypts all of `data` into `outgoing`.
   * @returns octets
   * @throws SSLWantReadError before the handshake is done; SSLError `PROTOCOL_IS_SHUTDOWN` after `unwrap`
   */
  write(data: Uint8Array): number {
    if (!(data instanceof Uint8Array)) throw new TypeError('data to send must be a Uint8Array');
    this.#move();
    if (this.#engine.facts === undefined) throw this.#obstacle();
    return this.#seal(data, (offset) => this.#engine.write(data, offset));
  }

  /**
   * Encrypts octets of `data` into `outgoing` before the server has answered (0-RTT, RFC 8446 section 2.3), where `wrapBio`
   * was told `earlyData` and has a session that permits it. See `SSLSocket.sendEarly` for what may be sent so.
   * @returns octets; the others are for `write`
   */
  writeEarly(data: Uint8Array): number {
    if (!(data instanceof Uint8Array)) throw new TypeError('data to send must be a Uint8Array');
    this.#move();
    const sealed = this.#seal(data, (offset) => this.#engine.writeEarlyData(data, offset));
    this.#wroteEarly ||= sealed > 0;
    return sealed;
  }

  #seal(data: Uint8Array, write: (offset: number) => number): number {
    let sealed = 0;
    while (sealed < data.length) {
      const taken = inOurWords(() => write(sealed));
      this.#flush();
      if (taken === 0) break;
      sealed += taken;
    }
    return sealed;
  }

  /**
   * Ends TLS: writes close_notify to `outgoing`, and returns when the server's has come. What follows that stays in
   * `incoming`, for others to use. Until then `read` goes on.
   * @throws SSLWantReadError where the server's has not come yet; SSLError `APPLICATION_DATA_AFTER_CLOSE_NOTIFY` where
   * something else is to be read first; `SHUTDOWN_WHILE_IN_INIT` before the handshake is done
   */
  unwrap(): void {
    const { facts, error } = this.#engine;
    if (facts === undefined) {
      throw error === undefined
        ? new SSLError('shutdown while in init', { reason: 'SHUTDOWN_WHILE_IN_INIT' })
        : fromEngine(error);
    }
    requireNothingRejected(this.#engine);
    this.#engine.closeWrite();
    this.#move();
    const { readable, peerClosed } = this.#engine;
    if (readable > 0) {
      throw new SSLError(`${readable} octets from the server were not read`, {
        reason: 'APPLICATION_DATA_AFTER_CLOSE_NOTIFY',
      });
    }
    if (!peerClosed) throw this.#obstacle();
  }

  /**
   * Closes one half of the connection, or both, as `SSLSocket.shutdown` does: `SHUT_WR` writes close_notify to `outgoing`,
   * and reading goes on; `SHUT_RD` drops what was received and will be, and writing goes on. Python has nothing like it.
   * @throws SSLWantReadError for `SHUT_WR` after `writeEarly`, as long as the server has not decided about that; SSLError
   * `EARLY_DATA_REJECTED` where it rejected it, until it is taken back
   * @throws TypeError for any other argument
   */
  shutdown(how: ShutdownHow): void {
    if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) {
      throw new TypeError(`shutdown takes SHUT_RD (0), SHUT_WR (1) or SHUT_RDWR (2), not ${String(how)}`);
    }
    if (how !== SHUT_WR) this.#engine.closeRead();
    if (how !== SHUT_RD) this.#closeWrite();
    this.#move();
  }

  #closeWrite(): void {
    this.#move();
    const { facts, error } = this.#engine;
    if (facts === undefined && error === undefined && this.#wroteEarly) throw this.#obstacle();
    requireNothingRejected(this.#engine);
    this.#engine.closeWrite();
  }

  /** Moves ciphertext in and out, as far as the engine takes it. */
  #move(): void {
    const [engine, incoming] = [this.#engine, this.#incoming];
    this.#flush();
    for (let taken = 1; taken > 0 && this.#takesInput() && incoming.pending > 0; ) {
      taken = engine.receive(incoming.peek());
      incoming.read(taken);
      this.#flush();
    }
    if (!incoming.eof || this.#ended || !this.#takesInput()) return;
    this.#ended = true;
    if (!this.#suppressRaggedEofs || engine.facts === undefined) engine.receiveEnd();
    this.#flush();
  }

  #takesInput(): boolean {
    const { error, waiting, peerClosed } = this.#engine;
    return error === undefined && waiting === undefined && !peerClosed;
  }

  #flush(): void {
    for (let output = this.#engine.output(); output.length > 0; output = this.#engine.output()) {
      this.#outgoing.write(output);
      this.#engine.outputTaken(output.length);
    }
  }

  /** Why a call can't be done, or not yet. */
  #obstacle(): SSLError {
    const { error, waiting } = this.#engine;
    if (error !== undefined) return fromEngine(error);
    if (this.#ended) return new SSLEOFError("the carrier ended without the server's close_notify");
    if (waiting === undefined) return new SSLWantReadError('The operation did not complete (read)');
    return new SSLError('a part of the platform works asynchronously: await `waiting`, and call again', {
      errno: SSL_ERROR_WANT_X509_LOOKUP,
      reason: 'WANT_ASYNC',
    });
  }
}
