import {
  type ClientCredential,
  createClientConnection,
  createEncryptedClientHello,
  createGreaseEch,
  type EncryptedClientHello,
  type KeyedSessionStore,
  type ServerVerifier,
  type Session,
} from '@halfclose/tls';
import {
  type CrlStore,
  createCrlStore,
  createDecisionMemory,
  createServerVerifier,
  createSignatureMemory,
  createTrustStore,
  createUncheckedVerifier,
  type RevocationPolicy,
  type TrustStore,
} from '@halfclose/x509';
import { protocolNames } from './alpn.ts';
import { type Password, readCredential } from './certChain.ts';
import { type CipherChoice, createCipherChoice } from './cipherChoice.ts';
import { describeCipher } from './ciphers.ts';
import {
  CERT_NONE,
  CERT_OPTIONAL,
  CERT_REQUIRED,
  PROTOCOL_TLS_CLIENT,
  type TLSVersion,
  type VerifyMode,
} from './constants.ts';
import { inOurWords, systemError, ValueError } from './errors.ts';
import { createGroupMemory, type GroupMemory } from './groupMemory.ts';
import { normalizeHostname } from './hostname.ts';
import { appendTo } from './keyLogFile.ts';
import { letGo } from './letGo.ts';
import { readDefaultLocations, readLocations, type Trusted, type VerifyLocations } from './locations.ts';
import { type Offer, offerOf } from './offer.ts';
import type { Platform } from './platform.ts';
import { askForPsk, type PskClientCallback } from './psk.ts';
import { checkSession, sessionsOf } from './sessions.ts';
import { SSLSocket, type SSLSocketParts } from './socket.ts';
import type { Transport, WrappableSocket } from './transport.ts';
import { createVersionRange, type VersionRange } from './versions.ts';
import type { WrapSocketOptions } from './wrapSocketOptions.ts';

/** What connections have in common: whom to trust, what to offer. Python's `ssl.SSLContext`, for clients. */
export class SSLContext {
  readonly protocol: typeof PROTOCOL_TLS_CLIENT = PROTOCOL_TLS_CLIENT;
  readonly #platform: Platform;
  readonly #trustStore: TrustStore = createTrustStore();
  readonly #crls: CrlStore = createCrlStore();
  readonly #remembered = { signatures: createSignatureMemory(), decisions: createDecisionMemory() };
  #verifyMode: VerifyMode = CERT_REQUIRED;
  #checkHostname = true;
  #revocation: RevocationPolicy = 'ifPresent';
  readonly #versions: VersionRange;
  readonly #ciphers: CipherChoice;
  #alpnProtocols: readonly string[] = [];
  #keylogFilename: string | null = null;
  #credentials: readonly ClientCredential[] = [];
  #postHandshakeAuth = false;
  readonly #groups: GroupMemory = createGroupMemory();
  #echConfigList: Uint8Array | null = null;
  #encryptedClientHello: EncryptedClientHello = createGreaseEch();

  /** @throws ValueError for any protocol but `PROTOCOL_TLS_CLIENT` */
  constructor(platform: Platform, protocol: number = PROTOCOL_TLS_CLIENT) {
    if (protocol !== PROTOCOL_TLS_CLIENT) {
      throw new ValueError(
        `protocol ${protocol}: only PROTOCOL_TLS_CLIENT (${PROTOCOL_TLS_CLIENT}) is supported`,
      );
    }
    this.#platform = platform;
    this.#versions = createVersionRange(platform.tls12 !== undefined);
    this.#ciphers = createCipherChoice(platform);
  }

  /** `CERT_REQUIRED` unless set otherwise. @throws ValueError for `CERT_NONE` while `checkHostname` is on */
  get verifyMode(): VerifyMode {
    return this.#verifyMode;
  }

  set verifyMode(mode: VerifyMode) {
    if (mode !== CERT_NONE && mode !== CERT_OPTIONAL && mode !== CERT_REQUIRED) {
      throw new ValueError(`invalid value for verifyMode: ${mode}`);
    }
    if (mode === CERT_NONE && this.#checkHostname) {
      throw new ValueError('Cannot set verifyMode to CERT_NONE when checkHostname is enabled.');
    }
    this.#verifyMode = mode;
  }

