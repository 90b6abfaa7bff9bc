/** What is in extensions, by the message that they stand in: RFC 8446 section 4.2 and the RFCs that it lists. */
import {
  aeadNames,
  certificateTypeNames,
  compressionAlgorithmNames,
  echTypeNames,
  extensionNames,
  fragmentLengthNames,
  groupNames,
  kdfNames,
  kemNames,
  nameTypeNames,
  pointFormatNames,
  pskModeNames,
  schemeNames,
  statusTypeNames,
  versionNames,
} from './registries.ts';
import {
  code,
  either,
  hexCode,
  nothing,
  opaque,
  type Shape,
  struct,
  text,
  uint,
  type VectorShape,
  vector,
  vectorOf,
} from './shape.ts';

/** A message with extensions. The ServerHello of TLS 1.2 is like EncryptedExtensions, and has some more. */
export type Place =
  | 'clientHello'
  | 'serverHello'
  | 'helloRetryRequest'
  | 'encryptedExtensions'
  | 'certificate'
  | 'certificateRequest'
  | 'newSessionTicket';

export const signatureScheme: Shape = hexCode(2, schemeNames);
export const namedGroup: Shape = hexCode(2, groupNames);
export const distinguishedNames: Shape = vectorOf(2, 'DistinguishedName', vector(2));

const groups = struct({ named_group_list: vectorOf(2, 'NamedGroup', namedGroup) });
const schemes = struct({
  supported_signature_algorithms: vectorOf(2, 'SignatureScheme', signatureScheme),
});
const keyShare = struct({ group: namedGroup, key_exchange: vector(2) }, 'group');
const certificateType = struct({ certificate_type: code(1, certificateTypeNames) });
const certificateTypes = struct({
  certificate_types: vectorOf(1, 'CertificateType', code(1, certificateTypeNames)),
});
const timestamps = struct({ sct_list: vectorOf(2, 'SerializedSCT', vector(2)) });
const statusRequest = struct({
  status_type: code(1, statusTypeNames),
  responder_id_list: vectorOf(2, 'ResponderID', vector(2)),
  request_extensions: vector(2),
});
const protocols = struct({ protocol_name_list: vectorOf(2, 'ProtocolName', vector(1, text)) });
const fragmentLength = struct({ max_fragment_length: code(1, fragmentLengthNames) });
const sizeLimit = struct({ record_size_limit: uint(2, 'octets') });
const pointFormats = struct({
  ec_point_format_list: vectorOf(1, 'ECPointFormat', code(1, pointFormatNames)),
});
const renegotiated = struct({ renegotiated_connection: vector(1) });
const selectedVersion = struct({ selected_version: hexCode(2, versionNames) });
const cookie = struct({ cookie: vector(2) });
const compression = struct({
  algorithms: vectorOf(1, 'CertificateCompressionAlgorithm', code(2, compressionAlgorithmNames)),
});

const serverName = struct(
  {
    name_type: code(1, nameTypeNames),
    HostName: vector(2, text),
  },
  'HostName',
);
const pskIdentity = struct({ identity: vector(2), obfuscated_ticket_age: uint(4) });

/** RFC 9849 sections 4 and 5. */
const hpkeSuite = struct({ kdf_id: hexCode(2, kdfNames), aead_id: hexCode(2, aeadNames) });
const outerHello = struct({
  cipher_suite: hpkeSuite,
  config_id: uint(1),
  enc: vector(2),
  payload: vector(2),
});
const echClientHello = struct({
  type: code(1, echTypeNames),
  '': either('type', (type) => (type === 0 ? outerHello : nothing)),
});
const echContents = struct({
  config_id: uint(1),
  kem_id: hexCode(2, kemNames),
  public_key: vector(2),
  cipher_suites: vectorOf(2, 'HpkeSymmetricCipherSuite', hpkeSuite),
  maximum_name_length: uint(1, 'octets'),
  public_name: vector(1, text),
  extensions: vector(2),
});
const echConfig = struct({
  version: hexCode(2, extensionNames),
  contents: either('version', (version) => (version === 0xfe0d ? vector(2, echContents) : vector(2))),
});

/** RFC 9345 section 4. */
const delegatedCredential = struct({
  valid_time: uint(4, 'seconds'),
  dc_cert_verify_algorithm: signatureScheme,
  ASN1_subjectPublicKeyInfo: vector(3),
  algorithm: signatureScheme,
  signature: vector(2),
});

