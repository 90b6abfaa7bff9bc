import type { ClientCredential, KeyedSessionStore, ObservedMessage } from '@halfclose/tls';
import { protocolNames } from './alpn.ts';
import type { Password } from './certChain.ts';
import { type CipherChoice, createCipherChoice } from './cipherChoice.ts';
import type { CipherDetails } from './cipherDetails.ts';
import { describeCipher } from './ciphers.ts';
import { connectionMaker } from './connectionMaker.ts';
import { PROTOCOL_TLS_CLIENT, type TLSVersion } from './constants.ts';
import { type ContextSettings, defaultSettings, hasOption, toFlags } from './contextSettings.ts';
import { inOurWords, SSLError, ValueError } from './errors.ts';
import { parseGroups } from './groupNames.ts';
import { normalizeHostname } from './hostname.ts';
import { appendTo } from './keyLogFile.ts';
import { letGo } from './letGo.ts';
import type { MemoryBIO } from './memoryBio.ts';
import { type Offer, offerOf } from './offer.ts';
import { OP_IGNORE_UNEXPECTED_EOF } from './options.ts';
import { requirePart } from './parts/contract.ts';
import type { Platform } from './platform.ts';
import type { PskClientCallback } from './psk.ts';
import { checkSession } from './sessions.ts';
import { SSLSocket, type SSLSocketParts } from './socket.ts';
import type { SSLConnectionParts } from './sslConnection.ts';
import type { SSLObject, SSLObjectParts } from './sslObject.ts';
import type { Transport, WrappableSocket } from './transport.ts';
import { VerifyingContext } from './verifyingContext.ts';
import { createVersionRange, type VersionRange } from './versions.ts';
import type { WrapOptions, WrapSocketOptions } from './wrapSocketOptions.ts';

export type SSLSocketClass = new (parts: SSLSocketParts) => SSLSocket;
export type SSLObjectClass = new (parts: SSLObjectParts) => SSLObject;

/** What `sessionStats` counts, by OpenSSL's names. */
export type SessionStats = Readonly<typeof noStats>;

/** What connections have in common: whom to trust, what to offer. Python's `ssl.SSLContext`, for clients. */
export class SSLContext extends VerifyingContext {
  readonly protocol: typeof PROTOCOL_TLS_CLIENT = PROTOCOL_TLS_CLIENT;
  /** What `wrapSocket` makes sockets of. A class of one's own extends SSLSocket. */
  sslsocketClass: SSLSocketClass = SSLSocket;
  #sslobjectClass: SSLObjectClass | undefined;
  readonly #settings: ContextSettings;
  readonly #versions: VersionRange;
  readonly #ciphers: CipherChoice;

  /** @throws ValueError for any protocol but `PROTOCOL_TLS_CLIENT` */
  constructor(platform: Platform, protocol: number = PROTOCOL_TLS_CLIENT) {
    super(platform);
    if (protocol !== PROTOCOL_TLS_CLIENT) {
      throw new ValueError(
        `protocol ${protocol}: only PROTOCOL_TLS_CLIENT (${PROTOCOL_TLS_CLIENT}) is supported`,
      );
    }
    this.#sslobjectClass = platform.SSLObject;
    this.#settings = defaultSettings(platform);
    this.#versions = createVersionRange(platform.tls12 !== undefined);
    this.#ciphers = createCipherChoice(platform);
  }

  /**
   * What `wrapBio` makes objects of. A class of one's own extends SSLObject.
   * @throws NotImplementedError where the platform has no `SSLObject`, and it was not set
   */
  get sslobjectClass(): SSLObjectClass {
    return this.#sslobjectClass ?? requirePart(this.platform, 'SSLObject', 'wrapBio');
  }

  set sslobjectClass(objectClass: SSLObjectClass) {
    this.#sslobjectClass = objectClass;
  }

  /**
   * The lowest version to accept: `TLSVersion.TLSv1_2` unless set otherwise, or `TLSv1_3` where the platform has no `tls12`.
   * To put up with an older one changes nothing; none is spoken here.
   * @throws ValueError where it is set to what is no version, or to TLS 1.2 where that can't be had
   */
  get minimumVersion(): TLSVersion {
    return this.#versions.minimum();
  }

  set minimumVersion(version: TLSVersion) {
    this.#versions.setMinimum(version);
  }

  /**
   * The highest version to accept. Where it is below `minimumVersion`, `wrapSocket` says so.
   * @throws ValueError where it is set to what is no version, or below all that are spoken here
   */
  get maximumVersion(): TLSVersion {
    return this.#versions.maximum();
  }

  set maximumVersion(version: TLSVersion) {
    this.#versions.setMaximum(version);
  }

