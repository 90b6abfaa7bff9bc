/** What Encrypted Client Hello (RFC 9849) is to the handshake: it comes in with the configuration, so that who wants none has none. */
import type { CryptoProvider, HashAlgorithm } from '@halfclose/crypto';
import type { HandshakeSecrets } from '../handshake/secrets.ts';
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

export type EchAttempt = EchOffer | EchDecoy;

interface EchMark {
  /**
   * The hello with encrypted_client_hello in it.
   * @param more octets that will follow at the end of its extensions
   */
  mark(hello: ClientHello, more: number): ClientHello;
  /**
   * Looks at the extension in EncryptedExtensions, section 5.
   * @throws TLSError decode_error
   */
  checkRetryConfigs(data: Uint8Array): void;
}

/** GREASE ECH, section 6.2: looks like it, and hides nothing. */
export interface EchDecoy extends EchMark {
  readonly type: 'grease';
}

/** The ClientHello is hidden in another. */
export interface EchOffer extends EchMark {
  readonly type: 'offer';
  /** Whose certificate is to be shown by a server that can't decrypt, section 6.1.7. */
  readonly publicName: string;
  /** The hidden hello: what `mark` gave, in an order that encodes well. It may get pre_shared_key at its end. */
  innerHello(marked: ClientHello): ClientHello;
  /** The hello to be sent, with the hidden one in it. The second time it is the one after a HelloRetryRequest. */
  outerHello(marked: ClientHello, inner: ClientHello): ClientHello;
  /**
   * Whether a ServerHello or HelloRetryRequest says that the hidden hello was read, section 6.1.4.
   * @param before the messages before it, the hidden hello for the one that was sent
   */
  isAccepted(hash: HashAlgorithm, inner: ClientHello, before: Transcript, answer: ServerHello): boolean;
}
