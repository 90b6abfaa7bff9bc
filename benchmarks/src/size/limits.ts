/**
 * What each program of `programs.ts` may load at once, octets, minified and gzipped by esbuild: what it does today, and three
 * in a hundred. Who makes one smaller lowers its limit, and who raises one says in the commit what it is worth.
 */
export const limits: Readonly<Record<string, number>> = {
  'engine, TLS 1.3': 71_600,
  'engine, TLS 1.3 and 1.2': 86_000,
  'socket, TLS 1.3': 87_200,
  'socket, TLS 1.3 and 1.2': 102_800,
  "halfclose's SSLContext": 163_800,
  'all of halfclose': 168_100,
  'engine, TLS 1.3, with Encrypted Client Hello': 75_400,
  'engine, TLS 1.3, with X25519MLKEM768 (ML-KEM)': 93_700,
  'engine, TLS 1.3, with ML-DSA': 72_000,
  'engine, TLS 1.3, with P-256': 82_200,
  'engine, TLS 1.3, with P-384': 82_200,
  'engine, TLS 1.3, with P-521': 82_700,
  'engine, TLS 1.3, with Ed25519': 88_400,
  'engine, TLS 1.3, with X448, Ed448': 89_700,
  'engine, TLS 1.3, with AES-CCM': 72_800,
  'engine, TLS 1.3, with AES in constant time': 73_700,
  'engine, TLS 1.3, with SIMD core': 79_000,
  'engine, TLS 1.3, with portable provider': 105_100,
  'engine, TLS 1.3, with private keys in PEM': 102_200,
  "engine, TLS 1.3, with Mozilla's roots": 119_000,
  'socket, TLS 1.3, with encryptedClientHello': 91_000,
  'socket, TLS 1.3, with revocation': 89_300,
  'socket, TLS 1.3, with clientCertificates': 118_600,
  'socket, TLS 1.3, with certificateFiles': 90_200,
  'socket, TLS 1.3, with descriptions': 88_800,
  'socket, TLS 1.3, with SSLObject': 88_400,
  'socket, TLS 1.3, with transports/websocket': 89_200,
};
