import type { AlertName } from './protocol/alerts.ts';

/** Whose fault it was that a connection ended in an error. */
export type Fault =
  /** The peer broke the protocol. */
  | 'peer'
  /** Both sides behaved, and have no version, suite, group, scheme or protocol in common. */
  | 'negotiation'
  /** The server's certificate was not accepted. */
  | 'certificate'
  /** The peer ended the connection with a fatal alert. */
  | 'alert'
  /** The carrier ended without the peer's close_notify: what was read may be less than what was sent. */
  | 'truncation'
  /** This side gave the connection up: canceled, used wrongly, or a part of it (a provider, a store) failed. */
  | 'local';

/**
 * Why, in the words that OpenSSL and BoringSSL use for it, so that programs and test suites can compare.
 * A received alert is `ALERT_` and its name: `ALERT_HANDSHAKE_FAILURE`.
 */
export type Reason =
  | 'ALPN_MISMATCH_ON_EARLY_DATA'
  | 'BAD_ALERT'
  | 'BAD_CHANGE_CIPHER_SPEC'
  | 'BAD_DELEGATED_CREDENTIAL'
  | 'BAD_DH_VALUE'
  | 'BAD_ECC_CERT'
  | 'BAD_ECPOINT'
  | 'BAD_EXTENSION'
  | 'BAD_HELLO_REQUEST'
  | 'BAD_HELLO_RETRY_REQUEST'
  | 'BAD_PACKET'
  | 'BAD_SIGNATURE'
  | 'CERTIFICATE_VERIFY_FAILED'
  | 'CIPHER_MISMATCH_ON_EARLY_DATA'
  | 'CERT_CB_ERROR'
  | 'CERT_DECOMPRESSION_FAILED'
  | 'CONNECTION_ABORTED'
  | 'CONNECTION_CANCELED'
  | 'CONNECTION_DESTROYED'
  | 'DATA_LENGTH_TOO_LONG'
  | 'DECODE_ERROR'
  | 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC'
  | 'DH_KEY_TOO_SMALL'
  | 'DIGEST_CHECK_FAILED'
  | 'DUPLICATE_EXTENSION'
  | 'EARLY_DATA_REJECTED'
  | 'ECH_REJECTED'
  | 'EMPTY_HELLO_RETRY_REQUEST'
  | 'ENCRYPTED_LENGTH_TOO_LONG'
  | 'EXCESSIVE_MESSAGE_SIZE'
  | 'EXCESS_HANDSHAKE_DATA'
  | 'INCONSISTENT_ECH_NEGOTIATION'
  | 'EXTENDED_MASTER_SECRET_REQUIRED'
  | 'INTERNAL_ERROR'
  | 'INVALID_ALPN_PROTOCOL'
  | 'INVALID_CONFIGURATION'
  | 'INVALID_ECH_CONFIG_LIST'
  | 'INVALID_SSL_SESSION'
  | 'INVALID_STATE'
  | 'MISSING_EXTENSION'
  | 'MISSING_KEY_SHARE'
  | 'MODULUS_TOO_LARGE'
  | 'NO_CIPHERS_AVAILABLE'
  | 'NO_SHARED_GROUP'
  | 'NO_SUPPORTED_VERSIONS_ENABLED'
  | 'OLD_SESSION_CIPHER_NOT_RETURNED'
  | 'OLD_SESSION_PRF_HASH_MISMATCH'
  | 'PEER_DID_NOT_RETURN_A_CERTIFICATE'
  | 'PRIVATE_KEY_OPERATION_FAILED'
  | 'PROTOCOL_IS_SHUTDOWN'
  | 'PSK_IDENTITY_NOT_FOUND'
  | 'RENEGOTIATION_MISMATCH'
  | 'RESUMED_EMS_SESSION_WITHOUT_EMS_EXTENSION'
  | 'RESUMED_NON_EMS_SESSION_WITH_EMS_EXTENSION'
  | 'SECOND_SERVERHELLO_VERSION_MISMATCH'
  | 'SERVER_ECHOED_INVALID_SESSION_ID'
  | 'SESSION_ID_MISMATCH'
  | 'TLS13_DOWNGRADE'
  | 'TOO_MANY_CERTIFICATE_REQUESTS'
  | 'TOO_MANY_EMPTY_FRAGMENTS'
  | 'TOO_MANY_KEY_UPDATES'
  | 'TOO_MANY_RENEGOTIATIONS'
  | 'TOO_MANY_TICKETS'
  | 'TOO_MANY_WARNING_ALERTS'
  | 'UNCOMPRESSED_CERT_TOO_LARGE'
  | 'UNEXPECTED_EOF_WHILE_READING'
  | 'UNEXPECTED_EXTENSION'
  | 'UNEXPECTED_MESSAGE'
  | 'UNEXPECTED_RECORD'
  | 'UNKNOWN_ALERT_TYPE'
  | 'UNKNOWN_CERT_COMPRESSION_ALG'
  | 'UNSUPPORTED_CERTIFICATE'
  | 'UNSAFE_LEGACY_RENEGOTIATION_DISABLED'
  | 'UNSUPPORTED_COMPRESSION_ALGORITHM'
  | 'UNSUPPORTED_PROTOCOL'
  | 'UNUSABLE_ECH_CONFIG_LIST'
  | 'WRONG_CERTIFICATE_TYPE'
  | 'WRONG_CIPHER_RETURNED'
  | 'WRONG_CURVE'
  | 'WRONG_SIGNATURE_TYPE'
  | 'WRONG_VERSION_NUMBER'
  | 'WRONG_VERSION_ON_EARLY_DATA'
  | `ALERT_${Uppercase<AlertName>}`;

export interface TLSErrorDetails {
  readonly fault: Fault;
  readonly reason: Reason;
  /** The alert that goes out (or, where the fault is `alert`, that came in). */
  readonly alert?: AlertName;
  /** With `ECH_REJECTED`: what the server wants to be tried next. */
  readonly retryConfigs?: Uint8Array | undefined;
  readonly cause?: unknown;
}

/** The first and only cause of a connection's death. */
export class TLSError extends Error {
  override readonly name = 'TLSError';
  readonly fault: Fault;
  readonly reason: Reason;
  /** The alert that was sent, or, where `fault` is `'alert'`, received. Undefined where none was. */
  readonly alert: AlertName | undefined;
  /**
   * Where the reason is `ECH_REJECTED`: the ECHConfigList that the server, which has proved to be the public name, wants to
   * be tried next, once. Undefined where it has none: then it is no longer meant to be tried (RFC 9849 section 6.1.6).
   */
  readonly retryConfigs: Uint8Array | undefined;

  constructor(message: string, details: TLSErrorDetails) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.fault = details.fault;
    this.reason = details.reason;
    this.alert = details.alert;
    this.retryConfigs = details.retryConfigs;
  }

  /** Conventional `code` of Node's errors: `ERR_TLS_` and the reason. */
  get code(): string {
    return `ERR_TLS_${this.reason}`;
  }
}

/** The peer broke the protocol: `alert` goes out, `message` says what disagreed with what. */
export function misbehaved(alert: AlertName, reason: Reason, message: string): TLSError {
  return new TLSError(message, { fault: 'peer', alert, reason });
}

/** Nothing in common: nobody is to blame, and there is no connection. */
export function incompatible(alert: AlertName, reason: Reason, message: string): TLSError {
  return new TLSError(message, { fault: 'negotiation', alert, reason });
}
