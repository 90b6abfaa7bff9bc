import { CryptoError, type CryptoProvider, type HpkeSender, setupHpkeSender } from '@halfclose/crypto';
import { local } from '../endings.ts';
import { TLSError } from '../errors.ts';
import { padHello } from '../handshake/helloPadding.ts';
import type { HandshakeSecrets } from '../handshake/secrets.ts';
import { type Steps, settle } from '../handshake/steps.ts';
import { type ClientHello, encodeClientHello } from '../messages/clientHello.ts';
import { type Extension, findExtension, replaceExtension } from '../messages/extension.ts';
import { serverNameExtension } from '../messages/extensionBodies.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { asciiBytes } from '../wire/text.ts';
import { type EchConfig, readEchConfigList, type UsableEchConfig, usableConfigs } from './configList.ts';
import type { EchOffer, EncryptedClientHello } from './contract.ts';
import { beginGrease } from './greaseEch.ts';
import { createPskGrease } from './greasePsk.ts';
import {
  checkConfirmation,
  checkRetryConfigs,
  configForPublicName,
  echRejected,
  hideOffer,
  maximumCookieAroundHidden,
  offerThatWasRead,
  refuseGreasePsk,
  requireAcceptance,
} from './hiddenOffer.ts';
import { encodeInnerHello, innerEchExtension, inOrderToEncode, withoutTls12 } from './innerHello.ts';
import { outerEchExtension } from './outerExtension.ts';

export interface EncryptedClientHelloOptions {
  /**
   * What becomes of a connection for which no configuration of the list is of use: the name goes out in clear, beside
   * GREASE as RFC 9849 section 6.1 has it (`grease`) or without (`omit`), or the connection fails (`refuse`). Left out:
   * `grease`.
   */
  readonly whenUnusable?: 'grease' | 'omit' | 'refuse';
}

/**
 * Encrypted Client Hello, RFC 9849: the server's name, and the sessions and keys that are offered, are hidden from everybody
 * but the server. All else stands in both hellos, and can be read by all: ALPN protocols, groups, key
 * shares, and what is said about certificates; so these should not tell one server from another (section 10.5).
 * A server that can't decrypt it has to prove that it is the public name of the list; then the connection fails with
 * `ECH_REJECTED`, and the error has what to try next (`retryConfigs`).
 * @param configList an ECHConfigList, for instance of a DNS record of the type HTTPS
 * @throws TLSError `INVALID_ECH_CONFIG_LIST`
 */
export function createEncryptedClientHello(
  configList: Uint8Array,
  { whenUnusable = 'grease' }: EncryptedClientHelloOptions = {},
): EncryptedClientHello {
  const configs = parse(configList);
  return {
    *begin(crypto, secrets, offersTls13) {
      for (const config of offersTls13 ? usableConfigs(configs, crypto) : []) {
        const sender = yield* setUp(crypto, config, secrets);
        if (sender !== undefined) return createOffer(crypto, config, sender);
      }
      if (whenUnusable === 'grease') return yield* beginGrease(crypto, secrets, offersTls13);
      if (whenUnusable === 'omit') return undefined;
      throw local(
        'UNUSABLE_ECH_CONFIG_LIST',
        `none of the ${configs.length} configurations of this version in the ECHConfigList can be used`,
      );
    },
  };
}

function parse(configList: Uint8Array): readonly EchConfig[] {
  try {
    return readEchConfigList(configList);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new TLSError(message, { fault: 'local', reason: 'INVALID_ECH_CONFIG_LIST', cause });
  }
}

/** Section 6.1. Undefined where the public key is none: then the next configuration is tried. */
function* setUp(
  crypto: CryptoProvider,
  { suite, publicKey, encoded }: UsableEchConfig,
  secrets: HandshakeSecrets,
): Steps<HpkeSender | undefined> {
  const label = asciiBytes('tls ech');
  const info = new Uint8Array(label.length + 1 + encoded.length);
  info.set(label);
  info.set(encoded, label.length + 1);
  try {
    return yield* settle(secrets.keepKeys(setupHpkeSender(crypto, suite, publicKey, info)));
  } catch (cause) {
    if (cause instanceof CryptoError && cause.code === 'invalid_public_key') return undefined;
    throw cause;
  }
}

function createOffer(crypto: CryptoProvider, config: UsableEchConfig, sender: HpkeSender): EchOffer {
  const { publicName, maximumNameLength, configId } = config;
  const greasePsk = createPskGrease(crypto.random);
  let { enc } = sender;
  // Section 6.1: its own; and RFC 8446 section 4.1.2: the same in the hello after a HelloRetryRequest.
  const outerRandom = new Uint8Array(32);
  crypto.random(outerRandom);

  const echWith = (payload: Uint8Array): Extension =>
    outerEchExtension({ ...config.suite, configId, enc, payload });

  /** Everything but what is hidden, section 6.1. */
  const around = (marked: ClientHello, inner: ClientHello, payloadLength: number): ClientHello => {
    const serverName = serverNameExtension(publicName);
    const hasName = findExtension(marked.extensions, serverName.type) !== undefined;
    const named = hasName ? marked.extensions : [serverName, ...marked.extensions];
    const extensions = [serverName, echWith(new Uint8Array(payloadLength))].reduce(replaceExtension, named);
    const psk = findExtension(inner.extensions, extensionTypes.preSharedKey);
    const padded = padHello(
      { ...marked, random: outerRandom, extensions },
      psk === undefined ? 0 : 4 + psk.data.length,
    );
    return psk === undefined ? padded : { ...padded, extensions: [...padded.extensions, greasePsk(psk)] };
  };

  const offer: EchOffer = {
    type: 'offer',
    answers: [extensionTypes.encryptedClientHello],
    maximumCookie: maximumCookieAroundHidden,

    mark(hello) {
      return { ...hello, extensions: [...hello.extensions, innerEchExtension] };
    },

    innerHello: (marked) => inOrderToEncode(withoutTls12(marked), marked),

    outerHello(marked, inner) {
      const encoded = encodeInnerHello(inner, marked, maximumNameLength);
      // Section 5.2: bound to the whole, with zeros where it will stand.
      const outer = around(marked, inner, encoded.length + sender.tagLength);
      const ech = echWith(sender.seal(encodeClientHello(outer), encoded));
      enc = new Uint8Array(0);
      return { ...outer, extensions: replaceExtension(outer.extensions, ech) };
    },

    hide: (parts, whole, transcript) => hideOffer(offer, parts, whole, transcript),
    offerThatWasRead,
    requireAcceptance,
    checkConfirmation,
    checkRejection: refuseGreasePsk,
    configAfterRejection: (given) => configForPublicName(given, publicName),
    rejection: echRejected,
    checkRetryConfigs,
  };
  return offer;
}
