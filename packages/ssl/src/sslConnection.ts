import type { CryptoProvider } from '@halfclose/crypto';
import type {
  ClientConnection,
  ConnectionEvent,
  ConnectionFacts,
  EarlyDataStatus,
  Session,
} from '@halfclose/tls';
import { CHANNEL_BINDING_TYPES, type ChannelBindingType, channelBinding } from './channelBinding.ts';
import { type Cipher, describeCipher } from './ciphers.ts';
import type { SSLContext } from './context.ts';
import { inOurWords, NotImplementedError, ValueError } from './errors.ts';
import { type Parts, requirePart } from './parts/contract.ts';
import type { PeerCertificate } from './peerCertificate.ts';

/** What a context makes a connection of. */
export interface SSLConnectionParts {
  readonly context: SSLContext;
  readonly serverHostname: string | undefined;
  readonly crypto: CryptoProvider;
  readonly descriptions?: Parts['descriptions'] | undefined;
  readonly offeredCiphers: readonly Cipher[];
  /** @param port that is connected to; undefined where somebody else has connected */
  readonly createConnection: (
    onEvent: (event: ConnectionEvent) => void,
    port: number | undefined,
  ) => ClientConnection;
}

const createNoOther: SSLConnectionParts['createConnection'] = () => {
  throw new Error('there is a connection already');
};

/** What can be asked of a connection, however its octets travel: what `SSLSocket` and `SSLObject` have in common. */
export abstract class SSLConnection {
  readonly #context: SSLContext;
  readonly #serverHostname: string | undefined;
  readonly #crypto: CryptoProvider;
  readonly #descriptions: SSLConnectionParts['descriptions'];
  readonly #offeredCiphers: readonly Cipher[];
  #createConnection: SSLConnectionParts['createConnection'];
  #engine: ClientConnection | undefined;
  #session: Session | undefined;
  #facts: ConnectionFacts | undefined;

  constructor(parts: SSLConnectionParts) {
    this.#context = parts.context;
    this.#serverHostname = parts.serverHostname;
    this.#crypto = parts.crypto;
    this.#descriptions = parts.descriptions;
    this.#offeredCiphers = parts.offeredCiphers;
    this.#createConnection = parts.createConnection;
  }

  /** What another is made of that takes the place of this one. */
  protected connectionParts(): SSLConnectionParts {
    return {
      context: this.#context,
      serverHostname: this.#serverHostname,
      crypto: this.#crypto,
      descriptions: this.#descriptions,
      offeredCiphers: this.#offeredCiphers,
      createConnection: this.#createConnection,
    };
  }

  /** The engine of a connection that is there and not closed. */
  protected abstract openEngine(): ClientConnection | undefined;

  /** The same. @throws OSError where there is none */
  protected abstract requireEngine(): ClientConnection;

  /** To be called once. */
  protected createEngine(port?: number): ClientConnection {
    const engine = this.#createConnection((event) => this.#take(event), port);
    // What it takes to make one is much, and of no use any more.
    this.#createConnection = createNoOther;
    this.#engine = engine;
    return engine;
  }

  /** The server has ended its half. */
  protected peerClosed(): void {}

