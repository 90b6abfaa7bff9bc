/** Programs as people would write them, and what parts of halfclose add to them. */

/**
 * What is not to be in a program that doesn't ask for it, and how each is known in a bundle: its modules by their paths, or a
 * text that stays when names are shortened.
 */
export const parts: Readonly<Record<string, RegExp>> = {
  'TLS 1.2': /\/tls\/src\/((handshake|records)\/tls12\/|createTls12)/,
  'suites of TLS 1.2 beyond ECDHE with an AEAD': /\/crypto\/src\/cbc\/|\/(cbc|dhe|rsa|psk)12\.ts$/,
  'client authentication':
    /\/tls\/src\/handshake\/(clientAuthentication|credentialChoice|issuerName|certificateRequest)\.ts/,
  'raw public keys': /\/tls\/src\/handshake\/certificateTypes\.ts/,
  'delegated credentials': /\/tls\/src\/handshake\/delegatedCredential\.ts/,
  'compressed certificates': /\/tls\/src\/handshake\/certificateDecompression\.ts/,
  'early data': /\/tls\/src\/(earlyData|handshake\/earlyData(Offer|Decision))\.ts/,
  'external pre-shared keys': /\/tls\/src\/(externalPsk|handshake\/externalPsks)\.ts|\/ssl\/src\/psk/,
  'record limits': /\/tls\/src\/handshake\/recordLimits\.ts/,
  GREASE: /\/tls\/src\/handshake\/grease\.ts/,
  'those who look on': /\/tls\/src\/messageObserver\.ts/,
  'Encrypted Client Hello': /\/tls\/src\/ech\/|\/crypto\/src\/hpke\//,
  revocation: /\/x509\/src\/revocation\//,
  'certificate policies': /\/x509\/src\/policies\/checkPolicies/,
  'private keys': /\/x509\/src\/keys\/|createSigner|certChain/,
  'files of certificates': /\/x509\/src\/pem|\/ssl\/src\/certificate(Data|Files)/,
  descriptions: /\/ssl\/src\/(peerCertificate|cipherDetails|cipherStrings)/,
  SSLObject: /\/ssl\/src\/(sslObject|memoryBio)/,
  'ML-KEM': /ml-kem|\/crypto\/src\/kem\//,
  'ML-DSA': /ml-dsa|mlDsa/,
  'P-521': /0*51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e1/,
  'Edwards curves': /\/signature\/edwards/,
  "noble's curves": /@noble\/curves\//,
  'SIMD core': /\/crypto\/src\/simd\//,
  'AES in constant time': /bitsliced|constantTimeAes/,
  roots: /\/roots\/src\//,
};

export interface Program {
  readonly name: string;
  readonly source: string;
  /** What nothing may be of in what it loads at once. */
  readonly without: readonly string[];
  /** The program that this one adds something to. */
  readonly base?: Program;
  /** KiB, gzipped, that we'd like it to be at most, or to add. */
  readonly goal?: number;
}

const compact = `
import { createCompactProvider } from '@halfclose/crypto';
const crypto = createCompactProvider((output) => globalThis.crypto.getRandomValues(output));`;

const engine = `${compact}
import { createClientConnection } from '@halfclose/tls';
import { createServerVerifier, createTrustStore } from '@halfclose/x509';
export function connect(serverName, anchors, more) {
  const trustStore = createTrustStore();
  for (const anchor of anchors) trustStore.addAnchor(anchor);
  const verifier = createServerVerifier({ crypto, trustStore, checkHostname: true, ...more });
  return createClientConnection({ crypto, verifier, clock: Date.now, serverName, ...more });
}`;

const socket = `${compact}
import { SSLContext } from '@halfclose/ssl';
export function createContext(parts) {
  const setTimer = (callback, milliseconds) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  };
  return new SSLContext({ crypto, clock: Date.now, setTimer, ...parts });
}`;

const engine13: Program = {
  name: 'engine, TLS 1.3',
  source: engine,
  without: allBut(),
  goal: 45,
};

const engine12: Program = {
  name: 'engine, TLS 1.3 and 1.2',
  base: engine13,
  source: `${engine}\nexport { createTls12 } from '@halfclose/tls';`,
  without: allBut('TLS 1.2'),
  goal: 60,
};

/** What a context offers by its methods, and has therefore. */
const ofContexts = ['compressed certificates', 'early data', 'external pre-shared keys', 'those who look on'];

const socket13: Program = { name: 'socket, TLS 1.3', source: socket, without: allBut(...ofContexts) };

const socket12: Program = {
  name: 'socket, TLS 1.3 and 1.2',
  base: socket13,
  source: `${socket}\nexport { tls12 } from '@halfclose/ssl';`,
  without: allBut('TLS 1.2', ...ofContexts),
};

