import { checkAddress, known } from './address.ts';
import { SHUT_RD, SHUT_RDWR, SHUT_WR, type ShutdownHow } from './constants.ts';
import { connectorOf, streamOf, unconnectable } from './detached.ts';
import { fromSystem, OSError, SSLError, systemError, ValueError } from './errors.ts';
import { letGo } from './letGo.ts';
import { Link } from './link.ts';
import type { Platform } from './platform.ts';
import { all, checkTarget, howMany, type ReadTarget } from './reading.ts';
import { requireNothingRejected } from './rejectedEarlyData.ts';
import { chunksOf, type SendableFile, type SendfileOptions, sendChunks } from './sendableFile.ts';
import { SocketBase } from './socketBase.ts';
import type { SSLConnectionParts } from './sslConnection.ts';
import { type CallOptions, type Stop, unlessStopped } from './stop.ts';
import type { Address, Connector, Transport } from './transport.ts';
import { Turns } from './turns.ts';

/** What `SSLContext.wrapSocket` makes a socket of. */
export interface SSLSocketParts extends SSLConnectionParts {
  readonly carrier: Transport | Connector;
  readonly setTimer: Platform['setTimer'];
  readonly doHandshakeOnConnect: boolean;
  readonly suppressRaggedEofs: boolean;
}

/**
 * TLS over a carrier: Python's `ssl.SSLSocket`, with a `shutdown` that closes halves of TLS and not of what lies
 * under it. Made by `SSLContext.wrapSocket`.
 *
 * Calls of one kind are served in the order they were made: `recv` after `recv`, `send` after `send`, and a send
 * never comes between the parts of another. What fails, fails with an `OSError`: `ENOTCONN` before `connect`,
 * `EBADF` after `close`, `EPIPE` for `send` after `shutdown(SHUT_WR)`, and once the connection has died with what
 * it died of. A half that was shut down here answers for itself, whatever has become of the rest.
 *
 * A call that takes longer than `settimeout` permits fails with a TimeoutError, and one whose `signal` is aborted with the
 * reason of that; what it waited for may still happen, and the connection is none the worse.
 */
export class SSLSocket extends SocketBase {
  readonly #suppressRaggedEofs: boolean;
  readonly #doHandshakeOnConnect: boolean;
  /** What is to be connected; none where there is a link. */
  #carrier: Connector | undefined;
  #sends = new Turns();
  #receives = new Turns();
  #link: Link | undefined;
  /** The same, also when it is another's by now. */
  #madeLink: Link | undefined;
  #connecting = false;
  #closed: Promise<void> | undefined;
  #readShut = false;
  #writeEnd: Promise<void> | undefined;

  constructor(parts: SSLSocketParts) {
    super(parts);
    this.#suppressRaggedEofs = parts.suppressRaggedEofs;
    this.#doHandshakeOnConnect = parts.doHandshakeOnConnect;
    if ('connect' in parts.carrier) this.#carrier = parts.carrier;
    else this.#link = this.#createLink(parts.carrier);
  }

  protected override openEngine(): ReturnType<SocketBase['openEngine']> {
    return this.#link?.engine;
  }

  protected override requireEngine(): ReturnType<SocketBase['requireEngine']> {
    return this.#connected().engine;
  }

