/** Python's `ssl.Options` and `ssl.VerifyFlags`, with OpenSSL's values: flags, to be joined by `|`. */

interface AllOptions {
  readonly OP_ALL: 0x80000050;
  readonly OP_NO_SSLv2: 0;
  readonly OP_NO_SSLv3: 0x2000000;
  readonly OP_NO_TLSv1: 0x4000000;
  readonly OP_NO_TLSv1_1: 0x10000000;
  readonly OP_NO_TLSv1_2: 0x8000000;
  readonly OP_NO_TLSv1_3: 0x20000000;
  readonly OP_NO_TICKET: 0x4000;
  readonly OP_NO_COMPRESSION: 0x20000;
  readonly OP_NO_RENEGOTIATION: 0x40000000;
  readonly OP_CIPHER_SERVER_PREFERENCE: 0x400000;
  readonly OP_SINGLE_DH_USE: 0;
  readonly OP_SINGLE_ECDH_USE: 0;
  readonly OP_ENABLE_KTLS: 0x8;
  readonly OP_ENABLE_MIDDLEBOX_COMPAT: 0x100000;
  readonly OP_IGNORE_UNEXPECTED_EOF: 0x80;
  readonly OP_LEGACY_SERVER_CONNECT: 0x4;
}

/** Workarounds for servers of old: OpenSSL's; none is needed here. */
export const OP_ALL = 0x80000050;
/** Always so. */
export const OP_NO_SSLv2 = 0;
/** Always so. */
export const OP_NO_SSLv3 = 0x2000000;
/** Always so. */
export const OP_NO_TLSv1 = 0x4000000;
/** Always so. */
export const OP_NO_TLSv1_1 = 0x10000000;
/** TLS 1.2 is not offered. */
export const OP_NO_TLSv1_2 = 0x8000000;
/** TLS 1.3 is not offered. */
export const OP_NO_TLSv1_3 = 0x20000000;
/** No ticket is asked for, and no session resumed or kept. */
export const OP_NO_TICKET = 0x4000;
/** Always so. */
export const OP_NO_COMPRESSION = 0x20000;
/** Always so. */
export const OP_NO_RENEGOTIATION = 0x40000000;
/** A server's. */
export const OP_CIPHER_SERVER_PREFERENCE = 0x400000;
/** A server's. */
export const OP_SINGLE_DH_USE = 0;
/** A server's. */
export const OP_SINGLE_ECDH_USE = 0;
/** The system's kernel does the encryption: not here. */
export const OP_ENABLE_KTLS = 0x8;
/** The hello looks like that of TLS 1.2 to whoever is on the way (RFC 8446 appendix D.4). */
export const OP_ENABLE_MIDDLEBOX_COMPAT = 0x100000;
/** The carrier's end without the server's close_notify is an end of file: as `suppressRaggedEofs`. */
export const OP_IGNORE_UNEXPECTED_EOF = 0x80;
/** Servers of TLS 1.2 that know nothing of RFC 5746 are talked to. */
export const OP_LEGACY_SERVER_CONNECT = 0x4;

/** Python's `ssl.Options`, for `SSLContext.options`. */
export const Options: AllOptions = {
  OP_ALL,
  OP_NO_SSLv2,
  OP_NO_SSLv3,
  OP_NO_TLSv1,
  OP_NO_TLSv1_1,
  OP_NO_TLSv1_2,
  OP_NO_TLSv1_3,
  OP_NO_TICKET,
  OP_NO_COMPRESSION,
  OP_NO_RENEGOTIATION,
  OP_CIPHER_SERVER_PREFERENCE,
  OP_SINGLE_DH_USE,
  OP_SINGLE_ECDH_USE,
  OP_ENABLE_KTLS,
  OP_ENABLE_MIDDLEBOX_COMPAT,
  OP_IGNORE_UNEXPECTED_EOF,
  OP_LEGACY_SERVER_CONNECT,
};

interface AllVerifyFlags {
  readonly VERIFY_DEFAULT: 0;
  readonly VERIFY_CRL_CHECK_LEAF: 0x4;
  readonly VERIFY_CRL_CHECK_CHAIN: 0xc;
  readonly VERIFY_X509_STRICT: 0x20;
  readonly VERIFY_ALLOW_PROXY_CERTS: 0x40;
  readonly VERIFY_X509_TRUSTED_FIRST: 0x8000;
  readonly VERIFY_X509_PARTIAL_CHAIN: 0x80000;
}

/** Nothing more than is always done. */
export const VERIFY_DEFAULT = 0;
/** Of the server's certificate it must be known that it is not revoked: by a CRL, or what the server stapled. */
export const VERIFY_CRL_CHECK_LEAF = 0x4;
/** The same of each certificate below the trusted one. */
export const VERIFY_CRL_CHECK_CHAIN = 0xc;
/** What RFC 5280 demands of authorities is demanded where others look the other way. */
export const VERIFY_X509_STRICT = 0x20;
/** Can't be set: certificates of proxies (RFC 3820) are not accepted. */
export const VERIFY_ALLOW_PROXY_CERTS = 0x40;
/** Always so. */
export const VERIFY_X509_TRUSTED_FIRST = 0x8000;
/** Any certificate that is trusted ends a chain; without it only those that are signed by themselves do. */
export const VERIFY_X509_PARTIAL_CHAIN = 0x80000;

/** Python's `ssl.VerifyFlags`, for `SSLContext.verifyFlags`. */
export const VerifyFlags: AllVerifyFlags = {
  VERIFY_DEFAULT,
  VERIFY_CRL_CHECK_LEAF,
  VERIFY_CRL_CHECK_CHAIN,
  VERIFY_X509_STRICT,
  VERIFY_ALLOW_PROXY_CERTS,
  VERIFY_X509_TRUSTED_FIRST,
  VERIFY_X509_PARTIAL_CHAIN,
};
