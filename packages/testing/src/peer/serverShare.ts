import {
  type CryptoProvider,
  findGroup,
  type GroupName,
  type MaybePromise,
  type MlKem,
  mlKem768,
  mlKem1024,
} from '@halfclose/crypto';
import { concat } from './recordWriter.ts';

/** What a server sends for a client's share, and the secret that both have then. */
export interface ServerShare {
  readonly share: Uint8Array;
  readonly secret: Uint8Array;
}

export function answerShare(crypto: CryptoProvider, group: GroupName, clientShare: Uint8Array): ServerShare {
  // draft-ietf-tls-ecdhe-mlkem section 4: ML-KEM comes first with X25519, and second with the NIST curves.
  if (group === 'X25519MLKEM768') {
    const keyLength = mlKem768.encapsulationKeyLength;
    const kem = encapsulate(crypto, mlKem768, clientShare.subarray(0, keyLength));
    const curve = agree(crypto, 'x25519', clientShare.subarray(keyLength));
    return join(kem, curve);
  }
  if (group === 'SecP256r1MLKEM768') return curveFirst(crypto, 'secp256r1', mlKem768, clientShare);
  if (group === 'SecP384r1MLKEM1024') return curveFirst(crypto, 'secp384r1', mlKem1024, clientShare);
  if (group === 'MLKEM1024') return encapsulate(crypto, mlKem1024, clientShare);
  return agree(crypto, group, clientShare);
}

function curveFirst(
  crypto: CryptoProvider,
  curve: GroupName,
  kem: MlKem,
  clientShare: Uint8Array,
): ServerShare {
  const ofCurve = agree(crypto, curve, clientShare.subarray(0, -kem.encapsulationKeyLength));
  const ofKem = encapsulate(crypto, kem, clientShare.subarray(-kem.encapsulationKeyLength));
  return join(ofCurve, ofKem);
}

function agree(crypto: CryptoProvider, group: GroupName, clientShare: Uint8Array): ServerShare {
  const exchange = now(findGroup(crypto, group).generate(crypto.random));
  return { share: exchange.publicKey, secret: now(exchange.agree(clientShare)) };
}

function encapsulate(crypto: CryptoProvider, kem: MlKem, encapsulationKey: Uint8Array): ServerShare {
  const { ciphertext, sharedSecret } = kem.encapsulate(encapsulationKey, crypto.random);
  return { share: ciphertext, secret: sharedSecret };
}

function join(first: ServerShare, second: ServerShare): ServerShare {
  return {
    share: concat([first.share, second.share]),
    secret: concat([first.secret, second.secret]),
  };
}

/** The script runs in one go: its provider has to be one that answers at once. */
function now<T>(value: MaybePromise<T>): T {
  if (value instanceof Promise) throw new TypeError('a scripted server needs a synchronous crypto provider');
  return value;
}
