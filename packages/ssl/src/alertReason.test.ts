import { execFileSync } from 'node:child_process';
import type { AlertName } from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { alertReason } from './alertReason.ts';
import { hasPython } from './testing/python.ts';

const test = suite('reasons of received alerts');
const testPython = hasPython() ? test : test.skip;
if (!hasPython()) console.log('skipped: Python 3 is not installed, its reasons are not compared with ours');

/** OpenSSL's reasons by the alert's number, of which they are 1000 more. */
const reasons: Readonly<Partial<Record<AlertName, readonly [number, string]>>> = {
  unexpected_message: [10, 'SSLV3_ALERT_UNEXPECTED_MESSAGE'],
  bad_record_mac: [20, 'SSLV3_ALERT_BAD_RECORD_MAC'],
  decryption_failed: [21, 'TLSV1_ALERT_DECRYPTION_FAILED'],
  record_overflow: [22, 'TLSV1_ALERT_RECORD_OVERFLOW'],
  decompression_failure: [30, 'SSLV3_ALERT_DECOMPRESSION_FAILURE'],
  handshake_failure: [40, 'SSLV3_ALERT_HANDSHAKE_FAILURE'],
  no_certificate: [41, 'SSLV3_ALERT_NO_CERTIFICATE'],
  bad_certificate: [42, 'SSLV3_ALERT_BAD_CERTIFICATE'],
  unsupported_certificate: [43, 'SSLV3_ALERT_UNSUPPORTED_CERTIFICATE'],
  certificate_revoked: [44, 'SSLV3_ALERT_CERTIFICATE_REVOKED'],
  certificate_expired: [45, 'SSLV3_ALERT_CERTIFICATE_EXPIRED'],
  certificate_unknown: [46, 'SSLV3_ALERT_CERTIFICATE_UNKNOWN'],
  illegal_parameter: [47, 'SSLV3_ALERT_ILLEGAL_PARAMETER'],
  unknown_ca: [48, 'TLSV1_ALERT_UNKNOWN_CA'],
  access_denied: [49, 'TLSV1_ALERT_ACCESS_DENIED'],
  decode_error: [50, 'TLSV1_ALERT_DECODE_ERROR'],
  decrypt_error: [51, 'TLSV1_ALERT_DECRYPT_ERROR'],
  export_restriction: [60, 'TLSV1_ALERT_EXPORT_RESTRICTION'],
  protocol_version: [70, 'TLSV1_ALERT_PROTOCOL_VERSION'],
  insufficient_security: [71, 'TLSV1_ALERT_INSUFFICIENT_SECURITY'],
  internal_error: [80, 'TLSV1_ALERT_INTERNAL_ERROR'],
  inappropriate_fallback: [86, 'TLSV1_ALERT_INAPPROPRIATE_FALLBACK'],
  user_canceled: [90, 'TLSV1_ALERT_USER_CANCELLED'],
  no_renegotiation: [100, 'TLSV1_ALERT_NO_RENEGOTIATION'],
  missing_extension: [109, 'TLSV13_ALERT_MISSING_EXTENSION'],
  unsupported_extension: [110, 'TLSV1_UNSUPPORTED_EXTENSION'],
  certificate_unobtainable: [111, 'TLSV1_CERTIFICATE_UNOBTAINABLE'],
  unrecognized_name: [112, 'TLSV1_UNRECOGNIZED_NAME'],
  bad_certificate_status_response: [113, 'TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE'],
  bad_certificate_hash_value: [114, 'TLSV1_BAD_CERTIFICATE_HASH_VALUE'],
  certificate_required: [116, 'TLSV13_ALERT_CERTIFICATE_REQUIRED'],
};

test("are OpenSSL's", () => {
  for (const [name, [, reason]] of Object.entries(reasons)) {
    assert.is(alertReason(name as AlertName), reason);
  }
});

testPython("are Python's", () => {
  const known = reasonsOfPython();
  for (const [number, reason] of Object.values(reasons)) assert.is(known[1000 + number], reason);
});

/** What `python3` calls the errors of the library SSL, by their numbers. */
function reasonsOfPython(): Readonly<Record<number, string>> {
  const program = `
import _ssl, json
ssl = next(number for number, name in _ssl.lib_codes_to_names.items() if name == 'SSL')
print(json.dumps({reason: name for (library, reason), name in _ssl.err_codes_to_names.items() if library == ssl}))`;
  return JSON.parse(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
}

test.run();
