/** A ServerHello of TLS 1.2 is held to what was offered: RFC 5246 section 7.4.1.3, RFC 5746, RFC 7627, RFC 8446 section 4.1.3. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { helloRetryRequestRandom } from './messages/serverHello.ts';
import { extensionTypes } from './protocol/extensionTypes.ts';
import { extension, withoutExtension } from './testing/flights12.ts';
import type { Options12 } from './testing/scripted12.ts';
import { attempt12, credentials, outcome12, type Trial12 } from './testing/trials12.ts';

const both = { maximumVersion: 'TLSv1.3' } as const;
const sentinel = (last: number, changes: object = {}): Pick<Options12, 'hello'> => ({
  hello: ({ random }) => ({
    ...changes,
    random: Buffer.concat([random.subarray(0, 24), Buffer.from('DOWNGRD'), Buffer.of(last)]),
  }),
});
const jdk11: Pick<Options12, 'hello'> = {
  hello: ({ random }) => ({
    random: Buffer.concat([random.subarray(0, 24), Buffer.from('edbfb4a8c24710ff', 'hex')]),
  }),
};
const fields = (changes: object): Trial12 => ({ server: { hello: () => changes } });
const unsupportedVersion = 'protocol_version UNSUPPORTED_PROTOCOL';
const unaskedExtension = 'unsupported_extension UNEXPECTED_EXTENSION';
const wrongExtension = 'illegal_parameter UNEXPECTED_EXTENSION';
const wrongCipher = 'illegal_parameter WRONG_CIPHER_RETURNED';
const wrongCertificate = 'illegal_parameter WRONG_CERTIFICATE_TYPE';
const malformed = 'decode_error DECODE_ERROR';
const suiteOf = (name: 'ECDHE_RSA' | 'ECDHE_ECDSA' | 'RSA', key: 'rsa' | 'ecdsa'): Trial12 => ({
  server: { suite: `TLS_${name}_WITH_AES_128_GCM_SHA256`, credentials: credentials[key] },
});

const trials: Readonly<Record<string, readonly [Trial12, string]>> = {
  'TLS 1.1': [fields({ legacyVersion: 0x0302 }), unsupportedVersion],
  'TLS 1.0': [fields({ legacyVersion: 0x0301 }), unsupportedVersion],
  'SSL 3.0': [fields({ legacyVersion: 0x0300 }), unsupportedVersion],
  'TLS 1.3 by its legacy_version': [fields({ legacyVersion: 0x0304 }), unsupportedVersion],
  'TLS 1.2 by supported_versions': [
    { client: both, server: extension(extensionTypes.supportedVersions, [3, 3]) },
    wrongExtension,
  ],
  'TLS 1.2 by supported_versions, where nothing else was offered': [
    { server: extension(extensionTypes.supportedVersions, [3, 3]) },
    wrongExtension,
  ],
  'TLS 1.3 where only TLS 1.2 was offered': [
    { server: extension(extensionTypes.supportedVersions, [3, 4]) },
    wrongExtension,
  ],
  'the sentinel of a server that knows TLS 1.3': [
    { client: both, server: sentinel(1) },
    'illegal_parameter TLS13_DOWNGRADE',
  ],
  'the sentinel for TLS 1.1 in TLS 1.2': [
    { client: both, server: sentinel(0) },
    'illegal_parameter TLS13_DOWNGRADE',
  ],
  'the sentinel for TLS 1.1 in TLS 1.1': [
    { client: both, server: sentinel(0, { legacyVersion: 0x0302 }) },
    'illegal_parameter TLS13_DOWNGRADE',
  ],
  'the sign of a server that takes us for JDK 11': [
    { client: both, server: jdk11 },
    'illegal_parameter TLS13_DOWNGRADE',
  ],
  'the same, where only TLS 1.2 was offered': [{ server: jdk11 }, 'done'],
  'the sentinel, where only TLS 1.2 was offered': [{ server: sentinel(1) }, 'done'],
  'the random of a HelloRetryRequest, which is none in TLS 1.2': [
    { client: both, server: { hello: () => ({ random: helloRetryRequestRandom }) } },
    'done',
  ],
  'a key_share': [{ client: both, server: extension(extensionTypes.keyShare, [0, 29]) }, unaskedExtension],
  'a pre_shared_key': [
    { client: both, server: extension(extensionTypes.preSharedKey, [0, 0]) },
    unaskedExtension,
  ],
  signature_algorithms: [
    { server: extension(extensionTypes.signatureAlgorithms, [0, 2, 4, 3]) },
    unaskedExtension,
  ],
  'an unknown extension': [{ server: extension(0x1234) }, unaskedExtension],
  'ALPN unasked': [
    { server: extension(extensionTypes.applicationLayerProtocolNegotiation, [0, 3, 2, 0x68, 0x32]) },
    unaskedExtension,
  ],
  'supported_groups, which servers send (RFC 8422 section 5.2 has no such thing)': [
    { server: extension(extensionTypes.supportedGroups, [0, 2, 0, 29]) },
    'done',
  ],
  'an extension twice': [
    { server: { hello: ({ extensions }) => ({ extensions: [...extensions, ...extensions] }) } },
    'decode_error DUPLICATE_EXTENSION',
  ],
  'no renegotiation_info': [
    { server: withoutExtension(extensionTypes.renegotiationInfo) },
    'handshake_failure UNSAFE_LEGACY_RENEGOTIATION_DISABLED',
  ],
  'no extension at all': [
    { server: { extendedMasterSecret: false, hello: () => ({ extensions: [] }) } },
    'handshake_failure UNSAFE_LEGACY_RENEGOTIATION_DISABLED',
  ],
  'no renegotiation_info, which is permitted': [
    { tls12: { allowLegacyServers: true }, server: withoutExtension(extensionTypes.renegotiationInfo) },
    'done',
  ],
  'a renegotiation_info as after another handshake': [
    { server: extension(extensionTypes.renegotiationInfo, [12, ...Buffer.alloc(12)]) },
    'handshake_failure RENEGOTIATION_MISMATCH',
  ],
  'a malformed renegotiation_info': [{ server: extension(extensionTypes.renegotiationInfo, [5]) }, malformed],
  'an extended_master_secret with content': [
    { server: extension(extensionTypes.extendedMasterSecret, [0]) },
    malformed,
  ],
  'no extended_master_secret': [{ server: { extendedMasterSecret: false } }, 'done'],
  'no extended_master_secret, which is required': [
    { tls12: { requireExtendedMasterSecret: true }, server: { extendedMasterSecret: false } },
    'handshake_failure EXTENDED_MASTER_SECRET_REQUIRED',
  ],
  'encrypt_then_mac with an AEAD': [{ server: extension(extensionTypes.encryptThenMac) }, wrongExtension],
  'a server_name with content': [{ server: extension(extensionTypes.serverName, [0]) }, malformed],
  'ec_point_formats without the uncompressed one': [
    { server: extension(extensionTypes.ecPointFormats, [1, 1]) },
    'illegal_parameter BAD_EXTENSION',
  ],
  compression: [
    fields({ legacyCompressionMethod: 1 }),
    'illegal_parameter UNSUPPORTED_COMPRESSION_ALGORITHM',
  ],
  'a suite that is not spoken here': [fields({ cipherSuite: 0x000a }), wrongCipher],
  'a suite without encryption': [fields({ cipherSuite: 0 }), wrongCipher],
  'a suite that was not offered': [
    { tls12: { cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'] } },
    wrongCipher,
  ],
  'a suite of TLS 1.3': [{ client: both, server: { hello: () => ({ cipherSuite: 0x1301 }) } }, wrongCipher],
  'the signal of a fallback': [
    { tls12: { fallback: true }, server: { hello: () => ({ cipherSuite: 0x5600 }) } },
    wrongCipher,
  ],
  'a session id of 33 octets': [{ server: { sessionId: Buffer.alloc(33) } }, malformed],
  'the session id that means nothing': [
    {
      client: both,
      server: { hello: (_, { legacySessionId }) => ({ legacySessionIdEcho: legacySessionId }) },
    },
    'illegal_parameter SERVER_ECHOED_INVALID_SESSION_ID',
  ],
  'a suite for RSA keys, and another key': [suiteOf('ECDHE_RSA', 'ecdsa'), wrongCertificate],
  'a suite for ECDSA keys, and another key': [suiteOf('ECDHE_ECDSA', 'rsa'), wrongCertificate],
  'RSA key exchange, and another key': [suiteOf('RSA', 'ecdsa'), wrongCertificate],
};

const test = suite("TLS 1.2: a server's choice is one of ours");
for (const [name, [trial, expected]] of Object.entries(trials)) {
  test(name, () => assert.is(outcome12(attempt12(trial)), expected));
}
test.run();
