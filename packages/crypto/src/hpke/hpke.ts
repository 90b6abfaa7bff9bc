/**
 * Hybrid public key encryption, RFC 9180, as Encrypted Client Hello needs it: the sender's side of the base mode
 * (section 5.1.1), over the groups, hashes and AEADs of a provider.
 */
import { CryptoError } from '../errors.ts';
import { hkdfExpand, hkdfExtract } from '../kdf/hkdf.ts';
import type {
  AeadAlgorithm,
  AeadKey,
  AeadName,
  CryptoProvider,
  GroupName,
  HashAlgorithm,
  HashName,
  KeyExchange,
  KeyExchangeGroup,
  MaybePromise,
  RandomSource,
} from '../provider.ts';
import { wipe } from '../util/bytes.ts';

/** A ciphersuite by its three identifiers, section 7. */
export interface HpkeSuite {
  readonly kemId: number;
  readonly kdfId: number;
  readonly aeadId: number;
}

/** What the sender has after it has encapsulated. */
export interface HpkeSender {
  /** The encapsulated key, for the recipient. */
  readonly enc: Uint8Array;
  /** Octets that `seal` adds. */
  readonly tagLength: number;
  /**
   * The next message, sealed, section 5.2.
   * @throws CryptoError `destroyed`
   */
  seal(additionalData: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /**
   * Octets that only sender and recipient know, section 5.3. The caller wipes them.
   * @throws CryptoError `destroyed`
   */
  export(exporterContext: Uint8Array, length: number): Uint8Array;
  /** Wipes the keys. */
  destroy(): void;
}

interface Kem {
  readonly group: GroupName;
  readonly hash: HashName;
  /** Octets of the shared secret. */
  readonly secretLength: number;
}

/** Section 7.1. */
const kems: ReadonlyMap<number, Kem> = new Map([
  [0x0010, { group: 'secp256r1', hash: 'SHA-256', secretLength: 32 }],
  [0x0011, { group: 'secp384r1', hash: 'SHA-384', secretLength: 48 }],
  [0x0012, { group: 'secp521r1', hash: 'SHA-512', secretLength: 64 }],
  [0x0020, { group: 'x25519', hash: 'SHA-256', secretLength: 32 }],
  [0x0021, { group: 'x448', hash: 'SHA-512', secretLength: 64 }],
]);

/** Section 7.2. */
const kdfs: ReadonlyMap<number, HashName> = new Map([
  [0x0001, 'SHA-256'],
  [0x0002, 'SHA-384'],
  [0x0003, 'SHA-512'],
]);

/** Section 7.3. */
const aeads: ReadonlyMap<number, AeadName> = new Map([
  [0x0001, 'AES-128-GCM'],
  [0x0002, 'AES-256-GCM'],
  [0x0003, 'CHACHA20-POLY1305'],
]);

/** A ciphersuite of the algorithms of one provider. */
interface Algorithms {
  readonly group: KeyExchangeGroup;
  /** That of the KEM. */
  readonly kemHash: HashAlgorithm;
  /** Octets of the KEM's shared secret. */
  readonly secretLength: number;
  readonly hash: HashAlgorithm;
  readonly aead: AeadAlgorithm;
}

function findAlgorithms(provider: CryptoProvider, suite: HpkeSuite): Algorithms | undefined {
  const kem = kems.get(suite.kemId);
  const named = <T extends { readonly name: string }>(all: readonly T[], wanted?: T['name']): T | undefined =>
    all.find(({ name }) => name === wanted);
  const group = named(provider.groups, kem?.group);
  const kemHash = named(provider.hashes, kem?.hash);
  const hash = named(provider.hashes, kdfs.get(suite.kdfId));
  const aead = named(provider.aeads, aeads.get(suite.aeadId));
  if (!kem || !group || !kemHash || !hash || !aead) return undefined;
  return { group, kemHash, secretLength: kem.secretLength, hash, aead };
}

/** Whether a provider has all the parts of a ciphersuite. */
export function supportsHpke(provider: CryptoProvider, suite: HpkeSuite): boolean {
  return findAlgorithms(provider, suite) !== undefined;
}

/**
 * SetupBaseS, section 5.1.1. The ephemeral key comes from the provider's `random`.
 * @param recipientPublicKey as section 7.1.1 encodes it
 * @throws CryptoError `unsupported_algorithm`, `invalid_public_key`; a rejection where the provider is asynchronous
 */
export function setupHpkeSender(
  provider: CryptoProvider,
  suite: HpkeSuite,
  recipientPublicKey: Uint8Array,
  info: Uint8Array,
): MaybePromise<HpkeSender> {
  const algorithms = findAlgorithms(provider, suite);
  if (algorithms === undefined) {
    throw new CryptoError(
      'unsupported_algorithm',
      `The crypto provider '${provider.name}' has no HPKE with KEM ${suite.kemId}, KDF ${suite.kdfId} and AEAD ${suite.aeadId}`,
    );
  }
  const encapsulated = encapsulate(algorithms, suite.kemId, recipientPublicKey, provider.random);
  return then(encapsulated, ({ enc, sharedSecret }) => {
    try {
      return createSender(algorithms, suite, enc, sharedSecret, info);
    } finally {
      wipe(sharedSecret);
    }
  });
}

interface Encapsulated {
  readonly enc: Uint8Array;
  /** Secret. */
  readonly sharedSecret: Uint8Array;
}

/** Encap of the Diffie-Hellman KEM, section 4.1. */
function encapsulate(
  { group, kemHash, secretLength }: Algorithms,
  kemId: number,
  recipientPublicKey: Uint8Array,
  random: RandomSource,
): MaybePromise<Encapsulated> {
  const labeled = labeledKdf(kemHash, concat(ascii('KEM'), uint16(kemId)));
  return then(group.generate(random), (ephemeral) => {
    const enc = ephemeral.publicKey.slice();
    return then(agreeOnce(ephemeral, recipientPublicKey), (dh) => {
      const prk = labeled.extract(new Uint8Array(0), 'eae_prk', dh);
      const context = concat(enc, recipientPublicKey);
      const sharedSecret = labeled.expand(prk, 'shared_secret', context, secretLength);
      wipe(dh, prk);
      return { enc, sharedSecret };
    });
  });
}

/** The ephemeral key is wiped, whatever comes of it. */
function agreeOnce(ephemeral: KeyExchange, recipientPublicKey: Uint8Array): MaybePromise<Uint8Array> {
  let shared: MaybePromise<Uint8Array> | undefined;
  try {
    shared = ephemeral.agree(recipientPublicKey);
    return shared instanceof Promise ? shared.finally(() => ephemeral.destroy()) : shared;
  } finally {
    if (!(shared instanceof Promise)) ephemeral.destroy();
  }
}

/** KeySchedule in base mode, section 5.1, and the context of section 5.2. */
function createSender(
  { hash, aead }: Algorithms,
  { kemId, kdfId, aeadId }: HpkeSuite,
  enc: Uint8Array,
  sharedSecret: Uint8Array,
  info: Uint8Array,
): HpkeSender {
  const suiteId = concat(ascii('HPKE'), uint16(kemId), uint16(kdfId), uint16(aeadId));
  const { extract, expand } = labeledKdf(hash, suiteId);
  const empty = new Uint8Array(0);
  const mode = Uint8Array.of(0);
  const context = concat(mode, extract(empty, 'psk_id_hash', empty), extract(empty, 'info_hash', info));
  const secret = extract(sharedSecret, 'secret', empty);
  const key = expand(secret, 'key', context, aead.keyLength);
  const baseNonce = expand(secret, 'base_nonce', context, aead.nonceLength);
  const exporterSecret = expand(secret, 'exp', context, hash.outputLength);
  const aeadKey: AeadKey = aead.create(key);
  wipe(secret, key);

  let sequenceNumber = 0;
  let destroyed = false;
  const requireKeys = (): void => {
    if (destroyed) throw new CryptoError('destroyed', 'The keys of this HPKE context were wiped');
  };
  return {
    enc,
    tagLength: aead.tagLength,
    seal(additionalData, plaintext) {
      requireKeys();
      const sealed = new Uint8Array(plaintext.length + aead.tagLength);
      const nonce = nonceAt(baseNonce, sequenceNumber++);
      aeadKey.seal(nonce, additionalData, plaintext, 0, plaintext.length, sealed, 0);
      return sealed;
    },
    export(exporterContext, length) {
      requireKeys();
      return expand(exporterSecret, 'sec', exporterContext, length);
    },
    destroy() {
      destroyed = true;
      aeadKey.destroy();
      wipe(baseNonce, exporterSecret);
    },
  };
}

/** ComputeNonce, section 5.2. Nobody seals 2^32 messages with a ClientHello's key. */
function nonceAt(baseNonce: Uint8Array, sequenceNumber: number): Uint8Array {
  const nonce = baseNonce.slice();
  const view = new DataView(nonce.buffer);
  const at = nonce.length - 4;
  view.setUint32(at, (view.getUint32(at) ^ sequenceNumber) >>> 0);
  return nonce;
}

interface LabeledKdf {
  extract(salt: Uint8Array, label: string, inputKeyingMaterial: Uint8Array): Uint8Array;
  expand(pseudorandomKey: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array;
}

/** LabeledExtract and LabeledExpand, section 4. */
function labeledKdf(hash: HashAlgorithm, suiteId: Uint8Array): LabeledKdf {
  const version = ascii('HPKE-v1');
  return {
    extract(salt, label, inputKeyingMaterial) {
      const labeled = concat(version, suiteId, ascii(label), inputKeyingMaterial);
      const key = hkdfExtract(hash, salt, labeled);
      wipe(labeled);
      return key;
    },
    expand: (pseudorandomKey, label, info, length) =>
      hkdfExpand(hash, pseudorandomKey, concat(uint16(length), version, suiteId, ascii(label), info), length),
  };
}

function then<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