  /**
   * Which suites of TLS 1.2 to offer, in OpenSSL's language (`openssl-ciphers(1)`): `ECDHE+AESGCM:!aNULL`. As long as nobody
   * says so, those with forward secrecy and an AEAD. Those of TLS 1.3 are not touched.
   * @throws SSLError `NO_CIPHER_MATCH` where that selects none; NotImplementedError where the platform has no `cipherSuites12`
   */
  setCiphers(ciphers: string): void {
    this.#ciphers.choose12(ciphers);
  }

  /**
   * Which suites of TLS 1.3 to offer: names with colons between them. As long as nobody says so, all that there are.
   * @throws SSLError `NO_CIPHER_MATCH` where one is not known, or not to be had here, or there is none
   */
  setCiphersuites(ciphersuites: string): void {
    this.#ciphers.choose13(ciphersuites);
  }

  /**
   * Whether a server of TLS 1.2 has to know the extended master secret (RFC 7627), without which a connection is bound to
   * nothing: it is not resumed, and has no channel binding and no exporter. False unless set otherwise.
   */
  requireExtendedMasterSecret = false;

  /**
   * Whether we send to a server of TLS 1.2 before it has finished, which saves a round trip (False Start, RFC 7918): where the
   * suite has forward secrecy and an AEAD, and an ALPN protocol was agreed on. False unless set otherwise.
   */
  falseStart = false;

  /**
   * Whether the hello says that one with a higher version failed before (`TLS_FALLBACK_SCSV`, RFC 7507), for those who try
   * again with a lower `maximumVersion`. A server that knows better refuses. False unless set otherwise.
   */
  fallback = false;

  /**
   * What is offered, most wanted first, with all that Python tells of each.
   * @throws SSLError `NO_PROTOCOLS_AVAILABLE` where no version is left; NotImplementedError where the platform has no
   * `descriptions`
   */
  getCiphers(): CipherDetails[] {
    const descriptions = requirePart(this.platform, 'descriptions', 'getCiphers()');
    return this.#offer().suites.map((name) => descriptions.cipher(name));
  }

  /**
   * Which groups to offer for the key exchange, most wanted first: OpenSSL's names or the standards', with colons between
   * them: `X25519MLKEM768:X25519:P-256`. Python's takes one alone.
   * @throws ValueError where one is not known, or not to be had here
   */
  setEcdhCurve(names: string): void {
    this.#settings.groups = parseGroups(names, this.platform.crypto);
  }

  /**
   * `OP_` flags, joined by `|`; what OpenSSL's would have turned off and is not there anyway counts for nothing.
   * @throws ValueError for what is no number of 32 bits
   */
  get options(): number {
    return this.#settings.options;
  }

  set options(flags: number) {
    this.#settings.options = toFlags(flags);
  }

  /**
   * What to offer in ALPN (RFC 7301), most wanted first. None: no offer.
   * @throws ValueError where a name is not printable ASCII; SSLError where it is empty or longer than 255
   * characters, or all of them are too long together
   */
  setAlpnProtocols(protocols: Iterable<string>): void {
    this.#settings.alpnProtocols = protocolNames(protocols);
  }

  /**
   * Where sessions are kept, so that later connections to the same server resume them: one of `createSessionStore`, or
   * any other, which may be asynchronous. Undefined, as it is by default: nowhere, and only `wrapSocket({ session })`
   * resumes. A server can tell by a session who comes back.
   */
  get sessionStore(): KeyedSessionStore | undefined {
    return this.#settings.sessionStore;
  }

  set sessionStore(store: KeyedSessionStore | undefined) {
    this.#settings.sessionStore = store;
  }

  /**
   * Asked, when a connection begins, for a key that stands for certificates (RFC 8446 section 2.2); null for none. A
   * server that doesn't take it shows a certificate, which is verified as the context has it.
   * @throws TypeError for anything else; NotImplementedError where the platform has no `preSharedKeys`
   */
  setPskClientCallback(callback: PskClientCallback | null): void {
    if (callback !== null && typeof callback !== 'function')
      throw new TypeError('parameter must be callable');
    if (callback !== null) requirePart(this.platform, 'preSharedKeys', 'setPskClientCallback');
    this.#settings.pskClientCallback = callback ?? undefined;
  }

  /**
   * A file to which the secrets of all connections are appended, in the format of NSS's SSLKEYLOGFILE: whoever has it can
   * read them, Wireshark for one. Null for none.
   * @throws OSError where the file can't be written to, `ENOSYS` where there are no files; there, and anywhere else,
   * `keyLog` does
   */
  get keylogFilename(): string | null {
    return this.#settings.keylogFilename;
  }

