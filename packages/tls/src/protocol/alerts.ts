/** Alert descriptions, RFC 8446 section 6 (and RFC 5246 section 7.2 for the older ones that peers still send). */
export const alertDescriptions = {
  close_notify: 0,
  unexpected_message: 10,
  bad_record_mac: 20,
  decryption_failed: 21,
  record_overflow: 22,
  decompression_failure: 30,
  handshake_failure: 40,
  no_certificate: 41,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  illegal_parameter: 47,
  unknown_ca: 48,
  access_denied: 49,
  decode_error: 50,
  decrypt_error: 51,
  export_restriction: 60,
  protocol_version: 70,
  insufficient_security: 71,
  internal_error: 80,
  inappropriate_fallback: 86,
  user_canceled: 90,
  no_renegotiation: 100,
  missing_extension: 109,
  unsupported_extension: 110,
  certificate_unobtainable: 111,
  unrecognized_name: 112,
  bad_certificate_status_response: 113,
  bad_certificate_hash_value: 114,
  unknown_psk_identity: 115,
  certificate_required: 116,
  no_application_protocol: 120,
  // RFC 9849 section 11.2.
  ech_required: 121,
} as const;

/** Section 6. */
export const alertLevels = { warning: 1, fatal: 2 } as const;

export type AlertName = keyof typeof alertDescriptions;

const names = new Map<number, AlertName>(
  Object.entries(alertDescriptions).map(([name, code]) => [code, name as AlertName]),
);

/** The name of an alert on the wire, undefined where the registry has none. */
export function alertName(code: number): AlertName | undefined {
  return names.get(code);
}

/** The alert that somebody else's error asks for by a property `alert`, if it does. */
export function alertOf(cause: unknown): AlertName | undefined {
  const alert = typeof cause === 'object' && cause !== null && 'alert' in cause ? cause.alert : undefined;
  return isAlertName(alert) ? alert : undefined;
}

export function isAlertName(value: unknown): value is AlertName {
  return typeof value === 'string' && Object.hasOwn(alertDescriptions, value);
}
