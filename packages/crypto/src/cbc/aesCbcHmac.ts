import { sha1Compression } from '../hash/sha1.ts';
import { sha256Compression } from '../hash/sha256.ts';
import { sha384Compression } from '../hash/sha512.ts';
import { cbcHmac } from './cbcHmac.ts';
import type { CbcHmacAlgorithm } from './contract.ts';
import { tableCbc } from './tableCbc.ts';

// By tables: fast, and AES is not in constant time. Padding and MAC are.

export const portableAes128CbcHmacSha1: CbcHmacAlgorithm = /* @__PURE__ */ cbcHmac(
  'AES-128-CBC-HMAC-SHA1',
  16,
  tableCbc,
  sha1Compression,
);

export const portableAes256CbcHmacSha1: CbcHmacAlgorithm = /* @__PURE__ */ cbcHmac(
  'AES-256-CBC-HMAC-SHA1',
  32,
  tableCbc,
  sha1Compression,
);

export const portableAes128CbcHmacSha256: CbcHmacAlgorithm = /* @__PURE__ */ cbcHmac(
  'AES-128-CBC-HMAC-SHA256',
  16,
  tableCbc,
  sha256Compression,
);

export const portableAes256CbcHmacSha256: CbcHmacAlgorithm = /* @__PURE__ */ cbcHmac(
  'AES-256-CBC-HMAC-SHA256',
  32,
  tableCbc,
  sha256Compression,
);

export const portableAes256CbcHmacSha384: CbcHmacAlgorithm = /* @__PURE__ */ cbcHmac(
  'AES-256-CBC-HMAC-SHA384',
  32,
  tableCbc,
  sha384Compression,
);
