import { createHash, X509Certificate } from 'node:crypto';
import {
  type CryptoProvider,
  type CurveName,
  createPortableProvider,
  type KeyExchange,
  type KeyExchangeGroup,
  type MaybePromise,
  type PublicKey,
  type RandomSource,
  type SignatureAlgorithm,
} from '@halfclose/crypto';
import type { ClientConfig, ServerVerifier } from '@halfclose/tls';
import { children, contents } from '../ca/der.ts';

/**
 * What a client needs when the test is not about certificates or randomness: every certificate is good, it is always
 * the same moment, and the same test does the same every time.
 */
export function testConfig(changes: Partial<ClientConfig> = {}): ClientConfig {
  return {
    crypto: testProvider('client'),
    verifier: trustingVerifier,
    clock: () => Date.UTC(2026, 0, 1),
    serverName: 'localhost',
    // A post-quantum one beside it would cost every test a millisecond and more.
    keyShares: ['x25519'],
    ...changes,
  };
}

/** Takes any certificate for its key. */
export const trustingVerifier: ServerVerifier = {
  verifyServer: ({ certificates: [certificate] }) => ({
    publicKey: publicKeyOf(certificate ?? new Uint8Array(0)),
    verifiedChain: [],
  }),
};

const publicKeys = new Map<string, PublicKey>();

/** The key in a certificate, by Node. */
export function publicKeyOf(certificate: Uint8Array): PublicKey {
  return remembered(publicKeys, hex(certificate), () => readPublicKey(certificate));
}

function readPublicKey(certificate: Uint8Array): PublicKey {
  const key = new X509Certificate(certificate).publicKey;
  const spki = children(new Uint8Array(key.export({ type: 'spki', format: 'der' })));
  // A BIT STRING without unused bits: the octet that says so is not the key's.
  const bits = contents(spki[1] ?? new Uint8Array(0)).subarray(1);
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return { type: 'Ed25519', key: bits };
    case 'ed448':
      return { type: 'Ed448', key: bits };
    case 'ec':
      return { type: 'EC', curve: curveOf(bits), point: bits };
    default: {
      const [modulus, exponent] = children(bits).map(contents);
      const pssOnly = key.asymmetricKeyType === 'rsa-pss';
      return {
        type: 'RSA',
        modulus: withoutSign(modulus ?? bits),
        exponent: withoutSign(exponent ?? bits),
        pssOnly,
      };
    }
  }
}

/** Uncompressed points have another length on each curve. */
function curveOf(point: Uint8Array): CurveName {
  if (point.length === 65) return 'P-256';
  return point.length === 97 ? 'P-384' : 'P-521';
}

/** A positive INTEGER may begin with a zero that is not its value's. */
function withoutSign(integer: Uint8Array): Uint8Array {
  return integer[0] === 0 ? integer.subarray(1) : integer;
}

/** The same octets each time, of as many as are asked for. */
export function seededRandom(seed: string): RandomSource {
  let count = 0;
  return (output) => {
    for (let at = 0; at < output.length; at += 32) {
      const block = createHash('sha256').update(`${seed} ${count++}`).digest();
      output.set(block.subarray(0, output.length - at), at);
    }
  };
}

/**
 * The portable provider with randomness that isn't, and what it took long to compute remembered: thousands of
 * connections with the same seed cost little more than one.
 */
export function testProvider(seed: string): CryptoProvider {
  const provider = createPortableProvider(seededRandom(seed));
  return {
    ...provider,
    groups: provider.groups.map(rememberingGroup),
    signatures: provider.signatures.map(rememberingSignature),
  };
}

const keyExchanges = new Map<string, MaybePromise<KeyExchange>>();
const sharedSecrets = new Map<string, Uint8Array>();
const verdicts = new Map<string, MaybePromise<boolean>>();

function rememberingGroup(group: KeyExchangeGroup): KeyExchangeGroup {
  return {
    ...group,
    generate(random) {
      const seed = new Uint8Array(32);
      random(seed);
      const key = `${group.name} ${hex(seed)}`;
      const known = remembered(keyExchanges, key, () => group.generate(seededRandom(key)));
      return known instanceof Promise ? known : rememberingKeyExchange(key, known);
    },
  };
}

function rememberingKeyExchange(key: string, known: KeyExchange): KeyExchange {
  const { publicKey, component } = known;
  return {
    publicKey,
    ...(component !== undefined && {
      component: {
        group: component.group,
        keyExchange: rememberingKeyExchange(`${key} ${component.group}`, component.keyExchange),
      },
    }),
    agree: (share) =>
      remembered(sharedSecrets, `${key} ${hex(share)}`, () => now(known.agree(share))).slice(),
    destroy: () => {},
  };
}

function rememberingSignature(algorithm: SignatureAlgorithm): SignatureAlgorithm {
  return {
    ...algorithm,
    verify(publicKey, message, signature) {
      const key = [algorithm.name, ...Object.values(publicKey), message, signature].map(text).join(' ');
      return remembered(verdicts, key, () => algorithm.verify(publicKey, message, signature));
    },
  };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

function now<T>(value: MaybePromise<T>): T {
  if (value instanceof Promise) throw new TypeError('the portable provider answers at once');
  return value;
}

function text(value: unknown): string {
  return value instanceof Uint8Array ? hex(value) : String(value);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
