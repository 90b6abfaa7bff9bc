import { type KeyExchange, wipe } from '@halfclose/crypto';

/**
 * Secrets that must not outlive a handshake. All are wiped when it ends, whether it was done, failed or was given
 * up while it waited.
 */
export interface HandshakeSecrets {
  /** @returns `secret` itself */
  keep(secret: Uint8Array): Uint8Array;
  /** @returns `keyExchange` itself */
  keepKeyExchange(keyExchange: KeyExchange): KeyExchange;
  wipe(): void;
}

export function createHandshakeSecrets(): HandshakeSecrets {
  const secrets: Uint8Array[] = [];
  const keyExchanges: KeyExchange[] = [];
  return {
    keep(secret) {
      secrets.push(secret);
      return secret;
    },
    keepKeyExchange(keyExchange) {
      keyExchanges.push(keyExchange);
      return keyExchange;
    },
    wipe() {
      wipe(...secrets);
      for (const keyExchange of keyExchanges) keyExchange.destroy();
    },
  };
}