function allBut(...present: readonly string[]): string[] {
  return Object.keys(parts).filter((part) => !present.includes(part));
}

export const programs: readonly Program[] = [
  engine13,
  engine12,
  socket13,
  socket12,
  {
    name: "halfclose's SSLContext",
    source: "export { SSLContext } from 'halfclose';",
    without: ['roots'],
  },
  { name: 'all of halfclose', source: "export * from 'halfclose';", without: ['roots'] },
];

/** By one more import. */
export const additions: readonly Program[] = [
  ...additionsTo(
    engine13,
    {
      'Encrypted Client Hello': "export { createEncryptedClientHello } from '@halfclose/tls';",
      revocation: "export { createCrlStore, createRevocationCheck } from '@halfclose/x509';",
      'certificate policies': "export { checkPolicies } from '@halfclose/x509';",
      'client authentication': "export { createClientAuthentication } from '@halfclose/tls';",
      'pre-shared keys': "export { createExternalPsks } from '@halfclose/tls';",
      'early data': "export { createEarlyDataOffer } from '@halfclose/tls';",
      onMessage: "export { observeMessages } from '@halfclose/tls';",
      'X25519MLKEM768 (ML-KEM)': "export { x25519MlKem768 } from '@halfclose/crypto';",
      'ML-DSA': "export { mlDsa65 } from '@halfclose/crypto';",
      'P-256': "export { secp256r1 } from '@halfclose/crypto';",
      'P-384': "export { secp384r1 } from '@halfclose/crypto';",
      'P-521': "export { secp521r1 } from '@halfclose/crypto';",
      Ed25519: "export { ed25519 } from '@halfclose/crypto';",
      'X448, Ed448': "export { ed448, x448 } from '@halfclose/crypto';",
      'AES-CCM': "export { portableAes128Ccm } from '@halfclose/crypto';",
      'AES in constant time': "export { constantTimeAes128Gcm } from '@halfclose/crypto';",
      'SIMD core': "export { simdAeads } from '@halfclose/crypto';",
      'portable provider': "export { createPortableProvider } from '@halfclose/crypto';",
      'private keys in PEM':
        "export { createSigner } from '@halfclose/crypto'; export { readPrivateKeyPem } from '@halfclose/x509';",
      "Mozilla's roots": "export { mozillaRoots } from '@halfclose/roots';",
    },
    { 'SIMD core': 14 },
  ),
  ...additionsTo(engine12, {
    'all suites of TLS 1.2': "export { cbc12, dhe12, psk12, rsa12 } from '@halfclose/tls';",
  }),
  ...additionsTo(socket12, {
    cipherSuites12: "export { cipherSuites12 } from '@halfclose/ssl';",
  }),
  ...additionsTo(socket13, {
    encryptedClientHello: "export { encryptedClientHello } from '@halfclose/ssl';",
    revocation: "export { revocation } from '@halfclose/ssl';",
    checkPolicies: "export { checkPolicies } from '@halfclose/ssl';",
    clientCertificates: "export { clientCertificates } from '@halfclose/ssl';",
    privateKeys: "export { privateKeys } from '@halfclose/ssl';",
    preSharedKeys: "export { preSharedKeys } from '@halfclose/ssl';",
    earlyData: "export { earlyData } from '@halfclose/ssl';",
    observeMessages: "export { observeMessages } from '@halfclose/ssl';",
    certificateFiles: "export { certificateFiles } from '@halfclose/ssl';",
    descriptions: "export { descriptions } from '@halfclose/ssl';",
    SSLObject: "export { MemoryBIO, SSLObject } from '@halfclose/ssl';",
    'transports/websocket': "export { connectWebSocket } from '@halfclose/transports/websocket';",
  }),
];

function additionsTo(
  base: Program,
  sources: Readonly<Record<string, string>>,
  goals: Readonly<Record<string, number>> = {},
): Program[] {
  return Object.entries(sources).map(([name, source]) => {
    const goal = goals[name];
    return {
      base,
      name: `${base.name}, with ${name}`,
      source: `${base.source}\n${source}`,
      without: [],
      ...(goal !== undefined && { goal }),
    };
  });
}

/** Others, out of npm, as a client takes them. */
export const peers: readonly Program[] = [
  {
    name: 'subtls (TLS 1.3, one suite, by WebCrypto)',
    source: "export { startTls, TrustedCert, WebSocketReadQueue } from 'subtls';",
    without: [],
  },
  {
    name: 'node-forge (TLS 1.1)',
    source: "export { default as tls } from 'node-forge/lib/tls.js';",
    without: [],
  },
  {
    name: "lemon-tls (TLS 1.3 and 1.2, by Node's crypto)",
    source: "export { connect } from 'lemon-tls';",
    without: [],
  },
];
