import { type MaybePromise, wipe } from '@halfclose/crypto';
import { isPromiseLike } from './steps.ts';

/**
 * Secrets that must not outlive a handshake. All are wiped when it ends, whether it was done, failed or was given
 * up while it waited; one that is only coming then is wiped when it comes.
 */
export interface HandshakeSecrets {
  /** @returns `secret` itself */
  keep<T extends MaybePromise<Uint8Array>>(secret: T): T;
  /** Of a key exchange or the like. @returns `keys` itself */
  keepKeys<T extends MaybePromise<{ destroy(): void }>>(keys: T): T;
  wipe(): void;
}

export function createHandshakeSecrets(): HandshakeSecrets {
  const forgetting: (() => void)[] = [];
  let isOver = false;

  const keep = <S>(secret: MaybePromise<S>, forget: (secret: S) => void): void => {
    const arrive = (value: S): void => {
      if (isOver) forget(value);
      else forgetting.push(() => forget(value));
    };
    // Whoever waits for the promise is told of its failure.
    if (isPromiseLike(secret)) secret.then(arrive, () => {});
    else arrive(secret);
  };

  return {
    keep(secret) {
      keep<Uint8Array>(secret, wipe);
      return secret;
    },
    keepKeys(keys) {
      keep<{ destroy(): void }>(keys, (own) => own.destroy());
      return keys;
    },
    wipe() {
      isOver = true;
      for (const forget of forgetting) forget();
    },
  };
}
