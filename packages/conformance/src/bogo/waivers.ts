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
  {
    ids: 'ECDSAKeyUsage-Client-TLS13',
    reason:
      'the test asks for no verification: then nothing of a certificate is judged but its key; with it, keyUsage is (RFC 8446 section 4.4.2.2)',
  },
  {
    ids: 'RSAKeyUsage-Client-WantSignature-GotEncipherment-TLS13',
    reason: 'as above',
  },
  {
    ids: 'TLS13-Client-NonminimalTicketFlags',
    reason: 'flags of tickets are a draft; what a ticket has beside is ignored (RFC 8446 section 4.6.1)',
  },
  { ids: 'TLS13-Client-EmptyTicketFlags', reason: 'as above' },
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
];
