import { CryptoError } from '../errors.ts';
import type { PublicKey, RandomSource } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { encryptEncodedMessage, readRsaKey } from './rsaKey.ts';

/** Octets of padding at least, RFC 8017 section 7.2.1. */
const minimumPadding = 8;

/**
 * RSAES-PKCS1-v1_5, RFC 8017 section 7.2.1: for the premaster secret of TLS 1.2, and nothing else any more. Who decrypts it
 * has to be careful (Bleichenbacher, 1998), who encrypts need not.
 * @throws CryptoError `unsupported_public_key` for a key that is out of bounds, or is for signatures only;
 * `invalid_key_length` for a message that is too long; `broken_random`
 */
export function encryptRsaPkcs1(publicKey: PublicKey, message: Uint8Array, random: RandomSource): Uint8Array {
  const key = readRsaKey(publicKey, 'RSAES-PKCS1-v1_5');
  if (key.pssOnly) {
    throw new CryptoError('unsupported_public_key', 'A key for RSASSA-PSS encrypts nothing (RFC 4055)');
  }
  const paddingLength = key.length - message.length - 3;
  if (paddingLength < minimumPadding) {
    throw new CryptoError(
      'invalid_key_length',
      `A message of ${message.length} octets is too long for an RSA key of ${key.length}`,
    );
  }
  // 00 02 PS 00 M
  const encoded = new Uint8Array(key.length);
  encoded[1] = 2;
  fillWithoutZeros(encoded.subarray(2, 2 + paddingLength), random);
  encoded.set(message, 3 + paddingLength);
  const encrypted = encryptEncodedMessage(key, encoded);
  wipe(encoded);
  return encrypted;
}

/** Octets that nobody can predict, and none of them zero. */
function fillWithoutZeros(output: Uint8Array, random: RandomSource): void {
  const drawn = new Uint8Array(output.length);
  let filled = 0;
  // A working source gives a zero once in 256 octets: two rounds do nearly always.
  for (let round = 0; round < 64 && filled < output.length; round += 1) {
    random(drawn);
    for (const octet of drawn) {
      if (octet !== 0 && filled < output.length) {
        output[filled] = octet;
        filled += 1;
      }
    }
  }
  if (filled < output.length) throw new CryptoError('broken_random', 'The random source gives zeros only');
}
