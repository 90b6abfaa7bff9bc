import type { AeadAlgorithm } from '../provider.ts';
import { tableAesCounter } from './aesCounter.ts';
import { gcm } from './gcm.ts';
import { tableGhash } from './ghash.ts';

// Tables: fast, and not in constant time.
export const portableAes128Gcm: AeadAlgorithm = /* @__PURE__ */ gcm(
  'AES-128-GCM',
  16,
  false,
  tableAesCounter,
  tableGhash,
);
export const portableAes256Gcm: AeadAlgorithm = /* @__PURE__ */ gcm(
  'AES-256-GCM',
  32,
  false,
  tableAesCounter,
  tableGhash,
);
