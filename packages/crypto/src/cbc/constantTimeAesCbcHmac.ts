import { sha1Compression } from '../hash/sha1.ts';
import { sha256Compression } from '../hash/sha256.ts';
import { sha384Compression } from '../hash/sha512.ts';
import { bitslicedCbc } from './bitslicedCbc.ts';
import { cbcHmac } from './cbcHmac.ts';
import type { CbcHmacAlgorithm } from './contract.ts';

// Without tables: slower, and time and memory access don't depend on keys or data.

export const constantTimeAes128CbcHmacSha1: CbcHmacAlgorithm = /* @__PURE__ */ cbcHmac(
  'AES-128-CBC-HMAC-SHA1',
  16,
  bitslicedCbc,
  sha1Compression,
);

export const constantTimeAes256CbcHmacSha1: CbcHmacAlgorithm = /* @__PURE__ */ cbcHmac(
  'AES-256-CBC-HMAC-SHA1',
  32,
  bitslicedCbc,
  sha1Compression,
);

export const constantTimeAes128CbcHmacSha256: CbcHmacAlgorithm = /* @__PURE__ */ cbcHmac(
  'AES-128-CBC-HMAC-SHA256',
  16,
  bitslicedCbc,
  sha256Compression,
);

export const constantTimeAes256CbcHmacSha256: CbcHmacAlgorithm = /* @__PURE__ */ cbcHmac(
  'AES-256-CBC-HMAC-SHA256',
  32,
  bitslicedCbc,
  sha256Compression,
);

export const constantTimeAes256CbcHmacSha384: CbcHmacAlgorithm = /* @__PURE__ */ cbcHmac(
  'AES-256-CBC-HMAC-SHA384',
  32,
  bitslicedCbc,
  sha384Compression,
);
