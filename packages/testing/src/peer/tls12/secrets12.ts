/** The secrets of TLS 1.2 on `node:crypto` alone, so that they are nobody's but the tests' (RFC 5246 sections 5 and 6.3). */
import { createHash, createHmac } from 'node:crypto';
import { concat } from '../recordWriter.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const hmac = (key: Uint8Array, data: Uint8Array): Uint8Array =>
  createHmac('sha256', key).update(data).digest();

export function sha256(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest();
}

/** PRF with SHA-256: `length` octets. */
export function prf12(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  const labelAndSeed = concat([ascii(label), seed]);
  const parts: Uint8Array[] = [];
  let a = labelAndSeed;
  for (let made = 0; made < length; made += 32) {
    a = hmac(secret, a);
    parts.push(hmac(secret, concat([a, labelAndSeed])));
  }
  return concat(parts).slice(0, length);
}

export interface DirectionKeys12 {
  /** Of AES-128. */
  readonly key: Uint8Array;
  /** The four octets of a nonce that never change. */
  readonly salt: Uint8Array;
}

/** Keys of both directions for AES-128-GCM. */
export function recordKeys12(
  masterSecret: Uint8Array,
  clientRandom: Uint8Array,
  serverRandom: Uint8Array,
): { readonly client: DirectionKeys12; readonly server: DirectionKeys12 } {
  const block = prf12(masterSecret, 'key expansion', concat([serverRandom, clientRandom]), 40);
  return {
    client: { key: block.subarray(0, 16), salt: block.subarray(32, 36) },
    server: { key: block.subarray(16, 32), salt: block.subarray(36, 40) },
  };
}
