import { absent, different, type Member, refused, same } from './member.ts';

export const contextMembers: readonly Member[] = [
  different(
    'cert_store_stats',
    'keys are `x509`, `x509Ca`, `crl`; authorities trusted by name and key count, too',
  ),
  same('check_hostname', 'only `true` and `false` will do'),
  different('get_ca_certs', '`{ binary: true }` for DER; those of `capath` are among them'),
  different('get_ciphers', 'keys in camel case: `strengthBits`, `algBits`'),
  refused('hostname_checks_common_name', 'always false: a common name is no host name (RFC 9525)'),
  same('keylog_filename', '`ENOSYS` where there are no files; `keyLog` is told the same'),
  same('load_cert_chain', 'a promise; the password, or who is asked for it, may be asynchronous'),
  different('load_default_certs', 'a promise; no purpose: it is always that of a server'),
  refused('load_dh_params', 'for servers'),
  different(
    'load_verify_locations',
    "a promise; an object: `{ cafile, capath, cadata }`, and `anchors`, such as Mozilla's",
  ),
  different('maximum_version', 'what is below TLS 1.2 is refused'),
  different('minimum_version', 'an older version changes nothing: TLS 1.2 is the lowest that is spoken'),
  refused('num_tickets', 'always 0: for servers'),
  same('options', 'see the flags below for what they do'),
  same('post_handshake_auth'),
  same('protocol', 'always `PROTOCOL_TLS_CLIENT`'),
  different('security_level', 'always 2: that is what is demanded of certificates'),
  different('session_stats', 'keys in camel case: `connectGood`'),
  same('set_alpn_protocols'),
  same('set_ciphers', "OpenSSL's language, for TLS 1.2; `setCiphersuites` for TLS 1.3"),
  same('set_default_verify_paths', 'a promise; the same as `loadDefaultCerts`'),
  different('set_ecdh_curve', 'takes a list, too: `X25519MLKEM768:X25519:P-256`'),
  refused('set_npn_protocols', 'NPN was never a standard: `setAlpnProtocols`', { until: '3.12' }),
  same('set_psk_client_callback', '', { since: '3.13' }),
  refused('set_psk_server_callback', 'for servers', { since: '3.13' }),
  refused('set_servername_callback', 'for servers'),
  refused('sni_callback', 'always null: for servers'),
  same('sslobject_class', 'a class that extends `SSLObject`'),
  same('sslsocket_class', 'a class that extends `SSLSocket`'),
  different('verify_flags', '`VERIFY_X509_PARTIAL_CHAIN` is set from the beginning, as since Python 3.13'),
  same('verify_mode', '`CERT_OPTIONAL` is as good as `CERT_REQUIRED`, as for any client'),
  different('wrap_bio', '`{ serverHostname, session, … }` in an object'),
  different(
    'wrap_socket',
    '`{ serverHostname, … }` in an object; takes anything that carries octets; `suppressRaggedEofs` is false unless asked for',
  ),
];

export const bioMembers: readonly Member[] = [
  same('eof'),
  same('pending'),
  same('read'),
  same('write'),
  same('write_eof'),
];

export const objectMembers: readonly Member[] = [
  same('cipher'),
  same('compression', 'always null'),
  same('context'),
  same(
    'do_handshake',
    'an asynchronous part of the platform makes it fail with `WANT_ASYNC`: await `waiting`',
  ),
  same('get_channel_binding', 'knows `tls-exporter` and `tls-server-end-point`, too'),
  same('get_unverified_chain', 'DER', { since: '3.13' }),
  same('get_verified_chain', 'DER', { since: '3.13' }),
  different('getpeercert', '`{ binary: true }` for DER', 'getPeerCert'),
  same('pending'),
  same('read', 'with a buffer, too'),
  same('selected_alpn_protocol'),
  same('selected_npn_protocol', 'always null'),
  same('server_hostname', 'in A-labels'),
  same('server_side', 'always false'),
  different('session', "can't be set: `wrapBio` takes one"),
  different('session_reused', 'null before the handshake is done'),
  different('shared_ciphers', 'what was offered'),
  different('unwrap', 'what the server wrote before its close_notify can still be read: Python loses it'),
  refused('verify_client_post_handshake', 'for servers'),
  same('version'),
  same('write'),
];

export const sessionMembers: readonly Member[] = [
  absent(
    'has_ticket',
    'a session is plain data, for `sessionToBytes`; its `ticket` is empty where there is none',
  ),
  absent('id', 'in TLS 1.3 there is none; in TLS 1.2 it is `sessionId`'),
  absent('ticket_lifetime_hint', '`expiresAt`, milliseconds since 1970'),
  absent('time', '`receivedAt`, milliseconds since 1970'),
  absent('timeout', '`expiresAt`, milliseconds since 1970'),
];
