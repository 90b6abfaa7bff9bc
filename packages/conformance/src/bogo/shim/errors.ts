import type { TLSError } from '@halfclose/tls';

/** Alerts that SSL 3 had already; OpenSSL names the others after TLS 1. */
const ofSsl3 = new Set([
  'UNEXPECTED_MESSAGE',
  'BAD_RECORD_MAC',
  'DECOMPRESSION_FAILURE',
  'HANDSHAKE_FAILURE',
  'NO_CERTIFICATE',
  'BAD_CERTIFICATE',
  'UNSUPPORTED_CERTIFICATE',
  'CERTIFICATE_REVOKED',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_UNKNOWN',
  'ILLEGAL_PARAMETER',
]);

/** An error in BoringSSL's words, by which the runner tells whether it is the right one. */
export function errorText(error: TLSError): string {
  const alert = /^ALERT_(.+)$/.exec(error.reason)?.[1];
  const reason =
    alert === undefined ? error.reason : `${ofSsl3.has(alert) ? 'SSLV3' : 'TLSV1'}_ALERT_${alert}`;
  return `:${reason}: ${error.message}`;
}