  /**
   * Connects the carrier, and does the handshake unless `doHandshakeOnConnect` is off.
   * @throws OSError where the carrier can't be connected; a new attempt is possible then
   * @throws SSLError where the handshake fails; the connection is closed then
   * @throws ValueError where there is a connection already; TypeError or ValueError where the address is none
   */
  async connect(address: Address, options: CallOptions = {}): Promise<void> {
    checkAddress(address);
    const carrier = this.#carrier;
    if (this.#closed !== undefined) throw systemError('EBADF');
    if (this.#connecting || this.#link !== undefined || carrier === undefined) {
      throw new ValueError('attempt to connect already-connected SSLSocket!');
    }
    this.#connecting = true;
    try {
      await this.call('connect', options, (stop) => this.#connectCarrier(carrier, address, stop));
    } finally {
      this.#connecting = false;
    }
    if (this.#doHandshakeOnConnect) await this.doHandshake(options);
  }

  /**
   * As `connect`.
   * @returns 0, or the `errno` where the carrier can't be connected; all else is thrown as there, and so are names that can't be
   * resolved
   */
  async connectEx(address: Address, options: CallOptions = {}): Promise<number> {
    try {
      await this.connect(address, options);
      return 0;
    } catch (error) {
      if (!(error instanceof OSError) || error instanceof SSLError || this.#link !== undefined) throw error;
      // Not of the system's calls, but of the resolver, which Python raises, too.
      if (error.errno < 0) throw error;
      return error.errno;
    }
  }

  async #connectCarrier(carrier: Connector, address: Address, stop: Stop | undefined): Promise<void> {
    const { setTimer } = this;
    let transport: Transport;
    try {
      const tooLate = (late: Transport): void => void letGo(late, setTimer);
      transport = await unlessStopped(() => carrier.connect(address), stop, tooLate);
    } catch (error) {
      if (stop?.isStopped) void carrier.close();
      if (stop?.isStopped && error === stop.error) throw error;
      throw this.#closed === undefined ? fromSystem(error) : systemError('EBADF');
    }
    try {
      if (this.#closed !== undefined) throw systemError('EBADF');
      this.#link = this.#createLink(transport, address[1]);
      this.#carrier = undefined;
    } catch (error) {
      await letGo(transport, setTimer);
      throw error;
    }
  }

  #createLink(transport: Transport, port: number | undefined = transport.remoteAddress?.[1]): Link {
    const engine = this.createEngine(port);
    const { setTimer } = this;
    const link = new Link({ engine, transport, setTimer, suppressRaggedEofs: this.#suppressRaggedEofs });
    this.#madeLink = link;
    return link;
  }

  /** Waits until the handshake is done. `connect`, `send` and `recv` do so by themselves. */
  async doHandshake(options: CallOptions = {}): Promise<void> {
    const link = this.#connected();
    await this.call('handshake', options, (stop) => link.handshake(stop));
  }

  /**
   * Encrypts octets of `data` and puts them on their way, as soon as there is room.
   * @returns how many were taken: at least one, unless `data` is empty
   */
  async send(data: Uint8Array, options?: CallOptions): Promise<number> {
    const link = this.#writable(data);
    const send = async (stop?: Stop): Promise<number> => {
      await link.handshake(stop);
      return data.length === 0 ? 0 : link.write(data, 0, stop);
    };
    return this.call('write', options, send, this.#sends);
  }

  /** The same as `send`. */
  write(data: Uint8Array, options?: CallOptions): Promise<number> {
    return this.send(data, options);
  }

  /** Encrypts all of `data`. Its memory may be used again when this resolves; the carrier may still be busy. */
  async sendall(data: Uint8Array, options?: CallOptions): Promise<void> {
    const link = this.#writable(data);
    const send = async (stop?: Stop): Promise<void> => {
      await link.handshake(stop);
      for (let sent = 0; sent < data.length; ) sent += await link.write(data, sent, stop);
    };
    await this.call('write', options, send, this.#sends);
  }

  /**
   * Sends a file, from `offset` on, or chunks as they come. No other send comes between its parts. The time that
   * `settimeout` permits is counted anew for each chunk.
   * @returns octets that were sent
   */
  async sendfile(file: SendableFile, options: SendfileOptions = {}): Promise<number> {
    const chunks = chunksOf(file, options);
    const link = this.#writable(nothing);
    const send = async (stop?: Stop): Promise<number> => {
      await link.handshake(stop);
      return sendChunks(link, chunks, options.onProgress, stop);
    };
    return this.call('write', options, send, this.#sends);
  }

  /**
   * Sends octets of `data` before the server has answered (0-RTT, RFC 8446 section 2.3), where `wrapSocket` was told
   * `earlyData` and has a session that permits it: after `connect` without a handshake (`doHandshakeOnConnect: false`),
   * and before any other call that waits for one.
   *
   * Whoever is on the way can have it carried out more than once: nothing may be sent so that does harm when it is done
   * twice. If the server rejects it, `send`, `recv`, `unwrap` and `shutdown(SHUT_WR)` fail with `EARLY_DATA_REJECTED`,
   * also those that wait already, and the connection is none the worse: once `takeRejectedEarlyData` has given it back, it
   * goes on as if nothing had been sent yet.
   * @returns how many octets went; what didn't is for `send`
   */
  async sendEarly(data: Uint8Array): Promise<number> {
    const link = this.#writable(data);
    return this.#sends.run(async () => {
      let sent = 0;
      while (sent < data.length) {
        const taken = await link.writeEarly(data, sent);
        if (taken === 0) break;
        sent += taken;
      }
      return sent;
    });
  }

  /**
   * New keys for what is sent after all that `send` was given, and, with `requestServer`, for what the server sends (RFC
   * 8446 section 4.6.3). Before a key has protected too much this happens by itself.
   * @throws SSLError `INVALID_STATE` in TLS 1.2, which has none
   */
  async updateKeys(requestServer = false, options?: CallOptions): Promise<void> {
    const link = this.#writable(nothing);
    const update = async (stop?: Stop): Promise<void> => {
      await link.handshake(stop);
      link.updateKeys(requestServer);
    };
    await this.call('write', options, update, this.#sends);
  }

  /**
   * Up to `length` octets, as soon as there are some; none at the end of file.
   * @throws SSLEOFError where the carrier ended without the server's close_notify
   */
  recv(length = 1024, options?: CallOptions): Promise<Uint8Array> {
    return this.#receive({ length, give: all }, options);
  }

  /** The same as `recv`. */
  read(length?: number, options?: CallOptions): Promise<Uint8Array> {
    return this.recv(length, options);
  }

  /** What comes, as it comes, to the end of file. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (let data = await this.recv(most); data.length > 0; data = await this.recv(most)) yield data;
  }

  /** As `recv`, into the first `length` octets of `target`. @returns how many; 0 at the end of file */
  recvInto(target: Uint8Array, length: number = target.length, options?: CallOptions): Promise<number> {
    return this.#receive({ length, array: target, give: howMany }, options);
  }

  /** What rejects for its caller's mistakes, and has no function of its own that waits. */
  #receive<T>(target: ReadTarget<T>, options: CallOptions | undefined): Promise<T> {
    try {
      checkTarget(target);
      const link = this.#connected();
      if (target.length === 0) return Promise.resolve(target.give(nothing));
      return this.call('read', options, (stop) => link.read(target, stop), this.#receives);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Host and port of the other end, as the carrier knows them.
   * @throws OSError `EOPNOTSUPP` where it doesn't; `ENOTCONN` before `connect`
   */
  getpeername(): Address {
    return known(this.#connected().transport.remoteAddress);
  }

  /** The same of this end. */
  getsockname(): Address {
    return known(this.#connected().transport.localAddress);
  }

  /**
   * Closes one half of the connection, or both.
   *
   * `SHUT_WR`: what `send` was given goes out, then close_notify, then the carrier half-closes, if it can; resolves
   * when that is done. `recv` goes on to the server's close_notify. Before the handshake is done, it gives the
   * connection up; but after `sendEarly` it waits for it, and if the server rejects what was sent, nothing is shut down
   * (`EARLY_DATA_REJECTED`): it can be taken back, sent, and the half be shut down again.
   *
   * `SHUT_RD`: nothing is sent. What was received and what will be is dropped, and the carrier is kept drained, so
   * that the server never has to wait; `recv` gives end of file at once, also one that waits. `send` goes on.
   *
   * `SHUT_RDWR`: both, and the carrier is closed when the server has closed its half too.
   *
   * A second call for the same half is no error.
   * @throws TypeError for any other argument
   */
  async shutdown(how: ShutdownHow, options?: CallOptions): Promise<void> {
    if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) {
      throw new TypeError(`shutdown takes SHUT_RD (0), SHUT_WR (1) or SHUT_RDWR (2), not ${String(how)}`);
    }
    const link = this.#connected();
    if (how !== SHUT_WR) this.#shutRead(link);
    if (how !== SHUT_RD) await this.call('write', options, (stop) => this.#shutWrite(link, stop));
  }

  #shutRead(link: Link): void {
    if (this.#readShut) return;
    if (link.failure !== undefined) throw link.failure;
    this.#readShut = true;
    link.closeRead();
  }

  async #shutWrite(link: Link, stop: Stop | undefined): Promise<void> {
    this.#requireAliveToEndWriting(link);
    await unlessStopped(() => this.#endWriting(link), stop);
    await link.closeOutput(stop);
  }

  /** What has died before is not shut down by a call that fails for it. */
  #requireAliveToEndWriting(link: Link): void {
    if (this.#writeEnd === undefined && link.failure !== undefined) throw link.failure;
  }

  /**
   * RFC 5246 section 7.2.1: the other party answers close_notify with its own. It also says that pending writes are
   * discarded, which nobody who gave them to `send` would understand; so they go first.
   */
  protected override peerClosed(): void {
    const link = this.#madeLink;
    if (link?.engine.facts?.version !== 'TLSv1.2') return;
    // A turn later: whoever tells of it is in the middle of receiving.
    Promise.resolve()
      .then(() => this.#endWriting(link))
      .catch(() => {});
  }

  /**
   * Queues close_notify: at once during the handshake, which it ends unless there is early data, later after everything
   * given to `send`.
   */
  #endWriting(link: Link): Promise<void> {
    this.#writeEnd ??= this.#sendCloseNotify(link);
    return this.#writeEnd;
  }

  async #sendCloseNotify(link: Link): Promise<void> {
    if (link.engine.facts === undefined && !link.wroteEarly) return link.closeWrite();
    await this.#sends.run(async () => {
      await link.handshake();
      // Then the half stays open, and whoever takes back what was rejected can send it.
      if (link.engine.rejectedEarlyData > 0) this.#writeEnd = undefined;
      requireNothingRejected(link.engine);
      link.closeWrite();
    });
  }

  /**
   * Ends TLS, exchanging close_notify both ways, and gives back the carrier, for others to use: its first bytes are
   * those that came after the server's close_notify. This socket is closed then.
   * @throws SSLError `APPLICATION_DATA_AFTER_CLOSE_NOTIFY` where the server has sent what nobody has read; after
   * `recv` has, it can be called again
   * @throws SSLEOFError where the carrier ends instead
   */
  async unwrap(options?: CallOptions): Promise<Transport> {
    const link = this.#connected();
    if (link.engine.facts === undefined) {
      throw link.failure ?? new SSLError('the handshake is not done', { reason: 'UNINITIALIZED' });
    }
    this.#requireAliveToEndWriting(link);
    const end = async (stop?: Stop): Promise<void> => {
      await unlessStopped(() => this.#endWriting(link), stop);
      await link.flush(stop);
    };
    await this.call('write', options, end);
    const release = async (stop?: Stop): Promise<Transport> => {
      const unread = await link.peerClosed(stop);
      if (unread > 0) {
        throw new SSLError(`${unread} octets from the server were not read`, {
          reason: 'APPLICATION_DATA_AFTER_CLOSE_NOTIFY',
        });
      }
      this.#closed = Promise.resolve();
      this.#link = undefined;
      this.#madeLink = undefined;
      return link.release();
    };
    return this.call('read', options, release, this.#receives);
  }

  /**
   * Takes out what this socket holds, so that another can be wrapped around it: not the carrier, past TLS, but what TLS
   * carries, so that `wrapSocket` makes TLS within TLS of it. The socket is closed then; calls under way go on.
   * @throws OSError `EBADF` where it is closed
   */
  detach(): Transport | Connector {
    if (this.#closed !== undefined) throw systemError('EBADF');
    if (this.#connecting) throw systemError('EALREADY');
    const link = this.#link;
    const heir = new SSLSocket({
      ...this.connectionParts(),
      carrier: this.#carrier ?? unconnectable,
      setTimer: this.setTimer,
      suppressRaggedEofs: this.#suppressRaggedEofs,
      doHandshakeOnConnect: this.#doHandshakeOnConnect,
    });
    heir.#link = link;
    heir.#sends = this.#sends;
    heir.#receives = this.#receives;
    heir.#writeEnd = this.#writeEnd;
    heir.#readShut = this.#readShut;
    heir.settimeout(this.gettimeout());
    this.#closed = Promise.resolve();
    this.#link = undefined;
    return link === undefined ? connectorOf(heir) : streamOf(heir, link);
  }

  /**
   * Closes the connection: what `send` was given and close_notify go out, as far as that is possible in a few
   * seconds, then the carrier is closed. Calls that wait, and later ones, fail with EBADF. A second call does nothing.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    if (link !== undefined) {
      await link.close(this.#endWriting(link));
      this.#madeLink = undefined;
    } else if (this.#carrier !== undefined) await letGo(this.#carrier, this.setTimer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #connected(): Link {
    if (this.#closed !== undefined) throw systemError('EBADF');
    if (this.#link === undefined) throw systemError('ENOTCONN');
    return this.#link;
  }

  #writable(data: Uint8Array): Link {
    if (!(data instanceof Uint8Array)) throw new TypeError('data to send must be a Uint8Array');
    const link = this.#connected();
    if (this.#writeEnd !== undefined) throw systemError('EPIPE');
    return link;
  }
}

/** Octets that iteration gives at once, at most. */
const most = 65_536;

const nothing = new Uint8Array(0);
