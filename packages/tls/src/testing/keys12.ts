/** TLS 1.2's keys and records by node:crypto alone: nothing here is the engine's own. */
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
} from 'node:crypto';
import { type CipherSuiteName12, cipherSuite12 } from '@halfclose/tls';

export type Hash12 = 'sha256' | 'sha384';

/** RFC 5246 section 5. */
export function prf12(
  hash: Hash12,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Buffer {
  const labelAndSeed = Buffer.concat([Buffer.from(label), seed]);
  const parts: Buffer[] = [];
  let a: Buffer = labelAndSeed;
  for (let made = 0; made < length; made += parts.at(-1)?.length ?? 1) {
    a = createHmac(hash, secret).update(a).digest();
    parts.push(createHmac(hash, secret).update(a).update(labelAndSeed).digest());
  }
  return Buffer.concat(parts).subarray(0, length);
}

export function hash12(suite: CipherSuiteName12): Hash12 {
  return cipherSuite12(suite).hash === 'SHA-384' ? 'sha384' : 'sha256';
}

export function digest12(suite: CipherSuiteName12, messages: readonly Uint8Array[]): Buffer {
  return createHash(hash12(suite)).update(Buffer.concat(messages)).digest();
}

/** One direction. */
export interface Records12 {
  /** The fragment of a record. */
  seal(type: number, content: Uint8Array): Buffer;
  /** @throws Error for what is not authentic */
  open(type: number, fragment: Uint8Array): Buffer;
}

/** How a record under CBC departs from what is right. */
export interface CbcFlaws {
  /** padding_length, 0 to 255, that makes whole blocks. Left out: the least. */
  readonly paddingLength?: number;
  /** The last word on what is encrypted: content, MAC and padding, or content and padding. */
  readonly alter?: (plaintext: Buffer) => Buffer;
}

interface Keys {
  readonly mac: Buffer;
  readonly key: Buffer;
  readonly iv: Buffer;
}

export function records12(
  suite: CipherSuiteName12,
  master: Uint8Array,
  randoms: { readonly client: Uint8Array; readonly server: Uint8Array },
  encryptThenMac: boolean,
  flaws: () => CbcFlaws = () => ({}),
): { readonly client: Records12; readonly server: Records12 } {
  const { cipher } = cipherSuite12(suite);
  const name = 'aead' in cipher ? cipher.aead : cipher.cbcHmac;
  const keyLength = /128/.test(name) ? 16 : 32;
  const macName = /SHA\d+$/.exec(name)?.[0].toLowerCase() ?? '';
  const macLength = 'aead' in cipher ? 0 : createHash(macName).digest().length;
  const ivLength = 'aead' in cipher ? (/CHACHA/.test(name) ? 12 : 4) : 0;
  const seed = Buffer.concat([randoms.server, randoms.client]);
  const total = 2 * (macLength + keyLength + ivLength);
  const block = prf12(hash12(suite), master, 'key expansion', seed, total);
  let at = 0;
  const take = (length: number): Buffer => {
    at += length;
    return block.subarray(at - length, at);
  };
  const [cm, sm, ck, sk, ci, si] = [macLength, macLength, keyLength, keyLength, ivLength, ivLength].map(take);
  const empty = Buffer.alloc(0);
  const client = { mac: cm ?? empty, key: ck ?? empty, iv: ci ?? empty };
  const server = { mac: sm ?? empty, key: sk ?? empty, iv: si ?? empty };
  const make = (keys: Keys): Records12 =>
    'aead' in cipher ? aeadRecords(name, keys) : cbcRecords(macName, keys, encryptThenMac, flaws);
  return { client: make(client), server: make(server) };
}

function header(sequence: number, type: number, length: number): Buffer {
  const bytes = Buffer.alloc(13);
  bytes.writeBigUInt64BE(BigInt(sequence));
  bytes.set([type, 3, 3, length >> 8, length & 255], 8);
  return bytes;
}

function aeadRecords(name: string, { key, iv }: Keys): Records12 {
  // Node's types know the mode of a cipher by its name alone.
  const algorithm = name.toLowerCase() as CipherGCMTypes;
  const isExplicit = iv.length === 4;
  let sequence = 0;
  const nonceOf = (number: number, explicit: Uint8Array): Buffer => {
    if (isExplicit) return Buffer.concat([iv, explicit]);
    const nonce = Buffer.from(iv);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ BigInt(number), 4);
    return nonce;
  };
  return {
    seal(type, content) {
      const number = sequence++;
      // Any that does not repeat will do.
      const explicit = Buffer.alloc(isExplicit ? 8 : 0, 0xee);
      if (isExplicit) explicit.writeUInt32BE(number, 4);
      const cipher = createCipheriv(algorithm, key, nonceOf(number, explicit), { authTagLength: 16 });
      cipher.setAAD(header(number, type, content.length));
      return Buffer.concat([explicit, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
    },
    open(type, fragment) {
      const number = sequence++;
      const explicit = fragment.subarray(0, isExplicit ? 8 : 0);
      const sealed = fragment.subarray(explicit.length, fragment.length - 16);
      const cipher = createDecipheriv(algorithm, key, nonceOf(number, explicit), { authTagLength: 16 });
      cipher.setAAD(header(number, type, sealed.length));
      cipher.setAuthTag(fragment.subarray(fragment.length - 16));
      return Buffer.concat([cipher.update(sealed), cipher.final()]);
    },
  };
}

function cbcRecords(
  macName: string,
  { mac: macKey, key }: Keys,
  encryptThenMac: boolean,
  flaws: () => CbcFlaws,
): Records12 {
  const algorithm = `aes-${key.length * 8}-cbc`;
  let sequence = 0;
  const mac = (number: number, type: number, ...parts: Uint8Array[]): Buffer => {
    const content = Buffer.concat(parts);
    return createHmac(macName, macKey)
      .update(header(number, type, content.length))
      .update(content)
      .digest();
  };
  return {
    seal(type, content) {
      const number = sequence++;
      const iv = randomBytes(16);
      const whole = encryptThenMac ? content : Buffer.concat([content, mac(number, type, content)]);
      const { paddingLength = 15 - (whole.length % 16), alter } = flaws();
      const padded = Buffer.concat([whole, Buffer.alloc(paddingLength + 1, paddingLength)]);
      const cipher = createCipheriv(algorithm, key, iv).setAutoPadding(false);
      const sealed = Buffer.concat([iv, cipher.update(alter?.(padded) ?? padded), cipher.final()]);
      return encryptThenMac ? Buffer.concat([sealed, mac(number, type, sealed)]) : sealed;
    },
    open(type, fragment) {
      const number = sequence++;
      const macLength = createHash(macName).digest().length;
      const end = encryptThenMac ? fragment.length - macLength : fragment.length;
      if (encryptThenMac && !mac(number, type, fragment.subarray(0, end)).equals(fragment.subarray(end))) {
        throw new Error('the MAC is wrong');
      }
      const cipher = createDecipheriv(algorithm, key, fragment.subarray(0, 16)).setAutoPadding(false);
      const padded = Buffer.concat([cipher.update(fragment.subarray(16, end)), cipher.final()]);
      const unpadded = padded.subarray(0, padded.length - 1 - (padded.at(-1) ?? 0));
      if (encryptThenMac) return unpadded;
      const content = unpadded.subarray(0, unpadded.length - macLength);
      if (!mac(number, type, content).equals(unpadded.subarray(content.length))) {
        throw new Error('the MAC is wrong');
      }
      return content;
    },
  };
}
