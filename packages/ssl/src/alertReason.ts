import type { AlertName } from '@halfclose/tls';

const ofSsl3: ReadonlySet<AlertName> = new Set([
  'unexpected_message',
  'bad_record_mac',
  'decompression_failure',
  'handshake_failure',
  'no_certificate',
  'bad_certificate',
  'unsupported_certificate',
  'certificate_revoked',
  'certificate_expired',
  'certificate_unknown',
  'illegal_parameter',
]);
const ofTls13: ReadonlySet<AlertName> = new Set(['missing_extension', 'certificate_required']);
const ofExtensions: ReadonlySet<AlertName> = new Set([
  'unsupported_extension',
  'certificate_unobtainable',
  'unrecognized_name',
  'bad_certificate_status_response',
  'bad_certificate_hash_value',
]);

/**
 * The `reason` that Python gives for an alert that was received. OpenSSL names it after the version that brought the
 * alert, and those of the first extensions (RFC 3546) without the word.
 */
export function alertReason(name: AlertName): string {
  const word = name === 'user_canceled' ? 'USER_CANCELLED' : name.toUpperCase();
  if (ofSsl3.has(name)) return `SSLV3_ALERT_${word}`;
  if (ofTls13.has(name)) return `TLSV13_ALERT_${word}`;
  return ofExtensions.has(name) ? `TLSV1_${word}` : `TLSV1_ALERT_${word}`;
}
