/**
 * The key schedule of TLS 1.3, RFC 8446 section 7.1:
 *
 *     0 or PSK ─▶ Early Secret ─▶ (EC)DHE ─▶ Handshake Secret ─▶ 0 ─▶ Master Secret
 */
import { type HashAlgorithm, hkdfExpand, hkdfExtract, wipe } from '@halfclose/crypto';
import { asciiBytes } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';

const noContext = new Uint8Array(0);

/** HKDF-Expand-Label, section 7.1. `label` without its prefix "tls13 ". */
export function expandLabel(
  hash: HashAlgorithm,
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  return hkdfExpand(hash, secret, encodeHkdfLabel(label, context, length), length);
}

/** Those of the key schedule, as they stand in an HkdfLabel: with prefix and length. */
const encodedLabels = new Map<string, Uint8Array>();

/** Labels of applications may be any. */
const maximumLabels = 64;

function encodeLabel(label: string): Uint8Array {
  const known = encodedLabels.get(label);
  if (known !== undefined) return known;
  const writer = new Writer();
  const encoded = writer.vector8(() => writer.bytes(asciiBytes(`tls13 ${label}`))).finish();
  if (encodedLabels.size < maximumLabels) encodedLabels.set(label, encoded);
  return encoded;
}

/** HkdfLabel: length, label, context. */
function encodeHkdfLabel(label: string, context: Uint8Array, length: number): Uint8Array {
  const encodedLabel = encodeLabel(label);
  if (context.length > 0xff) throw new RangeError(`a context of ${context.length} octets is longer than 255`);
  const encoded = new Uint8Array(2 + encodedLabel.length + 1 + context.length);
  encoded[0] = length >>> 8;
  encoded[1] = length;
  encoded.set(encodedLabel, 2);
  encoded[2 + encodedLabel.length] = context.length;
  encoded.set(context, 3 + encodedLabel.length);
  return encoded;
}

/** Derive-Secret, section 7.1, with the transcript already hashed. */
export function deriveSecret(
  hash: HashAlgorithm,
  secret: Uint8Array,
  label: string,
  transcriptHash: Uint8Array,
): Uint8Array {
  return expandLabel(hash, secret, label, transcriptHash, hash.outputLength);
}

/** Early Secret; without a pre-shared key, zeros take its place. */
export function earlySecret(hash: HashAlgorithm, psk?: Uint8Array): Uint8Array {
  const zeros = new Uint8Array(hash.outputLength);
  return hkdfExtract(hash, zeros, psk ?? zeros);
}

const emptyTranscriptHashes = new WeakMap<HashAlgorithm, Uint8Array>();

/** Transcript-Hash of no messages, which stands in the place of one in section 7.1. */
export function emptyTranscriptHash(hash: HashAlgorithm): Uint8Array {
  const digest = emptyTranscriptHashes.get(hash) ?? hash.digest(noContext);
  emptyTranscriptHashes.set(hash, digest);
  return digest;
}

/** Handshake Secret from the Early Secret and what the key exchange gave. */
export function handshakeSecret(hash: HashAlgorithm, early: Uint8Array, shared: Uint8Array): Uint8Array {
  return nextSecret(hash, early, shared);
}

/** Master Secret from the Handshake Secret. */
export function masterSecret(hash: HashAlgorithm, handshake: Uint8Array): Uint8Array {
  return nextSecret(hash, handshake, new Uint8Array(hash.outputLength));
}

function nextSecret(hash: HashAlgorithm, secret: Uint8Array, input: Uint8Array): Uint8Array {
  const derived = deriveSecret(hash, secret, 'derived', emptyTranscriptHash(hash));
  const next = hkdfExtract(hash, derived, input);
  wipe(derived);
  return next;
}

export interface TrafficKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** Section 7.3. Lengths in octets, as the AEAD has them. */
export function trafficKeys(
  hash: HashAlgorithm,
  trafficSecret: Uint8Array,
  keyLength: number,
  ivLength: number,
): TrafficKeys {
  return {
    key: expandLabel(hash, trafficSecret, 'key', noContext, keyLength),
    iv: expandLabel(hash, trafficSecret, 'iv', noContext, ivLength),
  };
}

/** The secret after a KeyUpdate, section 7.2. */
export function nextTrafficSecret(hash: HashAlgorithm, trafficSecret: Uint8Array): Uint8Array {
  return expandLabel(hash, trafficSecret, 'traffic upd', noContext, hash.outputLength);
}

/** verify_data of a Finished, section 4.4.4. */
export function finishedVerifyData(
  hash: HashAlgorithm,
  trafficSecret: Uint8Array,
  transcriptHash: Uint8Array,
): Uint8Array {
  const finishedKey = expandLabel(hash, trafficSecret, 'finished', noContext, hash.outputLength);
  const verifyData = hash.hmac(finishedKey, transcriptHash);
  wipe(finishedKey);
  return verifyData;
}

/** The pre-shared key that a ticket stands for, section 4.6.1. */
export function resumptionPsk(
  hash: HashAlgorithm,
  resumptionMasterSecret: Uint8Array,
  ticketNonce: Uint8Array,
): Uint8Array {
  return expandLabel(hash, resumptionMasterSecret, 'resumption', ticketNonce, hash.outputLength);
}
