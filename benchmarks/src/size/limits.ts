/**
 * What each program of `programs.ts` may load at once, octets, minified and gzipped by esbuild: what it does today, and three
 * in a hundred. Who makes one smaller lowers its limit, and who raises one says in the commit what it is worth.
 */
export const limits: Readonly<Record<string, number>> = {
  'engine, TLS 1.3': 92_600,
  'engine, TLS 1.3 and 1.2': 108_300,
  'socket, TLS 1.3': 108_100,
  'socket, TLS 1.3 and 1.2': 125_000,
  "halfclose's SSLContext": 161_300,
  'all of halfclose': 165_600,
  'engine, TLS 1.3, with Encrypted Client Hello': 96_400,
  'engine, TLS 1.3, with X25519MLKEM768 (ML-KEM)': 100_100,
  'engine, TLS 1.3, with ML-DSA': 92_900,
  'engine, TLS 1.3, with P-384': 92_600,
  'engine, TLS 1.3, with P-521': 92_600,
  'engine, TLS 1.3, with Ed25519': 95_300,
  'engine, TLS 1.3, with X448, Ed448': 95_400,
  'engine, TLS 1.3, with AES-CCM': 93_700,
  'engine, TLS 1.3, with AES in constant time': 94_700,
  'engine, TLS 1.3, with SIMD core': 99_800,
  'engine, TLS 1.3, with portable provider': 106_000,
  'engine, TLS 1.3, with private keys in PEM': 101_500,
  "engine, TLS 1.3, with Mozilla's roots": 140_400,
  'socket, TLS 1.3, with encryptedClientHello': 112_000,
  'socket, TLS 1.3, with revocation': 110_300,
  'socket, TLS 1.3, with clientCertificates': 117_900,
  'socket, TLS 1.3, with certificateFiles': 111_200,
  'socket, TLS 1.3, with descriptions': 109_700,
  'socket, TLS 1.3, with SSLObject': 109_300,
  'socket, TLS 1.3, with transports/websocket': 110_100,
};
