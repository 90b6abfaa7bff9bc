/** What a replayed connection needs from outside, taken from its trace. */
import {
  createPublicKey,
  constants as cryptoConstants,
  type KeyObject,
  verify,
  X509Certificate,
} from 'node:crypto';
import {
  type CryptoProvider,
  createPortableProvider,
  type PublicKey,
  type RandomSource,
  type Signer,
} from '@halfclose/crypto';

/** Gives out the given pieces, each whole and once, in order. */
function scriptedRandom(pieces: readonly Uint8Array[]): RandomSource {
  const rest = [...pieces];
  return (output) => {
    const piece = rest.shift();
    if (piece?.length !== output.length) {
      throw new Error(
        `the engine draws ${output.length} random octets where the trace has ${piece?.length ?? 'none'}`,
      );
    }
    output.set(piece);
  };
}

/** With the trace's randomness, and RSASSA-PSS by Node: the traces' keys of 1,024 bits are, rightly, too short for ours. */
export function tracedProvider(random: readonly Uint8Array[]): CryptoProvider {
  const provider = createPortableProvider(scriptedRandom(random));
  return {
    ...provider,
    signatures: provider.signatures.map((signature) =>
      signature.name === 'rsa_pss_sha256'
        ? { ...signature, verify: (key, message, octets) => isRight(nodeKey(key), message, octets) }
        : signature,
    ),
  };
}

function isRight(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  const padding = cryptoConstants.RSA_PKCS1_PSS_PADDING;
  return verify('sha256', message, { key, padding, saltLength: 32 }, signature);
}

function nodeKey(key: PublicKey): KeyObject {
  if (key.type !== 'RSA') throw new Error(`a trace has a key of type ${key.type}`);
  const [n, e] = [key.modulus, key.exponent].map((octets) => Buffer.from(octets).toString('base64url'));
  if (n === undefined || e === undefined) throw new Error('a key has two parts');
  return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
}

/** The key in a certificate: the traces have RSA and P-256. */
export function publicKeyOf(certificate: Uint8Array): PublicKey {
  const { kty, n, e, x, y } = new X509Certificate(certificate).publicKey.export({ format: 'jwk' });
  const octets = (text = ''): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64url'));
  if (kty === 'EC') {
    return { type: 'EC', curve: 'P-256', point: Uint8Array.of(4, ...octets(x), ...octets(y)) };
  }
  return { type: 'RSA', modulus: octets(n), exponent: octets(e), pssOnly: false };
}

/** Signs as the trace's client did, whose salt nobody knows: gives its signature, if it is one of what is to be signed. */
export function tracedSigner(certificate: Uint8Array, signature: Uint8Array): Signer {
  const publicKey = publicKeyOf(certificate);
  return {
    publicKey,
    signatures: ['rsa_pss_sha256'],
    sign(_, message) {
      if (isRight(nodeKey(publicKey), message, signature)) return signature;
      throw new Error("the trace's client signed something else");
    },
  };
}
