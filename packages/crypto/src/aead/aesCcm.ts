import type { AeadAlgorithm } from '../provider.ts';
import { tableCbcMac } from './aesCbcMac.ts';
import { tableAesCounter } from './aesCounter.ts';
import { ccm } from './ccm.ts';

// By tables: fast, and not in constant time.

export const portableAes128Ccm: AeadAlgorithm = /* @__PURE__ */ ccm(
  'AES-128-CCM',
  16,
  16,
  false,
  tableAesCounter,
  tableCbcMac,
);

/** With a tag of 8 octets. */
export const portableAes128Ccm8: AeadAlgorithm = /* @__PURE__ */ ccm(
  'AES-128-CCM-8',
  16,
  8,
  false,
  tableAesCounter,
  tableCbcMac,
);
