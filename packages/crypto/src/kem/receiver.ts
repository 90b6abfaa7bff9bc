import { CryptoError } from '../errors.ts';
import type { GroupName, KeyExchange, KeyExchangeGroup, RandomSource } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { type MlKem, mlKem1024 } from './mlKem.ts';

/** A KEM as a key exchange of which we are the receiver: our public key is the encapsulation key, the peer's a ciphertext. */
export function receiveBy(kem: MlKem, random: RandomSource): KeyExchange {
  const { encapsulationKey, decapsulationKey } = kem.generate(random);
  let destroyed = false;
  return {
    publicKey: encapsulationKey,
    agree(ciphertext) {
      if (destroyed) throw new CryptoError('destroyed', `This ${kem.name} decapsulation key was wiped`);
      return kem.decapsulate(decapsulationKey, ciphertext);
    },
    destroy() {
      destroyed = true;
      wipe(decapsulationKey);
    },
  };
}

function groupOf(name: GroupName, kem: MlKem): KeyExchangeGroup {
  return {
    name,
    publicKeyLength: kem.encapsulationKeyLength,
    generate: (random) => receiveBy(kem, random),
  };
}

/** MLKEM1024 of draft-ietf-tls-mlkem, without a curve beside it. */
export const mlKem1024Group: KeyExchangeGroup = /* @__PURE__ */ groupOf('MLKEM1024', mlKem1024);