  set keylogFilename(path: string | null) {
    if (path !== null) appendTo(this.platform.files, path, '');
    this.#settings.keylogFilename = path;
  }

  /** Told the same, line by line, as it comes about. What it throws is dropped: it is no reason for a connection to fail. */
  get keyLog(): ((line: string) => void) | undefined {
    return this.#settings.keyLog;
  }

  set keyLog(log: ((line: string) => void) | undefined) {
    this.#settings.keyLog = log;
  }

  /**
   * Told of each message that goes over a connection and comes, with its octets in clear: `createAnnotator` of
   * `@halfclose/tls/annotate` says what they mean. As all else here it counts for the sockets that are wrapped from now on, so
   * that each may have one of its own. What it throws is dropped.
   * @throws NotImplementedError where it is set, and the platform has no `observeMessages`
   */
  get onMessage(): ((message: ObservedMessage) => void) | undefined {
    return this.#settings.onMessage;
  }

  set onMessage(observe: ((message: ObservedMessage) => void) | undefined) {
    if (observe !== undefined) requirePart(this.platform, 'observeMessages', 'onMessage');
    this.#settings.onMessage = observe;
  }

  /**
   * Shows servers that ask who we are a certificate, and signs with its private key, both from PEM files: one's own
   * certificate first, then those above it. A later one for a key of the same type takes its place.
   * @param keyfile left out: the private key is in `certfile`, too
   * @param password for a private key that is encrypted, or a function that is asked for it then
   * @throws OSError where a file can't be read; SSLError `KEY_VALUES_MISMATCH` where the two don't belong together, or
   * with another reason where one is malformed; NotImplementedError where the platform has no `privateKeys`, or no
   * `clientCertificates`
   */
  async loadCertChain(certfile: string, keyfile?: string | null, password?: Password | null): Promise<void> {
    for (const [name, path] of Object.entries({ certfile, keyfile: keyfile ?? certfile })) {
      if (typeof path !== 'string') throw new TypeError(`${name} should be a path, not ${String(path)}`);
    }
    const part = requirePart(this.platform, 'privateKeys', 'loadCertChain');
    this.addCredential(await part.read(this.platform, certfile, keyfile ?? certfile, password ?? undefined));
  }

  /**
   * The same for a key that is in no file: `createWebCryptoSigner` of `@halfclose/crypto` signs with WebCrypto's, and
   * whoever has a token can write a signer for it.
   * @throws NotImplementedError where the platform has no `clientCertificates`
   */
  addCredential(credential: ClientCredential): void {
    requirePart(this.platform, 'clientCertificates', 'addCredential');
    const { type } = credential.signer.publicKey;
    const others = this.#settings.credentials.filter(({ signer }) => signer.publicKey.type !== type);
    this.#settings.credentials = [...others, credential];
  }

  /** What servers may be shown, most wanted first. */
  get credentials(): readonly ClientCredential[] {
    return this.#settings.credentials;
  }

  /**
   * Whether the server may ask who we are also after the handshake (RFC 8446 section 4.6.2). False unless set otherwise.
   * @throws TypeError for anything but true and false; NotImplementedError where the platform has no `clientCertificates`, and
   * it is not false
   */
  get postHandshakeAuth(): boolean {
    return this.#settings.postHandshakeAuth;
  }

  set postHandshakeAuth(may: boolean) {
    if (typeof may !== 'boolean') {
      throw new TypeError(`postHandshakeAuth must be true or false, not ${String(may)}`);
    }
    if (may) requirePart(this.platform, 'clientCertificates', 'postHandshakeAuth');
    this.#settings.postHandshakeAuth = may;
  }

  /**
   * An ECHConfigList (RFC 9849), for instance of the DNS record of the type HTTPS of a server: for it, the name and the
   * sessions go out hidden; ALPN protocols do not (RFC 9849 section 10.5 leaves it to us), and nothing does
   * where no configuration of the list is of use, which `facts.echOutcome` says, and `echRequired` forbids. A server that can't read them ends the connection with the reason `ECH_REJECTED`, and
   * the error has `retryConfigs`. Null, as it is unless set otherwise: it only looks so (GREASE).
   * @throws SSLError `INVALID_ECH_CONFIG_LIST`; NotImplementedError where the platform has no `encryptedClientHello`
   */
  get echConfigList(): Uint8Array | null {
    return this.#settings.echConfigList;
  }

  set echConfigList(list: Uint8Array | null) {
    this.#hideHello(list, this.#settings.echRequired);
  }

  /**
   * Whether a connection fails, with the reason `UNUSABLE_ECH_CONFIG_LIST`, where no configuration of the `echConfigList` is
   * of use, instead of telling everybody the server's name. False unless set otherwise; without a list it says nothing.
   * @throws TypeError for anything but true and false
   */
  get echRequired(): boolean {
    return this.#settings.echRequired;
  }

