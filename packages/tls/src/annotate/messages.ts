/** The bodies of handshake messages: of both versions, of TLS 1.3 (RFC 8446 section 4), and of TLS 1.2 (RFC 5246 section 7.4). */
import type { ProtocolVersionName } from '../config.ts';
import { handshakeTypes as types } from '../protocol/handshakeTypes.ts';
import { distinguishedNames, extensionsIn, namedGroup, signatureScheme } from './extensions.ts';
import {
  alertLevelNames,
  alertNames,
  changeCipherSpecNames,
  cipherSuiteNames,
  clientCertificateTypeNames,
  compressionAlgorithmNames,
  compressionMethodNames,
  curveTypeNames,
  keyUpdateNames,
  statusTypeNames,
  versionNames,
} from './registries.ts';
import { code, hexCode, nothing, opaque, type Shape, struct, text, uint, vector, vectorOf } from './shape.ts';

/** A message by its name in the RFC. */
export interface MessageShape {
  readonly name: string;
  readonly body: Shape;
}

export const alert: MessageShape = {
  name: 'Alert',
  body: struct({ level: code(1, alertLevelNames), description: code(1, alertNames) }, 'description'),
};
export const changeCipherSpec: MessageShape = {
  name: 'ChangeCipherSpec',
  body: struct({ type: code(1, changeCipherSpecNames) }),
};
export const applicationData: MessageShape = { name: 'ApplicationData', body: text };

const clientHello = struct({
  legacy_version: hexCode(2, versionNames),
  random: opaque(32),
  legacy_session_id: vector(1),
  cipher_suites: vectorOf(2, 'CipherSuite', hexCode(2, cipherSuiteNames)),
  legacy_compression_methods: vectorOf(1, 'CompressionMethod', code(1, compressionMethodNames)),
  'extensions?': extensionsIn('clientHello'),
});

/** RFC 8446 section 4.1.3: how a server of TLS 1.3 says that it was made to speak less. */
function downgrade(random: Uint8Array): string | undefined {
  const end = String.fromCharCode(...random.subarray(-8));
  return end.startsWith('DOWNGRD') ? `…"DOWNGRD" ${end.charCodeAt(7)}` : undefined;
}

const serverHelloWith = (place: 'serverHello' | 'helloRetryRequest'): Shape =>
  struct({
    legacy_version: hexCode(2, versionNames),
    random:
      place === 'serverHello' ? opaque(32, downgrade) : opaque(32, () => 'SHA-256 of "HelloRetryRequest"'),
    legacy_session_id_echo: vector(1),
    cipher_suite: hexCode(2, cipherSuiteNames),
    legacy_compression_method: code(1, compressionMethodNames),
    'extensions?': extensionsIn(place),
  });

export const serverHello: MessageShape = { name: 'ServerHello', body: serverHelloWith('serverHello') };
export const helloRetryRequest: MessageShape = {
  name: 'HelloRetryRequest',
  body: serverHelloWith('helloRetryRequest'),
};

const signature = { algorithm: signatureScheme, signature: vector(2) };
const finished = struct({ verify_data: opaque() });
const asn1Certificate = vector(
  3,
  opaque(undefined, (der) => `DER, ${der.length} octets`),
);

const common: Readonly<Record<number, MessageShape>> = {
  [types.clientHello]: { name: 'ClientHello', body: clientHello },
  [types.certificateVerify]: { name: 'CertificateVerify', body: struct(signature) },
  [types.finished]: { name: 'Finished', body: finished },
};

const messages13: Readonly<Record<number, MessageShape>> = {
  ...common,
  [types.newSessionTicket]: {
    name: 'NewSessionTicket',
    body: struct({
      ticket_lifetime: uint(4, 'seconds'),
      ticket_age_add: uint(4),
      ticket_nonce: vector(1),
      ticket: vector(2),
      extensions: extensionsIn('newSessionTicket'),
    }),
  },
  [types.endOfEarlyData]: { name: 'EndOfEarlyData', body: nothing },
  [types.encryptedExtensions]: {
    name: 'EncryptedExtensions',
    body: struct({ extensions: extensionsIn('encryptedExtensions') }),
  },
  [types.certificate]: {
    name: 'Certificate',
    body: struct({
      certificate_request_context: vector(1),
      certificate_list: vectorOf(
        3,
        'CertificateEntry',
        struct({ cert_data: asn1Certificate, extensions: extensionsIn('certificate') }, 'cert_data'),
      ),
    }),
  },
  [types.certificateRequest]: {
    name: 'CertificateRequest',
    body: struct({
      certificate_request_context: vector(1),
      extensions: extensionsIn('certificateRequest'),
    }),
  },
  [types.keyUpdate]: {
    name: 'KeyUpdate',
    body: struct({ request_update: code(1, keyUpdateNames) }, 'request_update'),
  },
  [types.compressedCertificate]: {
    name: 'CompressedCertificate',
    body: struct({
      algorithm: code(2, compressionAlgorithmNames),
      uncompressed_length: uint(3, 'octets'),
      compressed_certificate_message: vector(3),
    }),
  },
};

