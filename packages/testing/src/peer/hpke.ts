/** The recipient's side of HPKE (RFC 9180) in base mode with X25519 and HKDF-SHA256, by Node: what ours is tested against. */
import {
  createDecipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

export interface HpkeKeyPair {
  readonly privateKey: KeyObject;
  /** 32 octets each. */
  readonly publicKey: Uint8Array;
  readonly privateOctets: Uint8Array;
}

export function generateHpkeKeys(): HpkeKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    privateKey,
    privateOctets: new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32)),
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
  };
}

/** Opens one message after another. Undefined for what is not authentic. */
export type HpkeOpener = (additionalData: Uint8Array, sealed: Uint8Array) => Uint8Array | undefined;

const kemId = [0, 0x20];
const ciphers: Readonly<
  Record<number, readonly ['aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305', number]>
> = {
  1: ['aes-128-gcm', 16],
  2: ['aes-256-gcm', 32],
  3: ['chacha20-poly1305', 32],
};

/** @param aeadId of section 7.3 */
export function openHpke(keys: HpkeKeyPair, aeadId: number, enc: Uint8Array, info: Uint8Array): HpkeOpener {
  const [cipher, keyLength] = ciphers[aeadId] ?? ciphers[1] ?? [];
  if (cipher === undefined || keyLength === undefined) throw new RangeError(`there is no AEAD ${aeadId}`);
  const dh = diffieHellman({ privateKey: keys.privateKey, publicKey: publicKeyOf(enc) });
  const kem = labeled(Buffer.from([...ascii('KEM'), ...kemId]));
  const prk = kem.extract(Buffer.alloc(0), 'eae_prk', dh);
  const shared = kem.expand(prk, 'shared_secret', Buffer.concat([enc, keys.publicKey]), 32);

  const { extract, expand } = labeled(Buffer.from([...ascii('HPKE'), ...kemId, 0, 1, 0, aeadId]));
  const none = Buffer.alloc(0);
  const context = Buffer.concat([
    Buffer.alloc(1),
    extract(none, 'psk_id_hash', none),
    extract(none, 'info_hash', info),
  ]);
  const secret = extract(shared, 'secret', none);
  const key = expand(secret, 'key', context, keyLength);
  const baseNonce = expand(secret, 'base_nonce', context, 12);
  let sequenceNumber = 0;
  return (additionalData, sealed) => {
    const nonce = Buffer.from(baseNonce);
    nonce.writeUInt8(nonce.readUInt8(11) ^ sequenceNumber, 11);
    // The types of Node know its ciphers apart; these take the same options.
    const decipher = createDecipheriv(cipher as 'aes-128-gcm', key, nonce, { authTagLength: 16 });
    decipher.setAAD(additionalData);
    decipher.setAuthTag(sealed.subarray(-16));
    try {
      const plaintext = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
      sequenceNumber++;
      return new Uint8Array(plaintext);
    } catch {
      return undefined;
    }
  };
}

function publicKeyOf(octets: Uint8Array): KeyObject {
  const header = Buffer.from('302a300506032b656e032100', 'hex');
  return createPublicKey({ key: Buffer.concat([header, octets]), format: 'der', type: 'spki' });
}

/** LabeledExtract and LabeledExpand of section 4; one block is always enough. */
function labeled(suiteId: Buffer): {
  extract(salt: Uint8Array, label: string, input: Uint8Array): Buffer;
  expand(key: Uint8Array, label: string, info: Uint8Array, length: number): Buffer;
} {
  const version = ascii('HPKE-v1');
  const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer =>
    createHmac('sha256', key.length === 0 ? Buffer.alloc(32) : key)
      .update(Buffer.concat(parts))
      .digest();
  return {
    extract: (salt, label, input) => hmac(salt, version, suiteId, ascii(label), input),
    expand: (key, label, info, length) =>
      hmac(key, Buffer.from([0, length]), version, suiteId, ascii(label), info, Buffer.of(1)).subarray(
        0,
        length,
      ),
  };
}

function ascii(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
