import type { Waiver } from '../runner/suite.ts';

/** By the names of the runner's tests. */
export const waivers: readonly Waiver[] = [
  {
    ids: 'UnencryptedEncryptedExtensions',
    reason:
      'a record that is not protected where it has to be is of an unexpected type: unexpected_message, not bad_record_mac (RFC 8446 section 5)',
  },
  {
    ids: 'EncryptedExtensionsWithKeyShare-TLS13',
    reason:
      'an extension that was offered and stands in the wrong message is illegal_parameter (RFC 8446 section 4.2), not unsupported_extension',
  },
  {
    ids: 'CheckRecordVersion-TLS13',
    reason: 'legacy_record_version "MUST be ignored for all purposes" (RFC 8446 section 5.1)',
  },
  ...all('flags of tickets are a draft; what a ticket has beside is ignored (RFC 8446 section 4.6.1)', [
    'TLS13-Client-NonminimalTicketFlags',
    'TLS13-Client-EmptyTicketFlags',
  ]),
  {
    ids: 'EarlyData-Reject0RTT-Client-ReverifyFails-*',
    reason:
      'certificates of a session are decided about before it is offered, and anything is written early; not once more when the server has taken the session',
  },
  {
    ids: 'HelloRetryRequestVersionMismatch-TLS13',
    reason:
      'refused as in any ServerHello, with UNSUPPORTED_PROTOCOL; BoringSSL has another word after a HelloRetryRequest',
  },
  ...all('no handshake is signed with SHA-1, on either side (RFC 9155, SLOTH)', [
    'Agree-Digest-SHA1',
    'Client-InvalidSignature-*_SHA1-TLS12',
    'Client-Sign-*_SHA1-TLS12',
    'Client-SignDefault-*_SHA1-TLS12',
    'Client-Verify-*_SHA1-TLS12',
    'Client-VerifyDefault-RSA_PKCS1_SHA1-TLS12',
  ]),
  {
    ids: 'PSK-Client-PSKRequired-TLS12-TLS',
    reason:
      'where a key of TLS 1.3 is required, TLS 1.2 is not offered; BoringSSL offers it and refuses it afterwards',
  },
];

function all(reason: string, names: readonly string[]): Waiver[] {
  return names.map((ids) => ({ ids, reason }));
}
