/** What Encrypted Client Hello (RFC 9849) is to the handshake: it comes in with the configuration, so that who wants none has none. */
import type { CryptoProvider } from '@halfclose/crypto';
import type { ClientConfig } from '../config.ts';
import type { TLSError } from '../errors.ts';
import type { ClientOffer, HiddenOffer, OfferParts } from '../handshake/clientOffer.ts';
import type { Parameters, SuiteAlgorithms } from '../handshake/parameters.ts';
import type { HandshakeSecrets } from '../handshake/secrets.ts';
import type { NamedConfig } from '../handshake/serverAuthentication.ts';
import type { Steps } from '../handshake/steps.ts';
import type { Transcript } from '../handshake/transcript.ts';
import type { ClientHello } from '../messages/clientHello.ts';
import type { ServerHello } from '../messages/serverHello.ts';

/** Made by `createEncryptedClientHello` or `createGreaseEch`; good for any number of connections. */
export interface EncryptedClientHello {
  /**
   * Begins it for one connection. Undefined where it can't be offered.
   * @param offersTls13 false where only TLS 1.2 is offered, with which nothing can be hidden
   * @throws TLSError `UNUSABLE_ECH_CONFIG_LIST` where it has to be offered all the same
   */
  begin(
    crypto: CryptoProvider,
    secrets: HandshakeSecrets,
    offersTls13: boolean,
  ): Steps<EchAttempt | undefined>;
}

export type EchOutcome = 'none' | 'grease' | 'accepted';

export type EchAttempt = EchOffer | EchDecoy;

interface EchMark {
  /** ExtensionTypes by which a server answers. */
  readonly answers: readonly number[];
  /**
   * The hello with encrypted_client_hello in it.
   * @param more octets that will follow at the end of its extensions
   */
  mark(hello: ClientHello, more: number): ClientHello;
  /**
   * Looks at the extension in a HelloRetryRequest, if it is there.
   * @throws TLSError decode_error
   */
  checkConfirmation(hello: ServerHello): void;
  /**
   * Looks at the extension in EncryptedExtensions, section 5.
   * @throws TLSError decode_error; unsupported_extension where there should be none
   */
  checkRetryConfigs(data: Uint8Array, outcome: EchOutcome): void;
}

/** GREASE ECH, section 6.2: looks like it, and hides nothing. */
export interface EchDecoy extends EchMark {
  readonly type: 'grease';
}

/** The ClientHello is hidden in another. */
export interface EchOffer extends EchMark {
  readonly type: 'offer';
  /** Octets of the longest cookie for which there is room after a HelloRetryRequest. */
  readonly maximumCookie: number;
  /** The hidden hello: what `mark` gave, in an order that encodes well. It may get pre_shared_key at its end. */
  innerHello(marked: ClientHello): ClientHello;
  /** The hello to be sent, with the hidden one in it. The second time it is the one after a HelloRetryRequest. */
  outerHello(marked: ClientHello, inner: ClientHello): ClientHello;
  /** What is offered, hidden in an offer of the same without its name and keys. */
  hide(parts: OfferParts, whole: ClientHello, transcript: Transcript | undefined): ClientOffer;
  /** By the server's first answer: the hidden offer, if it says so. */
  offerThatWasRead(parameters: Parameters, sent: ClientOffer, answer: ServerHello): ClientOffer;
  /**
   * By its ServerHello, where it has said so in a HelloRetryRequest.
   * @throws TLSError where it says something else now
   */
  requireAcceptance(
    hidden: HiddenOffer,
    suite: SuiteAlgorithms,
    before: Transcript,
    serverHello: ServerHello,
  ): void;
  /** Holds a server that has not read it to that. @throws TLSError where it selected a key of which it can't know */
  checkRejection(serverHello: ServerHello): void;
  /** What such a server has to be, section 6.1.7. */
  configAfterRejection(config: ClientConfig): NamedConfig;
  /** What becomes of the connection then, section 6.1.6. @param retryConfigs ECHConfigList */
  rejection(retryConfigs: Uint8Array | undefined): TLSError;
}
