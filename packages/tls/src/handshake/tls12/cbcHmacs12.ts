/** AES-CBC with HMAC, which is no provider's: TLS 1.2 alone has it, and brings it along. */
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
