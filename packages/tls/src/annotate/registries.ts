/** What IANA's registries of TLS call the numbers of messages. */
import { alertName } from '../protocol/alerts.ts';
import { cipherSuiteCodes12 } from '../protocol/cipherSuiteCodes12.ts';
import { cipherSuites } from '../protocol/cipherSuites.ts';
import { fallbackScsv } from '../protocol/cipherSuites12.ts';
import { namedGroups } from '../protocol/namedGroups.ts';
import { legacySchemes, serverSchemes } from '../protocol/signatureSchemes.ts';
import { versionName } from '../protocol/versions.ts';
import type { Names } from './shape.ts';

/** RFC 8701: values that are there so that nobody stumbles over values. */
export function isGrease(code: number): boolean {
  return (code & 0x0f0f) === 0x0a0a && code >>> 8 === (code & 0xff);
}

function named(table: Readonly<Record<string, number>>): Names {
  const names = new Map(Object.entries(table).map(([name, code]) => [code, name]));
  return (code) => names.get(code);
}

/** A registry of 16 bits in which values are reserved for GREASE. */
function greasy(table: Readonly<Record<string, number>>): Names {
  const names = named(table);
  return (code) => (isGrease(code) ? 'GREASE' : names(code));
}

function codesOf(table: Readonly<Record<string, { readonly code: number }>>): Record<string, number> {
  return Object.fromEntries(Object.entries(table).map(([name, { code }]) => [name, code]));
}

export const cipherSuiteNames: Names = greasy({
  ...codesOf(cipherSuites),
  TLS_AES_128_CCM_SHA256: 0x1304,
  TLS_AES_128_CCM_8_SHA256: 0x1305,
  ...cipherSuiteCodes12,
  TLS_EMPTY_RENEGOTIATION_INFO_SCSV: 0x00ff,
  TLS_FALLBACK_SCSV: fallbackScsv,
});

export const groupNames: Names = greasy({
  sect283k1: 0x0009,
  sect571r1: 0x000e,
  secp224r1: 0x0015,
  secp256k1: 0x0016,
  brainpoolP256r1: 0x001a,
  brainpoolP384r1: 0x001b,
  brainpoolP512r1: 0x001c,
  brainpoolP256r1tls13: 0x001f,
  brainpoolP384r1tls13: 0x0020,
  brainpoolP512r1tls13: 0x0021,
  ffdhe6144: 0x0103,
  ffdhe8192: 0x0104,
  MLKEM512: 0x0200,
  MLKEM768: 0x0201,
  X25519Kyber768Draft00: 0x6399,
  ...namedGroups,
});

export const schemeNames: Names = greasy({
  rsa_pkcs1_sha1: 0x0201,
  dsa_sha1: 0x0202,
  ecdsa_sha1: 0x0203,
  rsa_pkcs1_sha224: 0x0301,
  ecdsa_sha224: 0x0303,
  dsa_sha256: 0x0402,
  dsa_sha384: 0x0502,
  dsa_sha512: 0x0602,
  ecdsa_brainpoolP256r1tls13_sha256: 0x081a,
  ecdsa_brainpoolP384r1tls13_sha384: 0x081b,
  ecdsa_brainpoolP512r1tls13_sha512: 0x081c,
  ...codesOf(serverSchemes),
  ...codesOf(legacySchemes),
});

export const versionNames: Names = (code) => {
  if (isGrease(code)) return 'GREASE';
  return code >= 0x0300 && code <= 0x0304 ? versionName(code) : undefined;
};

