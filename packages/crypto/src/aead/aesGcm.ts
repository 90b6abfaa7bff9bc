import type { AeadAlgorithm } from '../provider.ts';
import { tableAesCounter } from './aesCounter.ts';
import { compactAesCounter } from './compactAesCounter.ts';
import { gcm } from './gcm.ts';
import { nibbleGhash, tableGhash } from './ghash.ts';

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

// The same with less code, and half as fast.
export const compactAes128Gcm: AeadAlgorithm = /* @__PURE__ */ gcm(
  'AES-128-GCM',
  16,
  false,
  compactAesCounter,
  nibbleGhash,
);
export const compactAes256Gcm: AeadAlgorithm = /* @__PURE__ */ gcm(
  'AES-256-GCM',
  32,
  false,
  compactAesCounter,
  nibbleGhash,
);
