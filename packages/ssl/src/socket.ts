import type { CryptoProvider } from '@halfclose/crypto';
import {
  type ClientConnection,
  type ConnectionEvent,
  type ConnectionFacts,
  type EarlyDataStatus,
  type Session,
  TLSError,
} from '@halfclose/tls';
import { checkAddress } from './address.ts';
import { CHANNEL_BINDING_TYPES, type ChannelBindingType, channelBinding } from './channelBinding.ts';
import { type Cipher, describeCipher } from './ciphers.ts';
import { SHUT_RD, SHUT_RDWR, SHUT_WR, type ShutdownHow } from './constants.ts';
import type { SSLContext } from './context.ts';
import { fromEngine, fromSystem, SSLError, systemError, ValueError } from './errors.ts';
import { letGo } from './letGo.ts';
import { Link } from './link.ts';
import { describeCertificate, type PeerCertificate } from './peerCertificate.ts';
import type { Platform } from './platform.ts';
import type { Address, Connector, Transport } from './transport.ts';
import { createTurns } from './turns.ts';

/** What `SSLContext.wrapSocket` makes a socket of. */
export interface SSLSocketParts {
  readonly context: SSLContext;
  readonly carrier: Transport | Connector;
  readonly serverHostname: string | undefined;
  readonly crypto: CryptoProvider;
  readonly offeredCiphers: readonly Cipher[];
  readonly createConnection: (
    onEvent: (event: ConnectionEvent) => void,
    port: number | undefined,
  ) => ClientConnection;
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
 */
export class SSLSocket {
  readonly #parts: SSLSocketParts;
  readonly #inTurnToSend = createTurns();
  readonly #inTurnToReceive = createTurns();
  #link: Link | undefined;
  #connecting = false;
  #closed: Promise<void> | undefined;
  #readShut = false;
  #writeEnd: Promise<void> | undefined;
  #session: Session | undefined;
  #facts: ConnectionFacts | undefined;
  #engine: ClientConnection | undefined;

  constructor(parts: SSLSocketParts) {
    this.#parts = parts;
    if (!('connect' in parts.carrier)) this.#link = this.#createLink(parts.carrier);
  }

  get context(): SSLContext {
    return this.#parts.context;
  }

  /** As it was given to `wrapSocket`, in A-labels and without a dot at the end; null if none was. */
  get serverHostname(): string | null {
    return this.#parts.serverHostname ?? null;
  }

  /** What was agreed, by name; undefined until the handshake is done. Stays after `close`. */
  get facts(): ConnectionFacts | undefined {
    return this.#facts;
  }

  /** The last session that the server gave a ticket for, null if it gave none yet. Secret. */
  get session(): Session | null {
    return this.#session ?? null;
  }

  /** Whether a session was resumed, so that the server showed no certificate; null before the handshake is done. */
  get sessionReused(): boolean | null {
    return this.#facts?.resumed ?? null;
  }

  /** What became of early data: `notOffered`, `offered`, then `accepted` or `rejected`. Stays after `close`. */
  get earlyDataStatus(): EarlyDataStatus {
    return this.#engine?.earlyDataStatus ?? 'notOffered';
  }

  /**
   * Connects the carrier, and does the handshake unless `doHandshakeOnConnect` is off.
   * @throws OSError where the carrier can't be connected; a new attempt is possible then
   * @throws SSLError where the handshake fails; the connection is closed then
   * @throws ValueError where there is a connection already; TypeError or ValueError where the address is none
   */
  async connect(address: Address): Promise<void> {
    checkAddress(address);
    const { carrier, doHandshakeOnConnect } = this.#parts;
    if (this.#closed !== undefined) throw systemError('EBADF');
    if (this.#connecting || this.#link !== undefined || !('connect' in carrier)) {
      throw new ValueError('attempt to connect already-connected SSLSocket!');
    }
    this.#connecting = true;
    try {
      await this.#connectCarrier(carrier, address);
    } finally {
      this.#connecting = false;
    }
    if (doHandshakeOnConnect) await this.doHandshake();
  }

  async #connectCarrier(carrier: Connector, address: Address): Promise<void> {
    let transport: Transport;
    try {
      transport = await carrier.connect(address);
    } catch (error) {
      throw this.#closed === undefined ? fromSystem(error) : systemError('EBADF');
    }
    try {
      if (this.#closed !== undefined) throw systemError('EBADF');
      this.#link = this.#createLink(transport, address[1]);
    } catch (error) {
      await letGo(transport, this.#parts.setTimer);
      throw error;
    }
  }

  #createLink(transport: Transport, port?: number): Link {
    const { createConnection, setTimer, suppressRaggedEofs } = this.#parts;
    const engine = createConnection((event) => {
      if (event.type === 'session') this.#session = event.session;
      if (event.type === 'handshakeDone' || event.type === 'clientAuthenticated') this.#facts = engine.facts;
      if (event.type === 'peerClosed' && engine.facts?.version === 'TLSv1.2') this.#answerCloseNotify(link);
    }, port);
    this.#engine = engine;
    const link = new Link({ engine, transport, setTimer, suppressRaggedEofs });
    return link;
  }

  /** Waits until the handshake is done. `connect`, `send` and `recv` do so by themselves. */
  async doHandshake(): Promise<void> {
    await this.#connected().handshake();
  }

  /**
   * Encrypts octets of `data` and puts them on their way, as soon as there is room.
   * @returns how many were taken: at least one, unless `data` is empty
   */
  async send(data: Uint8Array): Promise<number> {
    const link = this.#writable(data);
    return this.#inTurnToSend(async () => {
      await link.handshake();
      return data.length === 0 ? 0 : link.write(data, 0);
    });
  }

