/**
 * BoringSSL's words for errors, and ours where they differ: the runner takes either. Alerts are judged apart from that.
 */
export const errorMap: Readonly<Record<string, readonly string[]>> = {
  // OpenSSL's word, which hides what was wrong with a record.
  ':BAD_DECRYPT:': [':DECRYPTION_FAILED_OR_BAD_RECORD_MAC:'],
  // Said of whatever alert answers a ClientHello.
  ':HANDSHAKE_FAILURE_ON_CLIENT_HELLO:': [':SSLV3_ALERT_HANDSHAKE_FAILURE:'],
  // What stands in an extension is DECODE_ERROR here, as anywhere else.
  ':ERROR_PARSING_EXTENSION:': [':DECODE_ERROR:', ':UNEXPECTED_EXTENSION:', ':BAD_EXTENSION:'],
  ':PARSE_TLSEXT:': [':DECODE_ERROR:', ':BAD_EXTENSION:', ':INVALID_ALPN_PROTOCOL:'],
  // A record without content, RFC 8446 section 5.4, was deprotected well.
  ':DECRYPTION_FAILED_OR_BAD_RECORD_MAC:': [':UNEXPECTED_RECORD:'],
  // What a callback decides is our verifier's verdict, or an empty field where one has to be decoded.
  ':OCSP_CB_ERROR:': [':CERTIFICATE_VERIFY_FAILED:'],
  ':INVALID_RAW_PUBLIC_KEY:': [':DECODE_ERROR:'],
  // What is missing is no field that can't be decoded (RFC 8446 section 9.2); alerts are judged apart from that.
  ':DECODE_ERROR:': [':MISSING_EXTENSION:'],
  ':INVALID_OUTER_RECORD_TYPE:': [':UNEXPECTED_RECORD:'],
  ':UNSUPPORTED_ALGORITHM:': [':WRONG_SIGNATURE_TYPE:', ':WRONG_CERTIFICATE_TYPE:'],
  // A session of another version is one that was not offered to TLS 1.2.
  ':OLD_SESSION_VERSION_NOT_RETURNED:': [':SERVER_ECHOED_INVALID_SESSION_ID:'],
};
