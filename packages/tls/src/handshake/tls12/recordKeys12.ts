/** Protection for the records of a connection of TLS 1.2, RFC 5246 section 6.3. */
import { type AeadAlgorithm, type CbcHmacAlgorithm, type RandomSource, wipe } from '@halfclose/crypto';
import type { RecordProtection } from '../../records/protection.ts';
import { createAeadProtection12, fixedIvLength } from '../../records/tls12/aeadProtection.ts';
import { createCbcProtection } from '../../records/tls12/cbcProtection.ts';
import type { HandshakeSecrets } from '../secrets.ts';
import { type DirectionKeys, type HelloRandoms, type KeyLengths, keyBlock } from './keySchedule12.ts';
import type { SuiteAlgorithms12 } from './parameters12.ts';

/** Keys that the handshake has, until the connection takes them: those that it never takes are destroyed with its secrets. */
export interface Protections {
  /** For what we send. */
  takeClient(): RecordProtection;
  takeServer(): RecordProtection;
}

export function recordProtections(
  { hashAlgorithm, cipherAlgorithm }: SuiteAlgorithms12,
  masterSecret: Uint8Array,
  randoms: HelloRandoms,
  encryptThenMac: boolean,
  random: RandomSource,
  secrets: HandshakeSecrets,
): Protections {
  const keys = keyBlock(hashAlgorithm, masterSecret, randoms, keyLengths(cipherAlgorithm));
  const protect = ({ mac, key, iv }: DirectionKeys): RecordProtection => {
    const protection = isAead(cipherAlgorithm)
      ? createAeadProtection12(cipherAlgorithm, cipherAlgorithm.create(key), iv)
      : createCbcProtection(
          cipherAlgorithm,
          cipherAlgorithm.create(key, mac, encryptThenMac ? 'encrypt-then-mac' : 'mac-then-encrypt'),
          random,
        );
    wipe(mac, key, iv);
    return protection;
  };
  const hold = (directionKeys: DirectionKeys): (() => RecordProtection) => {
    const protection = protect(directionKeys);
    let isTaken = false;
    secrets.keepKeys({
      destroy() {
        if (!isTaken) protection.destroy();
      },
    });
    return () => {
      isTaken = true;
      return protection;
    };
  };
  return { takeClient: hold(keys.client), takeServer: hold(keys.server) };
}

/** The IV of a record under CBC is its own: none comes from the key block. */
function keyLengths(algorithm: AeadAlgorithm | CbcHmacAlgorithm): KeyLengths {
  return isAead(algorithm)
    ? { mac: 0, key: algorithm.keyLength, iv: fixedIvLength(algorithm) }
    : { mac: algorithm.macLength, key: algorithm.encryptionKeyLength, iv: 0 };
}

function isAead(algorithm: AeadAlgorithm | CbcHmacAlgorithm): algorithm is AeadAlgorithm {
  return 'nonceLength' in algorithm;
}
