import type { AeadName, HashName } from '@halfclose/crypto';

/** A TLS 1.3 cipher suite: an AEAD for the records, a hash for the key schedule. RFC 8446 appendix B.4. */
export interface CipherSuite {
  readonly code: number;
  readonly aead: AeadName;
  readonly hash: HashName;
  /** Records that one key may protect, RFC 8446 section 5.5; beyond it the key is updated. */
  readonly recordLimit: number;
}

/** 2^24.5 full-size records, rounded down. */
const aesGcmRecordLimit = 23_726_566;

export type CipherSuiteName =
  | 'TLS_AES_128_GCM_SHA256'
  | 'TLS_AES_256_GCM_SHA384'
  | 'TLS_CHACHA20_POLY1305_SHA256';

export const cipherSuites: Readonly<Record<CipherSuiteName, CipherSuite>> = {
  TLS_AES_128_GCM_SHA256: {
    code: 0x1301,
    aead: 'AES-128-GCM',
    hash: 'SHA-256',
    recordLimit: aesGcmRecordLimit,
  },
  TLS_AES_256_GCM_SHA384: {
    code: 0x1302,
    aead: 'AES-256-GCM',
    hash: 'SHA-384',
    recordLimit: aesGcmRecordLimit,
  },
  // The sequence number would wrap first (section 5.5); the largest integer that counts exactly stands for it.
  TLS_CHACHA20_POLY1305_SHA256: {
    code: 0x1303,
    aead: 'CHACHA20-POLY1305',
    hash: 'SHA-256',
    recordLimit: Number.MAX_SAFE_INTEGER,
  },
};