const messages12: Readonly<Record<number, MessageShape>> = {
  ...common,
  [types.helloRequest]: { name: 'HelloRequest', body: nothing },
  [types.newSessionTicket]: {
    name: 'NewSessionTicket',
    body: struct({ ticket_lifetime_hint: uint(4, 'seconds'), ticket: vector(2) }),
  },
  [types.certificate]: {
    name: 'Certificate',
    body: struct({ certificate_list: vectorOf(3, 'ASN.1Cert', asn1Certificate) }),
  },
  [types.certificateRequest]: {
    name: 'CertificateRequest',
    body: struct({
      certificate_types: vectorOf(1, 'ClientCertificateType', code(1, clientCertificateTypeNames)),
      supported_signature_algorithms: vectorOf(2, 'SignatureAndHashAlgorithm', signatureScheme),
      certificate_authorities: distinguishedNames,
    }),
  },
  [types.serverHelloDone]: { name: 'ServerHelloDone', body: nothing },
  [types.certificateStatus]: {
    name: 'CertificateStatus',
    body: struct({ status_type: code(1, statusTypeNames), response: vector(3) }),
  },
};

/** What the server proves its parameters with; nothing where a pre-shared key does. */
const signedUnlessPsk = (keys: string): Record<string, Shape> => (keys.endsWith('PSK') ? {} : signature);
const pskHint = (keys: string): Record<string, Shape> =>
  keys.includes('PSK') ? { psk_identity_hint: vector(2) } : {};
const pskIdentity = (keys: string): Record<string, Shape> =>
  keys.includes('PSK') ? { psk_identity: vector(2) } : {};

/** RFC 5246 section 7.4.3, RFC 8422 section 5.4, RFC 4279 section 2, RFC 5489 section 2. */
function serverKeyExchange(keys: string): Shape {
  const ecdh = struct({
    ...pskHint(keys),
    curve_type: code(1, curveTypeNames),
    namedcurve: namedGroup,
    public: vector(1),
    ...signedUnlessPsk(keys),
  });
  if (keys.startsWith('ECDHE')) return ecdh;
  if (!/DHE/.test(keys)) return struct(pskHint(keys));
  const field = { dh_p: vector(2), dh_g: vector(2), dh_Ys: vector(2) };
  return struct({ ...pskHint(keys), ...field, ...signedUnlessPsk(keys) });
}

/** RFC 5246 section 7.4.7, and the same. */
function clientKeyExchange(keys: string): Shape {
  const identity = pskIdentity(keys);
  if (keys.startsWith('ECDHE')) return struct({ ...identity, ecdh_Yc: vector(1) });
  if (/DHE/.test(keys)) return struct({ ...identity, dh_Yc: vector(2) });
  return struct(keys === 'PSK' ? identity : { ...identity, EncryptedPreMasterSecret: vector(2) });
}

/** What depends on the suite, of which the name says how keys are exchanged: `TLS_ECDHE_RSA_WITH_…`. */
function exchangeOf(type: number, suite: number | undefined): MessageShape | undefined {
  if (type !== types.serverKeyExchange && type !== types.clientKeyExchange) return undefined;
  const isServers = type === types.serverKeyExchange;
  const name = isServers ? 'ServerKeyExchange' : 'ClientKeyExchange';
  // Without the suite nobody can tell what it is.
  const keys = /^TLS_(.+)_WITH_/.exec(suite === undefined ? '' : (cipherSuiteNames(suite) ?? ''))?.[1];
  if (keys === undefined) return { name, body: struct({ exchange_keys: opaque() }) };
  return { name, body: isServers ? serverKeyExchange(keys) : clientKeyExchange(keys) };
}

/** What a handshake message of that type is; undefined where we know none. */
export function handshakeShape(
  type: number,
  version: ProtocolVersionName | undefined,
  suite: number | undefined,
): MessageShape | undefined {
  // What no version has claimed yet is read as that which has it.
  const first = version === 'TLSv1.2' ? messages12 : messages13;
  const second = version === undefined ? messages12 : undefined;
  return first[type] ?? exchangeOf(type, suite) ?? second?.[type];
}