  /**
   * Whether the certificate must be for the `serverHostname`. To turn it on also turns verification on.
   * @throws TypeError for anything but true and false
   */
  get checkHostname(): boolean {
    return this.#checkHostname;
  }

  set checkHostname(check: boolean) {
    // What only looks like false may be a mistake, and must not turn the check off.
    if (typeof check !== 'boolean') {
      throw new TypeError(`checkHostname must be true or false, not ${String(check)}`);
    }
    this.#checkHostname = check;
    if (this.#checkHostname && this.#verifyMode === CERT_NONE) this.#verifyMode = CERT_REQUIRED;
  }

  /**
   * Whether a certificate that was revoked is refused. By default, `ifPresent`, the server is asked for a stapled OCSP
   * response (RFC 6066 section 8); that, and the CRLs that were loaded, must be right and must not say that it was.
   * `require`: each certificate below a trusted one must be known to be good by one of them. `off`: nothing is asked.
   * Without verification nothing is asked either.
   * @throws ValueError for anything else
   */
  get revocation(): RevocationPolicy {
    return this.#revocation;
  }

  set revocation(policy: RevocationPolicy) {
    if (policy !== 'off' && policy !== 'ifPresent' && policy !== 'require') {
      throw new ValueError(`invalid value for revocation: ${String(policy)}`);
    }
    this.#revocation = policy;
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
   * @throws SSLError `NO_CIPHER_MATCH` where that selects none
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
   * What to offer in ALPN (RFC 7301), most wanted first. None: no offer.
   * @throws ValueError where a name is not printable ASCII; SSLError where it is empty or longer than 255
   * characters, or all of them are too long together
   */
  setAlpnProtocols(protocols: Iterable<string>): void {
    this.#alpnProtocols = protocolNames(protocols);
  }

  /**
   * Where sessions are kept, so that later connections to the same server resume them: one of `createSessionStore`, or
   * any other, which may be asynchronous. Undefined, as it is by default: nowhere, and only `wrapSocket({ session })`
   * resumes. A server can tell by a session who comes back.
   */
  sessionStore: KeyedSessionStore | undefined;

  #pskClientCallback: PskClientCallback | undefined;

  /**
   * Asked, when a connection begins, for a key that stands for certificates (RFC 8446 section 2.2); null for none. A
   * server that doesn't take it shows a certificate, which is verified as the context has it.
   * @throws TypeError for anything else
   */
  setPskClientCallback(callback: PskClientCallback | null): void {
    if (callback !== null && typeof callback !== 'function')
      throw new TypeError('parameter must be callable');
    this.#pskClientCallback = callback ?? undefined;
  }

  /**
   * A file to which the secrets of all connections are appended, in the format of NSS's SSLKEYLOGFILE: whoever has it can
   * read them, Wireshark for one. Null for none.
   * @throws OSError where the file can't be written to, `ENOSYS` where there are no files; there, and anywhere else,
   * `keyLog` does
   */
  get keylogFilename(): string | null {
    return this.#keylogFilename;
  }

  set keylogFilename(path: string | null) {
    if (path !== null) appendTo(this.#platform.files, path, '');
    this.#keylogFilename = path;
  }

  /** Told the same, line by line, as it comes about. What it throws is dropped: it is no reason for a connection to fail. */
  keyLog: ((line: string) => void) | undefined;

  #logKeys(line: string): void {
    try {
      if (this.#keylogFilename !== null) appendTo(this.#platform.files, this.#keylogFilename, `${line}\n`);
      this.keyLog?.(line);
    } catch {
      // As said above.
    }
  }

  /**
   * Trusts certificates from files, a directory, or memory, and believes the CRLs that stand beside them (see
   * `revocation`); and authorities that are known by name and key. All of them, or none if it fails.
   * @throws TypeError where all are omitted; OSError where a file can't be read; SSLError or ValueError where there
   * is neither certificate nor CRL, or a malformed one
   */
  async loadVerifyLocations(locations: VerifyLocations): Promise<void> {
    this.#trust(await readLocations(locations, this.#platform.files));
  }

  /**
   * Shows servers that ask who we are a certificate, and signs with its private key, both from PEM files: one's own
   * certificate first, then those above it. A later one for a key of the same type takes its place.
   * @param keyfile left out: the private key is in `certfile`, too
   * @param password for a private key that is encrypted, or a function that is asked for it then
   * @throws OSError where a file can't be read; SSLError `KEY_VALUES_MISMATCH` where the two don't belong together, or
   * with another reason where one is malformed
   */
  async loadCertChain(certfile: string, keyfile?: string | null, password?: Password | null): Promise<void> {
    for (const [name, path] of Object.entries({ certfile, keyfile: keyfile ?? certfile })) {
      if (typeof path !== 'string') throw new TypeError(`${name} should be a path, not ${String(path)}`);
    }
    this.addCredential(
      await readCredential(this.#platform, certfile, keyfile ?? certfile, password ?? undefined),
    );
  }

  /**
   * The same for a key that is in no file: `createWebCryptoSigner` of `@halfclose/crypto` signs with WebCrypto's, and
   * whoever has a token can write a signer for it.
   */
  addCredential(credential: ClientCredential): void {
    const { type } = credential.signer.publicKey;
    const others = this.#credentials.filter(({ signer }) => signer.publicKey.type !== type);
    this.#credentials = [...others, credential];
  }

  /** What servers may be shown, most wanted first. */
  get credentials(): readonly ClientCredential[] {
    return this.#credentials;
  }

  /**
   * Whether the server may ask who we are also after the handshake (RFC 8446 section 4.6.2). False unless set otherwise.
   * @throws TypeError for anything but true and false
   */
  get postHandshakeAuth(): boolean {
    return this.#postHandshakeAuth;
  }

  set postHandshakeAuth(may: boolean) {
    if (typeof may !== 'boolean') {
      throw new TypeError(`postHandshakeAuth must be true or false, not ${String(may)}`);
    }
    this.#postHandshakeAuth = may;
  }

  /**
   * An ECHConfigList (RFC 9849), for instance of the DNS record of the type HTTPS of a server: for it, the name and the
   * sessions go out hidden; ALPN protocols do not, and nothing does where no configuration of the list is of use, which
   * `facts.echOutcome` says. A server that can't read them ends the connection with the reason `ECH_REJECTED`, and
   * the error has `retryConfigs`. Null, as it is unless set otherwise: it only looks so (GREASE).
   * @throws SSLError `INVALID_ECH_CONFIG_LIST`
   */
  get echConfigList(): Uint8Array | null {
    return this.#echConfigList;
  }

  set echConfigList(list: Uint8Array | null) {
    this.#encryptedClientHello = inOurWords(() =>
      list === null ? createGreaseEch() : createEncryptedClientHello(list),
    );
    this.#echConfigList = list;
  }

  /**
   * Trusts what the platform trusts.
   * @throws OSError `ENOSYS` where it has nothing of its own; else as `loadVerifyLocations`, where nothing of it can
   * be used
   */
  async loadDefaultCerts(): Promise<void> {
    const { defaultLocations, files } = this.#platform;
    if (defaultLocations === undefined) {
      const instead =
        'give { cadata } with your own, or { anchors: mozillaRoots() } with those of @halfclose/roots';
      throw systemError('ENOSYS', `this platform has no certificates; ${instead}`);
    }
    const defaults = [await defaultLocations()].flat();
    this.#trust(await readDefaultLocations(defaults, files));
  }

  #trust({ certificates, anchors, crls }: Trusted): void {
    for (const certificate of certificates) {
      if ('read' in certificate) this.#trustStore.addUnread(certificate);
      else this.#trustStore.add(certificate);
    }
    for (const anchor of anchors) this.#trustStore.addAnchor(anchor);
    for (const crl of crls) this.#crls.add(crl);
  }

  /**
   * TLS over `socket`, which is detached: it is of no use to its owner afterwards. A socket that is connected
   * already, and a bare transport, begin the handshake with the first call that needs it.
   *
   * What the context says now is what counts for this socket, whatever is set later; only the certificates that
   * are trusted, and the CRLs, are those at the time of the handshake.
   * @throws ValueError where `checkHostname` has no `serverHostname` to check, or that is no name; SSLError
   * `NO_PROTOCOLS_AVAILABLE` where `minimumVersion` is above `maximumVersion`
   */
  wrapSocket(socket: WrappableSocket | Transport, options: WrapSocketOptions = {}): SSLSocket {
    const { serverHostname, doHandshakeOnConnect = true, suppressRaggedEofs = false } = options;
    if (this.#checkHostname && !serverHostname) throw new ValueError('checkHostname requires serverHostname');
    const earlyData = options.earlyData === true;
    const name = serverHostname ? normalizeHostname(serverHostname, this.#platform.toASCII) : undefined;
    const { setTimer } = this.#platform;
    const offer = offerOf(this.#platform, this.#versions, this.#ciphers, this, this.#pskClientCallback);
    const parts = {
      context: this,
      serverHostname: name,
      crypto: this.#platform.crypto,
      offeredCiphers: offer.suites.map(describeCipher),
      createConnection: this.#prepareConnection(offer, name, checkSession(options.session, name), earlyData),
      setTimer,
      doHandshakeOnConnect,
      suppressRaggedEofs,
    };
    if (!('detach' in socket)) return new SSLSocket({ ...parts, carrier: socket });
    const carrier = socket.detach();
    try {
      return new SSLSocket({ ...parts, carrier });
    } catch (error) {
      // Nobody else has it any more.
      void letGo(carrier, setTimer);
      throw error;
    }
  }

  #prepareConnection(
    offer: Offer,
    serverName: string | undefined,
    session: Session | undefined,
    earlyData: boolean,
  ): SSLSocketParts['createConnection'] {
    const { crypto, clock, certificateDecompressors = [] } = this.#platform;
    const config = {
      crypto,
      clock,
      verifier: this.#createVerifier(),
      requestOcsp: this.#verifyMode !== CERT_NONE && this.#revocation !== 'off',
      ...(serverName !== undefined && { serverName }),
      alpnProtocols: this.#alpnProtocols,
      ...offer.config,
      certificateDecompressors,
      encryptedClientHello: this.#encryptedClientHello,
      credentials: this.#credentials,
      postHandshakeAuthentication: this.#postHandshakeAuth,
      ...((this.keyLog || this.#keylogFilename !== null) && {
        keyLog: (line: string) => this.#logKeys(line),
      }),
    };
    const scope = {
      serverHostname: serverName,
      alpnProtocols: this.#alpnProtocols,
      verifyMode: this.#verifyMode,
      checkHostname: this.#checkHostname,
      revocation: this.#revocation,
      credentials: this.#credentials,
    };
    const { sessionStore } = this;
    const callback = this.#pskClientCallback;
    return (onEvent, port) => {
      const server = `${serverName}:${port}`;
      const connection = inOurWords(() =>
        createClientConnection({
          ...config,
          ...this.#groups.prediction(server, clock()),
          ...(session && { session }),
          sessions: sessionsOf(sessionStore, { ...scope, port }, crypto),
          earlyData,
          ...(callback && { externalPsks: askForPsk(callback) }),
          onEvent: (event) => {
            if (event.type === 'handshakeDone') this.#groups.learn(server, connection.facts, clock());
            onEvent(event);
          },
        }),
      );
      return connection;
    };
  }

  #createVerifier(): ServerVerifier {
    if (this.#verifyMode === CERT_NONE) return createUncheckedVerifier();
    const { crypto } = this.#platform;
    return createServerVerifier({
      crypto,
      trustStore: this.#trustStore,
      checkHostname: this.#checkHostname,
      revocation: { policy: this.#revocation, crls: this.#crls },
      ...this.#remembered,
    });
  }
}
