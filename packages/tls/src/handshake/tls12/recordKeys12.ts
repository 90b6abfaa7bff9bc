/** Protection for the records of a connection of TLS 1.2, RFC 5246 section 6.3. */
import { type AeadAlgorithm, type RandomSource, wipe } from '@halfclose/crypto';
import type { RecordProtection } from '../../records/protection.ts';
import { createAeadProtection12, fixedIvLength } from '../../records/tls12/aeadProtection.ts';
import type { HandshakeSecrets } from '../secrets.ts';
import { type DirectionKeys, type HelloRandoms, keyBlock } from './keySchedule12.ts';
import type { SuiteAlgorithms12 } from './parameters12.ts';
import type { RecordCipherMethod12 } from './parts12.ts';

/** Keys that the handshake has, until the connection takes them: those that it never takes are destroyed with its secrets. */
export interface Protections {
  /** For what we send. */
  takeClient(): RecordProtection;
  takeServer(): RecordProtection;
}

export function recordProtections(
  { hashAlgorithm, records }: SuiteAlgorithms12,
  masterSecret: Uint8Array,
  randoms: HelloRandoms,
  encryptThenMac: boolean,
  random: RandomSource,
  secrets: HandshakeSecrets,
): Protections {
  const keys = keyBlock(hashAlgorithm, masterSecret, randoms, records.lengths);
  const hold = (directionKeys: DirectionKeys): (() => RecordProtection) => {
    const protection = records.protect(directionKeys, encryptThenMac, random);
    wipe(directionKeys.mac, directionKeys.key, directionKeys.iv);
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

/** The provider's AEAD, as TLS 1.2 takes it. */
export function aeadRecords(algorithm: AeadAlgorithm): RecordCipherMethod12 {
  return {
    lengths: { mac: 0, key: algorithm.keyLength, iv: fixedIvLength(algorithm) },
    protect: ({ key, iv }) => createAeadProtection12(algorithm, algorithm.create(key), iv),
  };
}
