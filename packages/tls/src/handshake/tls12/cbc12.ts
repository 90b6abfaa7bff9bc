/** AES-CBC with HMAC, which is no provider's: TLS 1.2 alone has it. */
import {
  type CbcHmacAlgorithm,
  type CryptoProvider,
  constantTimeAes128CbcHmacSha1,
  constantTimeAes128CbcHmacSha256,
  constantTimeAes256CbcHmacSha1,
  constantTimeAes256CbcHmacSha256,
  constantTimeAes256CbcHmacSha384,
  portableAes128CbcHmacSha1,
  portableAes128CbcHmacSha256,
  portableAes256CbcHmacSha1,
  portableAes256CbcHmacSha256,
  portableAes256CbcHmacSha384,
} from '@halfclose/crypto';
import { cipherSuiteCodes12 } from '../../protocol/cipherSuiteCodes12.ts';
import { createCbcProtection } from '../../records/tls12/cbcProtection.ts';
import type { RecordCipherMethod12, Tls12Part } from './parts12.ts';

/** Suites with AES-CBC and HMAC, for `createTls12`. They have been broken again and again in other implementations. */
export const cbc12: Tls12Part = {
  suiteCodes: cipherSuiteCodes12,
  records(crypto, cipher) {
    if (!('cbcHmac' in cipher)) return undefined;
    const algorithm = cbcHmacsFor(crypto).find(({ name }) => name === cipher.cbcHmac);
    return algorithm && recordCipher(algorithm);
  },
};

/** The IV of a record is its own: none comes from the key block. */
function recordCipher(algorithm: CbcHmacAlgorithm): RecordCipherMethod12 {
  return {
    lengths: { mac: algorithm.macLength, key: algorithm.encryptionKeyLength, iv: 0 },
    protect({ key, mac }, encryptThenMac, random) {
      const mode = encryptThenMac ? 'encrypt-then-mac' : 'mac-then-encrypt';
      return createCbcProtection(algorithm, algorithm.create(key, mac, mode), random);
    },
  };
}

const byTables: readonly CbcHmacAlgorithm[] = [
  portableAes128CbcHmacSha1,
  portableAes128CbcHmacSha256,
  portableAes256CbcHmacSha1,
  portableAes256CbcHmacSha256,
  portableAes256CbcHmacSha384,
];

const inConstantTime: readonly CbcHmacAlgorithm[] = [
  constantTimeAes128CbcHmacSha1,
  constantTimeAes128CbcHmacSha256,
  constantTimeAes256CbcHmacSha1,
  constantTimeAes256CbcHmacSha256,
  constantTimeAes256CbcHmacSha384,
];

/** Who refuses tables for the AEADs refuses them here. */
export function cbcHmacsFor({ constantTimeAes = false }: CryptoProvider): readonly CbcHmacAlgorithm[] {
  return constantTimeAes ? inConstantTime : byTables;
}