  set echRequired(required: boolean) {
    if (typeof required !== 'boolean') {
      throw new TypeError(`echRequired must be true or false, not ${String(required)}`);
    }
    this.#hideHello(this.#settings.echConfigList, required);
  }

  #hideHello(echConfigList: Uint8Array | null, echRequired: boolean): void {
    const whenUnusable = echRequired ? 'refuse' : 'grease';
    const encryptedClientHello = inOurWords(() =>
      echConfigList === null
        ? this.platform.encryptedClientHello?.pretend()
        : requirePart(this.platform, 'encryptedClientHello', 'echConfigList').hide(echConfigList, {
            whenUnusable,
          }),
    );
    Object.assign(this.#settings, { echConfigList, echRequired, encryptedClientHello });
  }

  /** TLS handshakes of this context's connections, as OpenSSL counts them: those it doesn't make are 0. */
  sessionStats(): SessionStats {
    return { ...noStats, ...this.memory.counts };
  }

  /**
   * TLS over `socket`, which is detached: it is of no use to its owner afterwards. A socket that is connected
   * already, and a bare transport, begin the handshake with the first call that needs it.
   *
   * What the context says now is what counts for this socket, whatever is set later; only the certificates that
   * are trusted, and the CRLs, are those at the time of the handshake.
   * @throws ValueError where `checkHostname` has no `serverHostname` to check, or that is no name; SSLError
   * `NO_PROTOCOLS_AVAILABLE` where `minimumVersion` is above `maximumVersion`; NotImplementedError where early data is wanted,
   * and the platform has no `earlyData`
   */
  wrapSocket(socket: WrappableSocket | Transport, options: WrapSocketOptions = {}): SSLSocket {
    const { doHandshakeOnConnect = true } = options;
    const { setTimer } = this.platform;
    const suppressRaggedEofs =
      options.suppressRaggedEofs ?? hasOption(this.#settings, OP_IGNORE_UNEXPECTED_EOF);
    const parts = { ...this.#partsFor(options), setTimer, doHandshakeOnConnect, suppressRaggedEofs };
    if (!('detach' in socket)) return new this.sslsocketClass({ ...parts, carrier: socket });
    const carrier = socket.detach();
    try {
      return new this.sslsocketClass({ ...parts, carrier });
    } catch (error) {
      // Nobody else has it any more.
      void letGo(carrier, setTimer);
      throw error;
    }
  }

  /**
   * TLS without I/O: ciphertext comes from `incoming` and goes to `outgoing`, which the caller fills and empties. For all
   * else, see `wrapSocket`.
   * @throws as `wrapSocket`; NotImplementedError where the platform has no `SSLObject`
   */
  wrapBio(incoming: MemoryBIO, outgoing: MemoryBIO, options: WrapOptions = {}): SSLObject {
    const suppressRaggedEofs = hasOption(this.#settings, OP_IGNORE_UNEXPECTED_EOF);
    return new this.sslobjectClass({ ...this.#partsFor(options), incoming, outgoing, suppressRaggedEofs });
  }

  #partsFor({ serverHostname, session, earlyData, serverSide }: WrapOptions): SSLConnectionParts {
    if (serverSide) {
      throw new SSLError('Cannot create a server socket with a PROTOCOL_TLS_CLIENT context', {
        reason: 'WRONG_SSL_VERSION',
      });
    }
    if (this.checkHostname && !serverHostname) throw new ValueError('checkHostname requires serverHostname');
    const { platform, verification, memory } = this;
    const name = serverHostname ? normalizeHostname(serverHostname, platform.toASCII) : undefined;
    if (earlyData) requirePart(platform, 'earlyData', 'earlyData');
    const offer = this.#offer();
    const wanted = {
      serverHostname: name,
      session: checkSession(session, name),
      earlyData: earlyData === true,
    };
    return {
      context: this,
      serverHostname: name,
      crypto: platform.crypto,
      descriptions: platform.descriptions,
      offeredCiphers: offer.suites.map(describeCipher),
      createConnection: connectionMaker(
        { platform, verification, settings: this.#settings, memory, offer },
        wanted,
      ),
    };
  }

  #offer(): Offer {
    const { options, pskClientCallback } = this.#settings;
    return offerOf(this.platform, this.#versions, this.#ciphers, this, options, pskClientCallback);
  }
}

const noStats = {
  number: 0,
  connect: 0,
  connectGood: 0,
  connectRenegotiate: 0,
  accept: 0,
  acceptGood: 0,
  acceptRenegotiate: 0,
  hits: 0,
  misses: 0,
  timeouts: 0,
  cacheFull: 0,
};
