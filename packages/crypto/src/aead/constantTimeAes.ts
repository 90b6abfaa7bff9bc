import type { AeadAlgorithm } from '../provider.ts';
import { bitslicedCbcMac, bitslicedCounter } from './bitslicedModes.ts';
import { ccm } from './ccm.ts';
import { constantTimeGhash } from './constantTimeGhash.ts';
import { gcm } from './gcm.ts';

// The AEADs of AES without tables: slower, and their time and memory access don't depend on key or data.

export const constantTimeAes128Gcm: AeadAlgorithm = /* @__PURE__ */ gcm(
  'AES-128-GCM',
  16,
  true,
  bitslicedCounter,
  constantTimeGhash,
);

export const constantTimeAes256Gcm: AeadAlgorithm = /* @__PURE__ */ gcm(
  'AES-256-GCM',
  32,
  true,
  bitslicedCounter,
  constantTimeGhash,
);

export const constantTimeAes128Ccm: AeadAlgorithm = /* @__PURE__ */ ccm(
  'AES-128-CCM',
  16,
  16,
  true,
  bitslicedCounter,
  bitslicedCbcMac,
);

/** With a tag of 8 octets. */
export const constantTimeAes128Ccm8: AeadAlgorithm = /* @__PURE__ */ ccm(
  'AES-128-CCM-8',
  16,
  8,
  true,
  bitslicedCounter,
  bitslicedCbcMac,
);
