/** Python's constants, with Python's values. */

export const CERT_NONE = 0;
export const CERT_OPTIONAL = 1;
export const CERT_REQUIRED = 2;

/** `CERT_OPTIONAL` means the same as `CERT_REQUIRED` for a client: a server always shows a certificate. */
export type VerifyMode = typeof CERT_NONE | typeof CERT_OPTIONAL | typeof CERT_REQUIRED;

/** The client side of TLS, with verification and host name check on: all that there is here. */
export const PROTOCOL_TLS_CLIENT = 16;

export const SHUT_RD = 0;
export const SHUT_WR = 1;
export const SHUT_RDWR = 2;

/** Which half `SSLSocket.shutdown` closes. */
export type ShutdownHow = typeof SHUT_RD | typeof SHUT_WR | typeof SHUT_RDWR;

interface TLSVersions {
  readonly MINIMUM_SUPPORTED: -2;
  readonly SSLv3: 0x0300;
  readonly TLSv1: 0x0301;
  readonly TLSv1_1: 0x0302;
  readonly TLSv1_2: 0x0303;
  readonly TLSv1_3: 0x0304;
  readonly MAXIMUM_SUPPORTED: -1;
}

/** Python's `ssl.TLSVersion`: versions as they stand in the protocol, and two names for the ends of the range. */
export const TLSVersion: TLSVersions = {
  MINIMUM_SUPPORTED: -2,
  SSLv3: 0x0300,
  TLSv1: 0x0301,
  TLSv1_1: 0x0302,
  TLSv1_2: 0x0303,
  TLSv1_3: 0x0304,
  MAXIMUM_SUPPORTED: -1,
};

export type TLSVersion = TLSVersions[keyof TLSVersions];

/** Python's `ssl.SSLErrorNumber`: the `errno` of an `SSLError`. */
export const SSL_ERROR_SSL = 1;
export const SSL_ERROR_WANT_READ = 2;
export const SSL_ERROR_WANT_WRITE = 3;
/** A part of the platform works asynchronously: see `SSLObject`. */
export const SSL_ERROR_WANT_X509_LOOKUP = 4;
export const SSL_ERROR_SYSCALL = 5;
export const SSL_ERROR_ZERO_RETURN = 6;
export const SSL_ERROR_EOF = 8;

/** What is spoken here, as Python asks for it. */
export const HAS_ALPN = true;
export const HAS_ECDH = true;
export const HAS_NEVER_CHECK_COMMON_NAME = true;
export const HAS_NPN = false;
export const HAS_PSK = true;
export const HAS_SNI = true;
export const HAS_SSLv2 = false;
export const HAS_SSLv3 = false;
export const HAS_TLSv1 = false;
export const HAS_TLSv1_1 = false;
export const HAS_TLSv1_2 = true;
export const HAS_TLSv1_3 = true;
