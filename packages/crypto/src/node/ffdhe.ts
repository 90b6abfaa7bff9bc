import { createDiffieHellman, type DiffieHellman } from 'node:crypto';
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import { CryptoError } from '../errors.ts';
import {
  type FfdheParameters,
  ffdheGenerator,
  ffdheParameters,
  readFfdhePublicKey,
} from '../keyExchange/ffdhe.ts';
import { ffdhePrime } from '../keyExchange/ffdhePrime.ts';
import type { KeyExchange, KeyExchangeGroup } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { exponentOf } from '../util/secretPower.ts';
import { withoutBuffer } from './bytes.ts';

/**
 * Diffie-Hellman in a prime field of RFC 7919 by `node:crypto`, whose exponentiation is constant in time. The private key
 * is drawn from the injected source as the portable one is, and imported. What was imported can be let go of, but not
 * wiped.
 */
function ffdhe(parameters: FfdheParameters): KeyExchangeGroup {
  const { name, bits, exponentLength } = parameters;
  return {
    name,
    publicKeyLength: bits / 8,
    generate(random) {
      const drawn = new Uint8Array(exponentLength);
      random(drawn);
      // A digit of 16 at the top takes one bit more than was drawn.
      const exponent = numberToBytesBE(exponentOf(drawn), exponentLength + 1);
      const imported = createDiffieHellman(numberToBytesBE(ffdhePrime(bits), bits / 8), ffdheGenerator);
      imported.setPrivateKey(exponent);
      wipe(drawn);
      wipe(exponent);
      return keyExchange(parameters, imported);
    },
  };
}

function keyExchange(parameters: FfdheParameters, imported: DiffieHellman): KeyExchange {
  const { name, bits } = parameters;
  let privateKey: DiffieHellman | undefined = imported;
  return {
    publicKey: padded(imported.generateKeys(), bits),

    agree(peerPublicKey) {
      if (privateKey === undefined)
        throw new CryptoError('destroyed', `This ${name} private key was let go of`);
      readFfdhePublicKey(peerPublicKey, parameters);
      return padded(privateKey.computeSecret(peerPublicKey), bits);
    },

    destroy() {
      privateKey = undefined;
    },
  };
}

/** As long as the prime (RFC 8446 sections 4.2.8.1 and 7.4.1), whatever the runtime does about leading zeros. */
function padded(number: Buffer, bits: number): Uint8Array {
  if (number.length === bits / 8) return withoutBuffer(number);
  return numberToBytesBE(bytesToNumberBE(number), bits / 8);
}

const [parameters2048, parameters3072, parameters4096] = ffdheParameters;
export const ffdhe2048: KeyExchangeGroup = /* @__PURE__ */ ffdhe(parameters2048);
export const ffdhe3072: KeyExchangeGroup = /* @__PURE__ */ ffdhe(parameters3072);
export const ffdhe4096: KeyExchangeGroup = /* @__PURE__ */ ffdhe(parameters4096);
