/**
 * The secrets of TLS 1.2, RFC 5246 sections 5, 6.3, 7.4.9 and 8.1:
 *
 *     premaster secret ─▶ master secret ─▶ keys of the records, Finished, exporters
 */
import { type HashAlgorithm, wipe } from '@halfclose/crypto';
import { asciiBytes } from '../../wire/text.ts';
import { Writer } from '../../wire/writer.ts';

/** PRF, section 5: P_hash of the label and the seed, `length` octets of it, which the caller wipes. */
export function prf(
  hash: HashAlgorithm,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const labelAndSeed = new Writer().bytes(asciiBytes(label)).bytes(seed).finish();
  const output = new Uint8Array(length);
  // One buffer for A(i) and what follows it; A(0) is what follows alone.
  const block = new Uint8Array(hash.outputLength + labelAndSeed.length);
  block.set(labelAndSeed, hash.outputLength);
  let a = labelAndSeed;
  for (let at = 0; at < length; at += hash.outputLength) {
    a = hash.hmac(secret, a);
    block.set(a);
    const part = hash.hmac(secret, block);
    output.set(part.subarray(0, length - at), at);
    wipe(part);
  }
  wipe(block, a);
  return output;
}

export const masterSecretLength = 48;

/** Both randoms of 32 octets. */
export interface HelloRandoms {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

/** Section 8.1. */
export function masterSecret12(
  hash: HashAlgorithm,
  premaster: Uint8Array,
  { client, server }: HelloRandoms,
): Uint8Array {
  return prf(hash, premaster, 'master secret', concatenated(client, server), masterSecretLength);
}

/** RFC 7627 section 4. @param sessionHash of all messages up to and with the ClientKeyExchange */
export function extendedMasterSecret(
  hash: HashAlgorithm,
  premaster: Uint8Array,
  sessionHash: Uint8Array,
): Uint8Array {
  return prf(hash, premaster, 'extended master secret', sessionHash, masterSecretLength);
}

/** What the key block gives, RFC 5246 section 6.3. Lengths in octets. */
export interface KeyLengths {
  readonly mac: number;
  readonly key: number;
  readonly iv: number;
}

export interface DirectionKeys {
  readonly mac: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** Section 6.3. The caller wipes them. */
export function keyBlock(
  hash: HashAlgorithm,
  masterSecret: Uint8Array,
  { client, server }: HelloRandoms,
  lengths: KeyLengths,
): { readonly client: DirectionKeys; readonly server: DirectionKeys } {
  const total = 2 * (lengths.mac + lengths.key + lengths.iv);
  const block = prf(hash, masterSecret, 'key expansion', concatenated(server, client), total);
  let at = 0;
  const take = (length: number): Uint8Array => {
    at += length;
    return block.slice(at - length, at);
  };
  const [clientMac, serverMac] = [take(lengths.mac), take(lengths.mac)];
  const [clientKey, serverKey] = [take(lengths.key), take(lengths.key)];
  const [clientIv, serverIv] = [take(lengths.iv), take(lengths.iv)];
  wipe(block);
  return {
    client: { mac: clientMac, key: clientKey, iv: clientIv },
    server: { mac: serverMac, key: serverKey, iv: serverIv },
  };
}

export const verifyDataLength = 12;

/** verify_data of a Finished, section 7.4.9. */
export function verifyData12(
  hash: HashAlgorithm,
  masterSecret: Uint8Array,
  whose: 'client' | 'server',
  transcriptHash: Uint8Array,
): Uint8Array {
  return prf(hash, masterSecret, `${whose} finished`, transcriptHash, verifyDataLength);
}

/** RFC 5705 section 4. @param context undefined where there is none, which is not the same as an empty one */
export function exportFrom12(
  hash: HashAlgorithm,
  masterSecret: Uint8Array,
  { client, server }: HelloRandoms,
  label: string,
  context: Uint8Array | undefined,
  length: number,
): Uint8Array {
  const seed = new Writer().bytes(client).bytes(server);
  if (context !== undefined) seed.vector16(() => seed.bytes(context));
  return prf(hash, masterSecret, label, seed.finish(), length);
}

function concatenated(first: Uint8Array, second: Uint8Array): Uint8Array {
  return new Writer().bytes(first).bytes(second).finish();
}
