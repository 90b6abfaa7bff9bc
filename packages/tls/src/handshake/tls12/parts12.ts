/** What a suite of TLS 1.2 is made of. ECDHE and the AEADs are always there, the rest comes as parts of `createTls12`. */
import type { CryptoProvider, GroupName, MaybePromise, PublicKey, RandomSource } from '@halfclose/crypto';
import type { ClientConfig } from '../../config.ts';
import type { CipherSuiteName12, KeyExchange12, RecordCipher12 } from '../../protocol/cipherSuites12.ts';
import type { RecordProtection } from '../../records/protection.ts';
import type { Reader } from '../../wire/reader.ts';
import type { Writer } from '../../wire/writer.ts';
import type { ClientOffer } from '../clientOffer.ts';
import type { HandshakeSecrets } from '../secrets.ts';
import type { Steps } from '../steps.ts';
import type { DirectionKeys, KeyLengths } from './keySchedule12.ts';
import type { Parameters12 } from './parameters12.ts';

/** More suites for `createTls12`: `cbc12`, `dhe12`, `rsa12` or `psk12(…)`. What is in it is the engine's business. */
export interface Tls12Part {
  /** The numbers of all suites: one may take several parts. */
  readonly suiteCodes: Readonly<Record<CipherSuiteName12, number>>;
  readonly keyExchange?: KeyExchangeMethod12;
  readonly psk?: PskMethod12;
  /** Undefined for a cipher that it does not have. */
  readonly records?: (crypto: CryptoProvider, cipher: RecordCipher12) => RecordCipherMethod12 | undefined;
}

/** How both sides come to a secret. */
export interface KeyExchangeMethod12 {
  readonly name: KeyExchange12;
  /** Reads what the server says for it, if there is a ServerKeyExchange. */
  begin(serverKeyExchange: Reader | undefined): Exchange12;
}

/** The rest of it, once it is our turn. */
export type Exchange12 = (context: ExchangeContext12) => Steps<Exchanged12>;

export interface ExchangeContext12 {
  readonly config: ClientConfig;
  readonly parameters: Parameters12;
  readonly offer: ClientOffer;
  /** Of the server's certificate, where it has one. */
  readonly publicKey: PublicKey | undefined;
  readonly secrets: HandshakeSecrets;
}

/** What both sides' halves come to, before a pre-shared key is added to it. */
export interface Exchanged12 {
  /** Secret. */
  readonly secret: Uint8Array;
  readonly group: GroupName | undefined;
  /** Our half, for the ClientKeyExchange. */
  write(writer: Writer): void;
}

/** A key that both sides know beforehand, RFC 4279. */
export interface PreSharedKey12 {
  /** By which the server knows it: at most 128 octets, of UTF-8 text by that RFC. */
  readonly identity: Uint8Array;
  /** Secret; at most 64 octets. */
  readonly key: Uint8Array;
}

/** Keys that stand for certificates, with another key exchange or alone. */
export interface PskMethod12 {
  /** @param hint of the server, where it gave one */
  keyFor(hint: Uint8Array | undefined): MaybePromise<PreSharedKey12>;
  /** Writes the identity and what was exchanged beside it. @returns the premaster secret, and by which identity */
  add(
    exchanged: Exchanged12 | undefined,
    hint: Uint8Array | undefined,
    writer: Writer,
  ): Steps<{ readonly premaster: Uint8Array; readonly identity: Uint8Array }>;
}

/** What protects records, once there are keys. */
export interface RecordCipherMethod12 {
  readonly lengths: KeyLengths;
  /** @param keys which the caller wipes afterwards */
  protect(keys: DirectionKeys, encryptThenMac: boolean, random: RandomSource): RecordProtection;
}
