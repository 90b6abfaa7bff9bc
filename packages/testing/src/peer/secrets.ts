import {
  type AeadAlgorithm,
  type CryptoProvider,
  findAead,
  findHash,
  type HashAlgorithm,
} from '@halfclose/crypto';
import {
  type CipherSuiteName,
  cipherSuites,
  createRecordProtection,
  deriveSecret,
  earlySecret,
  type HandshakeMessage,
  handshakeSecret,
  masterSecret,
  nextTrafficSecret,
  type RecordProtection,
  trafficKeys,
} from '@halfclose/tls/codec';

/** The algorithms of a suite. */
export interface Suite {
  readonly name: CipherSuiteName;
  readonly code: number;
  readonly hash: HashAlgorithm;
  readonly aead: AeadAlgorithm;
}

export function suiteNamed(crypto: CryptoProvider, name: CipherSuiteName): Suite {
  const { code, hash, aead } = cipherSuites[name];
  return { name, code, hash: findHash(crypto, hash), aead: findAead(crypto, aead) };
}

/** The traffic secrets of both sides in one epoch. */
export interface TrafficSecrets {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

export interface HandshakeSecrets extends TrafficSecrets {
  readonly master: Uint8Array;
}

/**
 * @param transcriptHash up to the ServerHello
 * @param psk of the session that is resumed, if one is
 */
export function handshakeSecrets(
  { hash }: Suite,
  shared: Uint8Array,
  transcriptHash: Uint8Array,
  psk: Uint8Array | undefined,
): HandshakeSecrets {
  const secret = handshakeSecret(hash, earlySecret(hash, psk), shared);
  return {
    client: deriveSecret(hash, secret, 'c hs traffic', transcriptHash),
    server: deriveSecret(hash, secret, 's hs traffic', transcriptHash),
    master: masterSecret(hash, secret),
  };
}

/** client_early_traffic_secret, RFC 8446 section 7.1. */
export function earlyTrafficSecret(
  hash: HashAlgorithm,
  psk: Uint8Array,
  hello: HandshakeMessage,
): Uint8Array {
  return deriveSecret(hash, earlySecret(hash, psk), 'c e traffic', hash.digest(hello.encoded));
}

/** @param transcriptHash up to the server's Finished */
export function applicationSecrets(
  { hash }: Suite,
  master: Uint8Array,
  transcriptHash: Uint8Array,
): TrafficSecrets {
  return {
    client: deriveSecret(hash, master, 'c ap traffic', transcriptHash),
    server: deriveSecret(hash, master, 's ap traffic', transcriptHash),
  };
}

export function protectionOf({ hash, aead }: Suite, secret: Uint8Array): RecordProtection {
  const { key, iv } = trafficKeys(hash, secret, aead.keyLength, aead.nonceLength);
  return createRecordProtection(aead.create(key), iv, aead.tagLength);
}

export function updatedSecret({ hash }: Suite, secret: Uint8Array): Uint8Array {
  return nextTrafficSecret(hash, secret);
}
