/**
 * What each program of `programs.ts` may load at once, octets, minified and gzipped by esbuild: what it does today, and three
 * in a hundred. Who makes one smaller lowers its limit, and who raises one says in the commit what it is worth.
 */
export const limits: Readonly<Record<string, number>> = {
  'engine, TLS 1.3': 92_000,
  'engine, TLS 1.3 and 1.2': 107_600,
  'socket, TLS 1.3': 126_600,
  'socket, TLS 1.3 and 1.2': 142_700,
  "halfclose's SSLContext": 159_700,
  'all of halfclose': 164_000,
  'engine, TLS 1.3, with Encrypted Client Hello': 95_800,
  'engine, TLS 1.3, with X25519MLKEM768 (ML-KEM)': 99_500,
  'engine, TLS 1.3, with ML-DSA': 92_300,
  'engine, TLS 1.3, with P-384': 92_000,
  'engine, TLS 1.3, with P-521': 92_000,
  'engine, TLS 1.3, with Ed25519': 94_800,
  'engine, TLS 1.3, with X448, Ed448': 94_900,
  'engine, TLS 1.3, with AES-CCM': 93_100,
  'engine, TLS 1.3, with AES in constant time': 94_100,
  'engine, TLS 1.3, with SIMD core': 99_200,
  'engine, TLS 1.3, with portable provider': 105_400,
  'engine, TLS 1.3, with private keys in PEM': 101_000,
  "engine, TLS 1.3, with Mozilla's roots": 139_800,
  'socket, TLS 1.3, with transports/websocket': 128_600,
};
