import { type CryptoProvider, type GroupName, type HpkeSuite, supportsHpke } from '@halfclose/crypto';
import type { HandshakeSecrets } from '../handshake/secrets.ts';
import { type Steps, settle } from '../handshake/steps.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import type { EchDecoy, EncryptedClientHello } from './contract.ts';
import { checkConfirmation, checkRetryConfigs } from './hiddenOffer.ts';
import { encodedInnerLength, innerEchExtension, withoutTls12 } from './innerHello.ts';
import { outerEchExtension } from './outerExtension.ts';

/** With the KEM, KDF and AEADs that servers have. */
const group: GroupName = 'x25519';
const suites: readonly HpkeSuite[] = [
  { kemId: 0x0020, kdfId: 0x0001, aeadId: 0x0001 },
  { kemId: 0x0020, kdfId: 0x0001, aeadId: 0x0003 },
];
/** Octets that each of these AEADs adds. */
const tagLength = 16;

/**
 * GREASE ECH, RFC 9849 section 6.2: an extension like that of a hidden ClientHello, in which there is nothing, so that those
 * that hide one don't stick out. What a server answers to it is checked and forgotten.
 */
export function createGreaseEch(): EncryptedClientHello {
  return { begin: beginGrease };
}

export function* beginGrease(
  crypto: CryptoProvider,
  secrets: HandshakeSecrets,
  offersTls13: boolean,
): Steps<EchDecoy | undefined> {
  if (!offersTls13) return undefined;
  const { random } = crypto;
  const drawn = new Uint8Array(2);
  random(drawn);
  const [choice = 0, configId = 0] = drawn;
  const usable = suites.filter((suite) => supportsHpke(crypto, suite));
  const suite = usable[choice % usable.length];
  const kem = crypto.groups.find(({ name }) => name === group);
  if (suite === undefined || kem === undefined) return undefined;
  // Anything that is no such public key would be told from one.
  const enc =
    kem.decoy !== undefined
      ? yield* settle(kem.decoy(random))
      : (yield* settle(secrets.keepKeys(kem.generate(random)))).publicKey;
  return {
    type: 'grease',
    answers: [extensionTypes.encryptedClientHello],
    mark(hello, more) {
      const hidden = withoutTls12({ ...hello, extensions: [...hello.extensions, innerEchExtension] });
      const payload = new Uint8Array(encodedInnerLength(hidden, hello, more) + tagLength);
      random(payload);
      return {
        ...hello,
        extensions: [...hello.extensions, outerEchExtension({ ...suite, configId, enc, payload })],
      };
    },
    checkConfirmation,
    checkRetryConfigs,
  };
}
