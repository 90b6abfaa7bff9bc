/** Files of which some tests can't hold in a runtime: what they ask is not this project's, but of the runtime. */
import type { LeftOutTests } from './run.ts';

function listed(reasons: Readonly<Record<string, readonly string[]>>): LeftOutTests {
  return Object.fromEntries(
    Object.entries(reasons).flatMap(([reason, files]) =>
      files.map((file) => [`packages/${file.replace('/', '/src/')}.test.ts`, reason]),
    ),
  );
}

export const leftOutByBun: LeftOutTests = listed({
  'the oracle, its node:crypto, is on BoringSSL: no AES-CCM, Ed448, X448, RSA-PSS keys, groups of RFC 7919': [
    'crypto/aead/aead',
    'crypto/aead/core',
    'crypto/aead/differential',
    'crypto/keyExchange/montgomery',
    'crypto/keyExchange/nistCurves',
    'crypto/noble/provider',
    'crypto/node/provider',
    'crypto/node/signature',
    'crypto/signature/createSigner',
    'crypto/signature/edwards',
    'crypto/simd/aead',
    'halfclose/pythonProgram',
    'ssl/clientCertificate',
    'ssl/halfCloseTcp',
    'tls/clientAuthentication',
    'tls/clientAuthentication12',
    'tls/ech/encryptedClientHello',
    'tls/wrongAuthentication',
    'tls/wrongKeys12',
    'x509/certificate/mutations',
    'x509/certificate/subjectPublicKey',
    'x509/keys/parsePrivateKey',
    'x509/path/checks',
    'x509/path/signatures',
    'x509/path/signers',
    'x509/rawPublicKey',
  ],
  'the server, its node:tls, is on BoringSSL: another order of suites, no RSA key exchange, X448, staples, TLS 1.1':
    [
      'halfclose/cli/command',
      'ssl/revocation',
      'ssl/tcp',
      'ssl/tls12',
      'ssl/tls12Features',
      'ssl/tls12Options',
      'tls/keyExchange',
      'tls/legacySessions12',
      'tls/tls12Suites',
    ],
  'its node:net is not as Node in how it fails; it has a transport of its own': ['transports/node'],
  'it collects no garbage on demand': ['ssl/idleSockets', 'ssl/manySockets'],
});

export const leftOutByDeno: LeftOutTests = listed({
  'the oracle, its node:crypto, lacks AES-CCM, ChaCha20-Poly1305, RSA-PSS keys, P-521 with SHA-256, names of OpenSSL':
    [
      'crypto/aead/aead',
      'crypto/aead/core',
      'crypto/aead/differential',
      'crypto/kdf/hkdf',
      'crypto/keyExchange/ffdhe',
      'crypto/keyExchange/nistCurves',
      'crypto/node/otherRuntimes',
      'crypto/node/provider',
      'crypto/node/signature',
      'crypto/signature/createSigner',
      'crypto/signature/ecdsa',
      'crypto/signature/rsa',
      'crypto/webcrypto/signature',
      'halfclose/pythonProgram',
      'ssl/clientCertificate',
      'ssl/halfCloseTcp',
      'tls/clientAuthentication',
      'tls/wrongAuthentication',
      'x509/certificate/mutations',
      'x509/certificate/subjectPublicKey',
      'x509/keys/decryptPrivateKey',
      'x509/keys/parsePrivateKey',
      'x509/path/checks',
      'x509/path/signatures',
      'x509/path/signers',
    ],
  'the server, its node:tls, is on rustls: few suites and groups, no staples, exporters, TLS 1.1': [
    'halfclose/cli/command',
    'ssl/keyingMaterial',
    'ssl/revocation',
    'ssl/tcp',
    'ssl/tls12',
    'ssl/tls12Features',
    'ssl/tls12Options',
    'tls/handshake/resumption',
    'tls/keyExchange',
    'tls/legacySessions12',
    'tls/tls12Suites',
  ],
  'its DecompressionStream takes what is cut off, and the engine counts the octets': [
    'halfclose/platform/decompressors',
  ],
  'as a command it knows no arguments of Node': ['crypto/default', 'halfclose/reflect'],
});