export const extensionNames: Names = greasy({
  server_name: 0,
  max_fragment_length: 1,
  client_certificate_url: 2,
  trusted_ca_keys: 3,
  truncated_hmac: 4,
  status_request: 5,
  user_mapping: 6,
  client_authz: 7,
  server_authz: 8,
  cert_type: 9,
  supported_groups: 10,
  ec_point_formats: 11,
  srp: 12,
  signature_algorithms: 13,
  use_srtp: 14,
  heartbeat: 15,
  application_layer_protocol_negotiation: 16,
  status_request_v2: 17,
  signed_certificate_timestamp: 18,
  client_certificate_type: 19,
  server_certificate_type: 20,
  padding: 21,
  encrypt_then_mac: 22,
  extended_master_secret: 23,
  token_binding: 24,
  cached_info: 25,
  compress_certificate: 27,
  record_size_limit: 28,
  delegated_credential: 34,
  session_ticket: 35,
  pre_shared_key: 41,
  early_data: 42,
  supported_versions: 43,
  cookie: 44,
  psk_key_exchange_modes: 45,
  certificate_authorities: 47,
  oid_filters: 48,
  post_handshake_auth: 49,
  signature_algorithms_cert: 50,
  key_share: 51,
  transparency_info: 52,
  quic_transport_parameters: 57,
  ticket_request: 58,
  ech_outer_extensions: 0xfd00,
  encrypted_client_hello: 0xfe0d,
  renegotiation_info: 0xff01,
});

/** Eight more values of GREASE, for an octet: RFC 8701 section 2. */
export const pskModeNames: Names = (code) =>
  code % 0x1f === 0x0b ? 'GREASE' : named({ psk_ke: 0, psk_dhe_ke: 1 })(code);

export const alertNames: Names = alertName;
export const alertLevelNames: Names = named({ warning: 1, fatal: 2 });
export const changeCipherSpecNames: Names = named({ change_cipher_spec: 1 });
export const compressionMethodNames: Names = named({ null: 0, deflate: 1 });
export const compressionAlgorithmNames: Names = named({ zlib: 1, brotli: 2, zstd: 3 });
export const pointFormatNames: Names = named({
  uncompressed: 0,
  ansiX962_compressed_prime: 1,
  ansiX962_compressed_char2: 2,
});
export const certificateTypeNames: Names = named({ X509: 0, RawPublicKey: 2 });
export const clientCertificateTypeNames: Names = named({
  rsa_sign: 1,
  dss_sign: 2,
  rsa_fixed_dh: 3,
  dss_fixed_dh: 4,
  ecdsa_sign: 64,
  rsa_fixed_ecdh: 65,
  ecdsa_fixed_ecdh: 66,
});
export const statusTypeNames: Names = named({ ocsp: 1, ocsp_multi: 2 });
export const nameTypeNames: Names = named({ host_name: 0 });
export const fragmentLengthNames: Names = named({ '2^9': 1, '2^10': 2, '2^11': 3, '2^12': 4 });
export const keyUpdateNames: Names = named({ update_not_requested: 0, update_requested: 1 });
export const curveTypeNames: Names = named({ explicit_prime: 1, explicit_char2: 2, named_curve: 3 });
export const echTypeNames: Names = named({ outer: 0, inner: 1 });
export const kdfNames: Names = named({ 'HKDF-SHA256': 1, 'HKDF-SHA384': 2, 'HKDF-SHA512': 3 });
export const aeadNames: Names = named({ 'AES-128-GCM': 1, 'AES-256-GCM': 2, ChaCha20Poly1305: 3 });
export const kemNames: Names = named({
  'DHKEM(P-256, HKDF-SHA256)': 0x10,
  'DHKEM(P-384, HKDF-SHA384)': 0x11,
  'DHKEM(P-521, HKDF-SHA512)': 0x12,
  'DHKEM(X25519, HKDF-SHA256)': 0x20,
  'DHKEM(X448, HKDF-SHA512)': 0x21,
});
export const handshakeTypeNames: Names = named({
  hello_request: 0,
  client_hello: 1,
  server_hello: 2,
  new_session_ticket: 4,
  end_of_early_data: 5,
  encrypted_extensions: 8,
  certificate: 11,
  server_key_exchange: 12,
  certificate_request: 13,
  server_hello_done: 14,
  certificate_verify: 15,
  client_key_exchange: 16,
  finished: 20,
  certificate_status: 22,
  key_update: 24,
  compressed_certificate: 25,
  message_hash: 254,
});
