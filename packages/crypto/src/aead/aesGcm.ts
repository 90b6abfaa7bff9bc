import type { AeadAlgorithm } from '../provider.ts';
import { tableAesCounter } from './aesCounter.ts';
import { gcm } from './gcm.ts';
import { tableGhash } from './ghash.ts';

// Tables: fast, and not in constant time.
export const aes128Gcm: AeadAlgorithm = /* @__PURE__ */ gcm(
  'AES-128-GCM',
  16,
  false,
  tableAesCounter,
  tableGhash,
);
export const aes256Gcm: AeadAlgorithm = /* @__PURE__ */ gcm(
  'AES-256-GCM',
  32,
  false,
  tableAesCounter,
  tableGhash,
);
