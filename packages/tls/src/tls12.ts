import type { KeyExchangeGroup } from '@halfclose/crypto';
import type { ClientConfig } from './config.ts';
import type { HelloExchange12 } from './handshake/helloExchange.ts';
import type { HandshakeSecrets } from './handshake/secrets.ts';
import type { AfterHandshake, Steps } from './handshake/steps.ts';
import type { Established12 } from './handshake/tls12/established12.ts';
import type { Tls12Part } from './handshake/tls12/parts12.ts';
import type { HandshakeWire12 } from './handshake/tls12/wire12.ts';
import type { Extension } from './messages/extension.ts';
import type { CipherSuiteName12 } from './protocol/cipherSuites12.ts';
import type { Session } from './session.ts';

/** All of it optional. */
export interface Tls12Options {
  /**
   * Most wanted first. Left out: ECDHE with an AEAD, in the order of the provider's AEADs. Without forward secrecy (`RSA`,
   * `PSK`) who learns the server's key later can read what was recorded before; suites with CBC have been broken again and
   * again in other implementations.
   */
  readonly cipherSuites?: readonly CipherSuiteName12[];
  /**
   * Whether a server has to know the extended master secret (RFC 7627). Without it a connection is not bound to what it was
   * agreed on with: nothing can be exported from it, and it is not resumed unless that is asked for. Left out: false.
   */
  readonly requireExtendedMasterSecret?: boolean;
  /**
   * Whether sessions are kept and offered that were agreed on without the extended master secret, for servers that don't know
   * it and want to see one (RFC 7627 section 5.3 advises against that). A connection that resumes one could have been
   * synchronised with somebody else's: nothing is exported from it, and it has no tls-unique. Left out: false.
   */
  readonly resumeWithoutExtendedMasterSecret?: boolean;
  /**
   * Whether to talk to servers that don't know RFC 5746. We never renegotiate; but nobody can tell whether they do, behind
   * our back, with somebody else. Left out: false.
   */
  readonly allowLegacyServers?: boolean;
  /**
   * Whether application data may be written before the server's Finished has come, where the suite has forward secrecy and
   * an AEAD and, unless `falseStartWithoutAlpn`, a protocol was agreed on (RFC 7918). Left out: false.
   */
  readonly falseStart?: boolean;
  readonly falseStartWithoutAlpn?: boolean;
  /**
   * Whether the hello says that this is another try after one with a higher version failed (TLS_FALLBACK_SCSV, RFC 7507).
   * Left out: false.
   */
  readonly fallback?: boolean;
  /**
   * What `cipherSuites` may have beside ECDHE with an AEAD: `cbc12`, `dhe12`, `rsa12`, `psk12(…)`. A suite whose parts are not
   * here is not offered. Left out: none.
   */
  readonly parts?: readonly Tls12Part[];
}

/**
 * TLS 1.2, for a configuration: `createTls12()` makes it. Who doesn't call that has nothing of it in a bundle. What is in it
 * is the engine's business.
 */
export interface Tls12 {
  /** @throws TLSError where nothing is left to offer */
  prepare(config: ClientConfig): Tls12Client;
}

/** What one connection needs of TLS 1.2. */
export interface Tls12Client {
  /** Their numbers, most wanted first, and with signals. */
  readonly cipherSuites: readonly number[];
  readonly groups: readonly KeyExchangeGroup[];
  readonly signatureSchemes: readonly number[];
  /** What a session is good for; undefined where it is left aside. */
  findResumption(session: Session): Steps<Resumption12 | undefined>;
  /** For the ClientHello. */
  extensions(resumption: Resumption12 | undefined): readonly Extension[];
  /** The rest of the handshake once a ServerHello has chosen TLS 1.2. */
  handshake(hellos: HelloExchange12, wire: HandshakeWire12, secrets: HandshakeSecrets): Steps<Established12>;
  /** What may come after it: a connection ends by an alert, not by a message. */
  afterHandshake(wire: HandshakeWire12, counts: { helloRequests: number }): AfterHandshake;
}

/** A session of TLS 1.2 that is offered. */
export interface Resumption12 {
  /** What the hello's session id is; for a session without one of its own, any will do. */
  readonly sessionId: Uint8Array | undefined;
  readonly ticket: Uint8Array;
}
