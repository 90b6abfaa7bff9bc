import {
  createEncryptedClientHello,
  createGreaseEch,
  type EncryptedClientHello,
  type EncryptedClientHelloOptions,
} from '@halfclose/tls';

/** What a platform needs to have of Encrypted Client Hello (RFC 9849). */
export interface EncryptedClientHelloPart {
  /** @throws TLSError `INVALID_ECH_CONFIG_LIST` */
  hide(configList: Uint8Array, options: EncryptedClientHelloOptions): EncryptedClientHello;
  /** What looks like it, for contexts without an `echConfigList`. */
  pretend(): EncryptedClientHello;
}

/** Encrypted Client Hello for contexts, as the `encryptedClientHello` of their platform. */
export const encryptedClientHello: EncryptedClientHelloPart = {
  hide: createEncryptedClientHello,
  pretend: createGreaseEch,
};