  /** Encrypts all of `data`. Its memory may be used again when this resolves; the carrier may still be busy. */
  async sendall(data: Uint8Array): Promise<void> {
    const link = this.#writable(data);
    await this.#inTurnToSend(async () => {
      await link.handshake();
      for (let sent = 0; sent < data.length; ) sent += await link.write(data, sent);
    });
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
    return this.#inTurnToSend(async () => {
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
   * What `sendEarly` sent, once, if the server rejected it; empty otherwise. It is never sent again by itself. After
   * `close`, too: that waits a few seconds for the server to decide, and if `earlyDataStatus` is still `offered` then, nobody
   * knows.
   */
  takeRejectedEarlyData(): Uint8Array {
    return this.#engine?.takeRejectedEarlyData() ?? new Uint8Array(0);
  }

  /**
   * Up to `length` octets, as soon as there are some; none at the end of file.
   * @throws SSLEOFError where the carrier ended without the server's close_notify
   */
  async recv(length = 1024): Promise<Uint8Array> {
    checkLength(length);
    const link = this.#connected();
    if (length === 0) return new Uint8Array(0);
    return this.#inTurnToReceive(() => link.read((readable) => new Uint8Array(Math.min(length, readable))));
  }

  /** As `recv`, into the first `length` octets of `target`. @returns how many; 0 at the end of file */
  async recvInto(target: Uint8Array, length: number = target.length): Promise<number> {
    checkLength(length);
    if (length > target.length)
      throw new ValueError(`${length} octets do not fit into an array of ${target.length}`);
    const link = this.#connected();
    if (length === 0) return 0;
    return this.#inTurnToReceive(async () => {
      const taken = await link.read((readable) => target.subarray(0, Math.min(length, readable)));
      return taken.length;
    });
  }

  /** Octets that `recv` can give without waiting. */
  pending(): number {
    return this.#link?.engine.readable ?? 0;
  }

  /** `['TLS_AES_128_GCM_SHA256', 'TLSv1.3', 128]`; null before the handshake is done, and after `close`. */
  cipher(): Cipher | null {
    const suite = this.#link?.engine.facts?.cipherSuite;
    return suite === undefined ? null : describeCipher(suite);
  }

  /** What was offered to the server, most wanted first; null before `connect`, and after `close`. */
  sharedCiphers(): Cipher[] | null {
    return this.#link === undefined ? null : [...this.#parts.offeredCiphers];
  }

  /** Always null: TLS 1.3 has no compression, and older versions are better off without (RFC 7525 section 3.3). */
  compression(): null {
    return null;
  }

  /** `'TLSv1.3'`; null before the handshake is done, and after `close`. */
  version(): string | null {
    return this.#link?.engine.facts?.version ?? null;
  }

  /** What ALPN came to; null if nothing, before the handshake is done, and after `close`. */
  selectedAlpnProtocol(): string | null {
    return this.#link?.engine.facts?.alpnProtocol ?? null;
  }

  /**
   * The server's certificate: DER, or what Python shows of it, which is nothing if it was not verified. Where a pre-shared
   * key stood for it, there is none: null, and nothing.
   * @throws ValueError before the handshake is done
   */
  getPeerCert(options: { readonly binary: true }): Uint8Array | null;
  getPeerCert(options?: { readonly binary?: false }): Partial<PeerCertificate>;
  getPeerCert(options: { readonly binary?: boolean } = {}): Uint8Array | Partial<PeerCertificate> | null {
    const { facts } = this.#connected().engine;
    const certificate = facts?.peerCertificates[0];
    if (facts === undefined) throw new ValueError('handshake not done yet');
    if (options.binary) return certificate?.slice() ?? null;
    return certificate === undefined || facts.verifiedChain.length === 0
      ? {}
      : describeCertificate(certificate);
  }

  /**
   * What binds an authentication above TLS (SCRAM's `-PLUS`, OAuth) to this connection, or to its server; null where it
   * is not defined for it, and before the handshake is done.
   * @throws ValueError for a type that is none of `CHANNEL_BINDING_TYPES`
   */
  getChannelBinding(type: ChannelBindingType = 'tls-unique'): Uint8Array | null {
    if (!CHANNEL_BINDING_TYPES.includes(type)) {
      throw new ValueError(`${String(type)} channel binding type not implemented`);
    }
    const { engine } = this.#connected();
    return engine.facts === undefined ? null : channelBinding(type, engine, this.#parts.crypto);
  }

  /**
   * Octets that both ends of this connection know and nobody else (RFC 8446 section 7.5).
   * @param label as registered with IANA; `EXPERIMENTAL` for what is not
   * @param length octets
   * @param context binds them to something more
   * @throws RangeError where the length is out of bounds, or the label is not of ASCII characters
   * @throws SSLError before the handshake is done, and what the connection has died of
   */
  exportKeyingMaterial(label: string, length: number, context: Uint8Array = new Uint8Array(0)): Uint8Array {
    const { engine } = this.#connected();
    try {
      return engine.exportKeyingMaterial(label, context, length);
    } catch (error) {
      throw error instanceof TLSError ? fromEngine(error) : error;
    }
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
  async shutdown(how: ShutdownHow): Promise<void> {
    if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) {
      throw new TypeError(`shutdown takes SHUT_RD (0), SHUT_WR (1) or SHUT_RDWR (2), not ${String(how)}`);
    }
    const link = this.#connected();
    if (how !== SHUT_WR) this.#shutRead(link);
    if (how !== SHUT_RD) await this.#shutWrite(link);
  }

  #shutRead(link: Link): void {
    if (this.#readShut) return;
    if (link.failure !== undefined) throw link.failure;
    this.#readShut = true;
    link.closeRead();
  }

  async #shutWrite(link: Link): Promise<void> {
    this.#requireAliveToEndWriting(link);
    await this.#endWriting(link);
    await link.closeOutput();
  }

  /** What has died before is not shut down by a call that fails for it. */
  #requireAliveToEndWriting(link: Link): void {
    if (this.#writeEnd === undefined && link.failure !== undefined) throw link.failure;
  }

  /**
   * RFC 5246 section 7.2.1: the other party answers close_notify with its own. It also says that pending writes are
   * discarded, which nobody who gave them to `send` would understand; so they go first.
   */
  #answerCloseNotify(link: Link): void {
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
    await this.#inTurnToSend(async () => {
      await link.handshake();
      // Then the half stays open, and whoever takes back what was rejected can send it.
      if (link.engine.rejectedEarlyData > 0) this.#writeEnd = undefined;
      link.requireNothingRejected();
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
  async unwrap(): Promise<Transport> {
    const link = this.#connected();
    if (link.engine.facts === undefined) {
      throw link.failure ?? new SSLError('the handshake is not done', { reason: 'UNINITIALIZED' });
    }
    this.#requireAliveToEndWriting(link);
    await this.#endWriting(link);
    await link.flush();
    return this.#inTurnToReceive(async () => {
      const unread = await link.peerClosed();
      if (unread > 0) {
        throw new SSLError(`${unread} octets from the server were not read`, {
          reason: 'APPLICATION_DATA_AFTER_CLOSE_NOTIFY',
        });
      }
      this.#closed = Promise.resolve();
      this.#link = undefined;
      return link.release();
    });
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
    if (link !== undefined) await link.close(this.#endWriting(link));
    else await letGo(this.#parts.carrier, this.#parts.setTimer);
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

function checkLength(length: number): void {
  if (!Number.isInteger(length) || length < 0) throw new ValueError(`${length} is not a number of octets`);
}
