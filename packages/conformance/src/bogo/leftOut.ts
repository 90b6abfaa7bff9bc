/**
 * Flags that this client answers with 89, each with its reason. A test that is answered so and has none of them is a
 * failure: something that was there is gone.
 */
const reasons: readonly (readonly [reason: string, flags: readonly string[]])[] = [
  [
    "a server's choice, and this is a client",
    ['require-any-client-certificate', 'ocsp-response', 'signed-cert-timestamps'],
  ],
  [
    'ALPS, a draft that expired',
    ['application-settings', 'alps-use-new-codepoint', 'expect-peer-application-settings'],
  ],
  ['NPN, which ALPN replaced', ['select-next-proto', 'select-empty-next-proto']],
  ['Channel ID, which browsers gave up', ['send-channel-id']],
  [
    'PAKE by SPAKE2+, a draft',
    [
      'new-spake2plusv1-credential',
      'pake-client-id',
      'pake-server-id',
      'pake-password',
      'pake-context',
      'wrong-pake-role',
    ],
  ],
  [
    'trust anchor identifiers, a draft',
    [
      'requested-trust-anchors',
      'expect-peer-available-trust-anchors',
      'expect-peer-match-trust-anchor',
      'expect-no-peer-match-trust-anchor',
    ],
  ],
  ['flags of tickets, a draft', ['expect-resumable-across-names', 'expect-not-resumable-across-names']],
  ['padding by the server, a draft', ['request-server-padding', 'expect-server-sent-requested-padding']],
  [
    'parameters of QUIC and DTLS-SRTP',
    ['quic-transport-params', 'quic-use-legacy-codepoint', 'srtp-profiles'],
  ],
  ['SSL_peek, which this API does not have', ['peek-then-read']],
  ["BoringSSL's trace of messages, in its own format", ['expect-msg-callback']],
  ['a peer may not select an ALPN protocol that was not offered', ['allow-unknown-alpn-protos']],
  ['3DES, whose blocks are too short (Sweet32), is not spoken', ['cipher']],
  ['renegotiation is always refused', ['renegotiate-freely', 'renegotiate-once', 'renegotiate-explicit']],
];

const byFlag = new Map(reasons.flatMap(([reason, flags]) => flags.map((flag) => [flag, reason])));

/** Why a test with these flags may be answered with 89; undefined if it may not. */
export function reasonToLeaveOut(flags: readonly string[]): string | undefined {
  return flags.map((flag) => byFlag.get(flag)).find((reason) => reason !== undefined);
}