  #take(event: ConnectionEvent): void {
    if (event.type === 'session') this.#session = event.session;
    else if (event.type === 'peerClosed') this.peerClosed();
    else if (event.type === 'handshakeDone' || event.type === 'clientAuthenticated') {
      this.#facts = this.#engine?.facts;
    }
  }

  get context(): SSLContext {
    return this.#context;
  }

  /** As it was given to the context, in A-labels and without a dot at the end; null if none was. */
  get serverHostname(): string | null {
    return this.#serverHostname ?? null;
  }

  /** Always false: this is the client. */
  get serverSide(): false {
    return false;
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
   * What was sent early, once, if the server rejected it; empty otherwise. It is never sent again by itself. After `close`,
   * too: that waits a few seconds for the server to decide, and if `earlyDataStatus` is still `offered` then, nobody knows.
   */
  takeRejectedEarlyData(): Uint8Array {
    return this.#engine?.takeRejectedEarlyData() ?? new Uint8Array(0);
  }

  /** Octets that can be read without waiting. */
  pending(): number {
    return this.openEngine()?.readable ?? 0;
  }

  /** `['TLS_AES_128_GCM_SHA256', 'TLSv1.3', 128]`; null before the handshake is done, and after `close`. */
  cipher(): Cipher | null {
    const suite = this.openEngine()?.facts?.cipherSuite;
    return suite === undefined ? null : describeCipher(suite);
  }

  /** What was offered to the server, most wanted first; null before `connect`, and after `close`. */
  sharedCiphers(): Cipher[] | null {
    return this.openEngine() === undefined ? null : [...this.#offeredCiphers];
  }

  /** Always null: TLS 1.3 has no compression, and older versions are better off without (RFC 7525 section 3.3). */
  compression(): null {
    return null;
  }

  /** `'TLSv1.3'`; null before the handshake is done, and after `close`. */
  version(): string | null {
    return this.openEngine()?.facts?.version ?? null;
  }

  /** What ALPN came to; null if nothing, before the handshake is done, and after `close`. */
  selectedAlpnProtocol(): string | null {
    return this.openEngine()?.facts?.alpnProtocol ?? null;
  }

  /** Always null: NPN was never a standard, and ALPN took its place. */
  selectedNpnProtocol(): null {
    return null;
  }

  /**
   * The server's certificate: DER, or what Python shows of it, which is nothing if it was not verified. Where a pre-shared
   * key stood for it, there is none: null, and nothing.
   * @throws ValueError before the handshake is done; NotImplementedError where the platform has no `descriptions`, unless
   * `binary` is asked for
   */
  getPeerCert(options: { readonly binary: true }): Uint8Array | null;
  getPeerCert(options?: { readonly binary?: false }): Partial<PeerCertificate>;
  getPeerCert(options: { readonly binary?: boolean } = {}): Uint8Array | Partial<PeerCertificate> | null {
    const { facts } = this.requireEngine();
    const certificate = facts?.peerCertificates[0];
    if (facts === undefined) throw new ValueError('handshake not done yet');
    if (options.binary) return certificate?.slice() ?? null;
    return certificate === undefined || facts.verifiedChain.length === 0
      ? {}
      : requirePart({ descriptions: this.#descriptions }, 'descriptions', 'getPeerCert()').certificate(
          certificate,
        );
  }

  /**
   * DER certificates from the server's own to the trusted one; as `getUnverifiedChain` where nothing was verified. Of an
   * authority that is trusted by name and key alone there is no certificate. Empty before the handshake is done.
   */
  getVerifiedChain(): Uint8Array[] {
    const chain = this.requireEngine().facts?.verifiedChain ?? [];
    return chain.length === 0 ? this.getUnverifiedChain() : chain.map((certificate) => certificate.slice());
  }

  /** DER certificates as the server sent them, its own first. Empty before the handshake is done. */
  getUnverifiedChain(): Uint8Array[] {
    const chain = this.requireEngine().facts?.peerCertificates ?? [];
    return chain.map((certificate) => certificate.slice());
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
    const engine = this.requireEngine();
    return engine.facts === undefined ? null : channelBinding(type, engine, this.#crypto);
  }

  /**
   * Octets that both ends of this connection know and nobody else (RFC 8446 section 7.5; RFC 5705).
   * @param label as registered with IANA; `EXPERIMENTAL` for what is not
   * @param length octets
   * @param context binds them to something more; in TLS 1.2 an empty one makes others than none does
   * @throws RangeError where the length is out of bounds, or the label is not of ASCII characters
   * @throws SSLError before the handshake is done, and what the connection has died of
   */
  exportKeyingMaterial(label: string, length: number, context?: Uint8Array): Uint8Array {
    const engine = this.requireEngine();
    return inOurWords(() => engine.exportKeyingMaterial(label, context, length));
  }

  /** A server's call. @throws NotImplementedError always */
  verifyClientPostHandshake(): never {
    throw new NotImplementedError('verifyClientPostHandshake is for servers, and this is a client');
  }
}
