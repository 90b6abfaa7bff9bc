/** Programs as people would write them, and what parts of halfclose add to them. */

/** What is not to be in a program that doesn't ask for it. */
export type Part =
  | 'TLS 1.2'
  | 'Encrypted Client Hello'
  | 'revocation'
  | 'private keys'
  | 'ML-KEM'
  | 'ML-DSA'
  | 'Edwards curves'
  | 'SIMD core'
  | 'constant-time AES'
  | 'roots'
  | 'SSLObject';

/** The modules that are a part's own. */
export const modulesOf: Readonly<Record<Part, RegExp>> = {
  'TLS 1.2': /\/tls\/src\/((handshake|records)\/tls12\/|createTls12)/,
  'Encrypted Client Hello': /\/tls\/src\/ech\/|\/crypto\/src\/hpke\//,
  revocation: /\/x509\/src\/revocation\//,
  'private keys': /\/x509\/src\/keys\/|createSigner/,
  'ML-KEM': /ml-kem|\/crypto\/src\/kem\//,
  'ML-DSA': /ml-dsa|mlDsa/,
  'Edwards curves': /signature\/edwards/,
  'SIMD core': /\/crypto\/src\/simd\//,
  'constant-time AES': /bitsliced|constantTimeAes/,
  roots: /\/roots\/src\//,
  SSLObject: /\/ssl\/src\/(sslObject|memoryBio)/,
};

export interface Program {
  readonly name: string;
  readonly source: string;
  /** What nothing may be of in what it loads at once. */
  readonly without: readonly Part[];
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

const rare: readonly Part[] = ['ML-KEM', 'SIMD core', 'roots'];

const engine13: Program = {
  name: 'engine, TLS 1.3',
  source: engine,
  without: [
    ...rare,
    'TLS 1.2',
    'Encrypted Client Hello',
    'private keys',
    'ML-DSA',
    'Edwards curves',
    'constant-time AES',
  ],
  goal: 45,
};

const socket13: Program = {
  name: 'socket, TLS 1.3',
  source: socket,
  without: [...engine13.without, 'SSLObject'],
};

export const programs: readonly Program[] = [
  engine13,
  {
    name: 'engine, TLS 1.3 and 1.2',
    base: engine13,
    source: `${engine}\nexport { createTls12 } from '@halfclose/tls';`,
    without: engine13.without.filter((part) => part !== 'TLS 1.2' && part !== 'constant-time AES'),
    goal: 60,
  },
  socket13,
  {
    name: 'socket, TLS 1.3 and 1.2',
    base: socket13,
    source: `${socket}\nexport { tls12 } from '@halfclose/ssl';`,
    without: socket13.without.filter((part) => part !== 'TLS 1.2' && part !== 'constant-time AES'),
  },
  {
    name: "halfclose's SSLContext",
    source: "export { SSLContext } from 'halfclose';",
    without: ['roots'],
  },
  { name: 'all of halfclose', source: "export * from 'halfclose';", without: ['roots'] },
];

/** To the engine, by one more import. */
export const additions: readonly Program[] = [
  ...additionsTo(
    engine13,
    {
      'Encrypted Client Hello': "export { createEncryptedClientHello } from '@halfclose/tls';",
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
  ...additionsTo(socket13, {
    encryptedClientHello: "export { encryptedClientHello } from '@halfclose/ssl';",
    revocation: "export { revocation } from '@halfclose/ssl';",
    clientCertificates: "export { clientCertificates } from '@halfclose/ssl';",
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
