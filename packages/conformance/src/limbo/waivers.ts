import type { Waiver } from '../runner/suite.ts';

const anyKeyIdentifier =
  'key identifiers are a hint for the search and decide nothing; private authorities leave them out, or have them wrong';

/** By the ids of x509-limbo, of which a file may have a part. */
export const waivers: readonly Waiver[] = [
  {
    ids: 'webpki::cn::*',
    reason: 'the common name is never looked at, so what it says decides nothing',
  },
  {
    ids: 'webpki::san::public-suffix-*-*-*',
    reason: 'there is no list of public suffixes here; a wildcard needs two labels after it, and no more',
  },
  { ids: 'rfc5280::aki::leaf-missing-aki', reason: anyKeyIdentifier },
  { ids: 'rfc5280::aki::intermediate-missing-aki', reason: anyKeyIdentifier },
  { ids: 'rfc5280::aki::cross-signed-root-missing-aki', reason: anyKeyIdentifier },
  { ids: 'rfc5280::ski::root-missing-ski', reason: anyKeyIdentifier },
  { ids: 'rfc5280::ski::intermediate-missing-ski', reason: anyKeyIdentifier },
  { ids: 'webpki::aki::root-with-aki-missing-keyidentifier', reason: anyKeyIdentifier },
  { ids: 'webpki::aki::root-with-aki-ski-mismatch', reason: anyKeyIdentifier },
  { ids: 'webpki::aki::root-with-aki-all-fields', reason: anyKeyIdentifier },
  {
    ids: 'rfc5280::serial::zero',
    reason:
      'RFC 5280 section 4.1.2.2 wants such certificates handled gracefully; serial numbers decide nothing',
  },
  {
    ids: 'rfc5280::san::underscore-dns',
    reason: 'names with an underscore are in use, and are no other names than they look',
  },
  {
    ids: 'webpki::san::san-critical-with-nonempty-subject',
    reason: 'RFC 5280 section 4.2.1.6 says that it should not be critical, not that it must not',
  },
  {
    ids: 'webpki::eku::ee-critical-eku',
    reason: 'RFC 5280 section 4.2.1.12 leaves it to the authority whether it is critical',
  },
  {
    ids: 'webpki::eku::root-has-eku',
    reason: 'a private root that is limited to TLS servers is safer, not less safe',
  },
  {
    ids: 'webpki::eku::ee-without-eku',
    reason:
      'the opposite of rfc5280::eku::ee-without-eku: what names no purpose is for all (RFC 5280 section 4.2.1.12)',
  },
  {
    ids: 'rfc5280::nc::permitted-dns-match-noncritical',
    reason:
      'the opposite of webpki::nc::permitted-dns-match-noncritical: name constraints hold, whether critical or not',
  },
  {
    ids: 'rfc5280::nc::invalid-dnsname-leading-period',
    reason:
      'a constraint with a dot at the beginning, for what is below a name, is in use, even in lists of roots',
  },
  {
    ids: 'rfc5280::ca-as-leaf',
    reason:
      'the opposite of webpki::ca-as-leaf: a server signs the handshake, and the key of this certificate is for certificates only',
  },
  {
    ids: 'pathlen::validation-ignores-pathlen-in-leaf',
    reason:
      "an authority's certificate in the place of a server's, like rfc5280::ca-as-leaf: its key is for certificates only",
  },
];
