import { CryptoError, type CryptoProvider, type HpkeSender, setupHpkeSender } from '@halfclose/crypto';
import { local } from '../endings.ts';
import { TLSError } from '../errors.ts';
import type { HandshakeSecrets } from '../handshake/secrets.ts';
import { type Steps, settle } from '../handshake/steps.ts';
import { type ClientHello, encodeClientHello } from '../messages/clientHello.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import { serverNameExtension } from '../messages/extensionBodies.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { asciiBytes } from '../wire/text.ts';
import { isEchAccepted } from './acceptance.ts';
import { type EchConfig, readEchConfigList, type UsableEchConfig, usableConfigs } from './configList.ts';
import type { EchOffer, EncryptedClientHello } from './contract.ts';
import { beginGrease } from './greaseEch.ts';
import { createPskGrease } from './greasePsk.ts';
import { encodeInnerHello, innerEchExtension, inOrderToEncode } from './innerHello.ts';
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
 * Encrypted Client Hello, RFC 9849: name, ALPN and all else that a ClientHello says are hidden from everybody but the server.
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
    *begin(crypto, secrets) {
      for (const config of usableConfigs(configs, crypto)) {
        const sender = yield* setUp(crypto, config, secrets);
        if (sender !== undefined) return createOffer(crypto, config, sender);
      }
      if (whenUnusable === 'grease') return yield* beginGrease(crypto, secrets);
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

  /** Everything but what is hidden, section 6.1. */
  const outerExtensions = (marked: ClientHello, inner: ClientHello, payload: Uint8Array): Extension[] => {
    const serverName = serverNameExtension(publicName);
    const ech = outerEchExtension({ ...config.suite, configId, enc, payload });
    const psk = findExtension(inner.extensions, extensionTypes.preSharedKey);
    const extensions = marked.extensions.map((extension) => {
      if (extension.type === serverName.type) return serverName;
      return extension.type === ech.type ? ech : extension;
    });
    const hasName = findExtension(marked.extensions, serverName.type) !== undefined;
    return [...(hasName ? [] : [serverName]), ...extensions, ...(psk === undefined ? [] : [greasePsk(psk)])];
  };

  return {
    type: 'offer',
    publicName,

    mark(hello) {
      return { ...hello, extensions: [...hello.extensions, innerEchExtension] };
    },

    innerHello: inOrderToEncode,

    outerHello(marked, inner) {
      const encoded = encodeInnerHello(inner, maximumNameLength);
      const random = new Uint8Array(32);
      crypto.random(random);
      const placeholder = new Uint8Array(encoded.length + sender.tagLength);
      const outer: ClientHello = {
        ...marked,
        random,
        extensions: outerExtensions(marked, inner, placeholder),
      };
      // Section 5.2: bound to the whole, with zeros where it will stand.
      const payload = sender.seal(encodeClientHello(outer), encoded);
      const ech = outerEchExtension({ ...config.suite, configId, enc, payload });
      enc = new Uint8Array(0);
      return {
        ...outer,
        extensions: outer.extensions.map((extension) => (extension.type === ech.type ? ech : extension)),
      };
    },

    isAccepted: isEchAccepted,
    checkRetryConfigs: (data) => void readEchConfigList(data),
  };
}