const bodies: Readonly<Record<string, Partial<Readonly<Record<Place, Shape>>>>> = {
  server_name: {
    clientHello: struct({ server_name_list: vectorOf(2, 'ServerName', serverName) }),
    encryptedExtensions: nothing,
  },
  max_fragment_length: { clientHello: fragmentLength, encryptedExtensions: fragmentLength },
  status_request: {
    clientHello: statusRequest,
    encryptedExtensions: nothing,
    certificate: struct({ status_type: code(1, statusTypeNames), response: vector(3) }),
    certificateRequest: statusRequest,
  },
  supported_groups: { clientHello: groups, encryptedExtensions: groups },
  ec_point_formats: { clientHello: pointFormats, encryptedExtensions: pointFormats },
  signature_algorithms: { clientHello: schemes, certificateRequest: schemes },
  signature_algorithms_cert: { clientHello: schemes, certificateRequest: schemes },
  application_layer_protocol_negotiation: { clientHello: protocols, encryptedExtensions: protocols },
  signed_certificate_timestamp: {
    clientHello: nothing,
    encryptedExtensions: timestamps,
    certificate: timestamps,
    certificateRequest: nothing,
  },
  client_certificate_type: { clientHello: certificateTypes, encryptedExtensions: certificateType },
  server_certificate_type: { clientHello: certificateTypes, encryptedExtensions: certificateType },
  padding: { clientHello: struct({ padding: opaque() }) },
  encrypt_then_mac: { clientHello: nothing, encryptedExtensions: nothing },
  extended_master_secret: { clientHello: nothing, encryptedExtensions: nothing },
  compress_certificate: { clientHello: compression, certificateRequest: compression },
  record_size_limit: { clientHello: sizeLimit, encryptedExtensions: sizeLimit },
  delegated_credential: {
    clientHello: schemes,
    certificateRequest: schemes,
    certificate: delegatedCredential,
  },
  session_ticket: { clientHello: struct({ ticket: opaque() }), encryptedExtensions: nothing },
  pre_shared_key: {
    clientHello: struct({
      identities: vectorOf(2, 'PskIdentity', pskIdentity),
      binders: vectorOf(2, 'PskBinderEntry', vector(1)),
    }),
    serverHello: struct({ selected_identity: uint(2) }),
  },
  early_data: {
    clientHello: nothing,
    encryptedExtensions: nothing,
    newSessionTicket: struct({ max_early_data_size: uint(4, 'octets') }),
  },
  supported_versions: {
    clientHello: struct({ versions: vectorOf(1, 'ProtocolVersion', hexCode(2, versionNames)) }),
    serverHello: selectedVersion,
    helloRetryRequest: selectedVersion,
  },
  cookie: { clientHello: cookie, helloRetryRequest: cookie },
  psk_key_exchange_modes: {
    clientHello: struct({ ke_modes: vectorOf(1, 'PskKeyExchangeMode', code(1, pskModeNames)) }),
  },
  certificate_authorities: {
    clientHello: struct({ authorities: distinguishedNames }),
    certificateRequest: struct({ authorities: distinguishedNames }),
  },
  oid_filters: {
    certificateRequest: struct({
      filters: vectorOf(
        2,
        'OIDFilter',
        struct({ certificate_extension_oid: vector(1), certificate_extension_values: vector(2) }),
      ),
    }),
  },
  post_handshake_auth: { clientHello: nothing },
  key_share: {
    clientHello: struct({ client_shares: vectorOf(2, 'KeyShareEntry', keyShare) }),
    serverHello: struct({ server_share: keyShare }),
    helloRetryRequest: struct({ selected_group: namedGroup }),
  },
  encrypted_client_hello: {
    clientHello: echClientHello,
    helloRetryRequest: struct({ confirmation: opaque(8) }),
    encryptedExtensions: struct({ retry_configs: vectorOf(2, 'ECHConfig', echConfig) }),
  },
  renegotiation_info: { clientHello: renegotiated, encryptedExtensions: renegotiated },
};

/** `Extension extensions<..>` in that message; those that we can't read are octets. */
export function extensionsIn(place: Place): VectorShape {
  const data = either(
    'extension_type',
    (type) => {
      const body = bodies[extensionNames(type) ?? '']?.[place];
      // The ServerHello of TLS 1.2 has what has moved to EncryptedExtensions.
      const moved =
        place === 'serverHello' ? bodies[extensionNames(type) ?? '']?.encryptedExtensions : undefined;
      const shape = body ?? moved;
      return shape && vector(2, shape);
    },
    vector(2),
  );
  const extension = struct(
    { extension_type: code(2, extensionNames), extension_data: data },
    'extension_type',
  );
  return vectorOf(2, 'Extension', extension);
}
