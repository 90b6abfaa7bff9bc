import type { CurveName, PrivateKey } from '@halfclose/crypto';
import { equalBytes } from '../certificate/bytes.ts';
import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import { asBitStringOctets, asOctetString, asSmallInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { contextConstructed, tags } from '../der/tags.ts';
import { PrivateKeyError } from './errors.ts';
import type { WrappedKey } from './wrappedKey.ts';

type EcPrivateKey = Extract<PrivateKey, { readonly type: 'EC' }>;

export const ecPublicKeyOid = '1.2.840.10045.2.1';

interface Curve {
  readonly name: CurveName;
  /** Big-endian, the number of points (SEC 2, sections 2.4.2, 2.5.1 and 2.6.1). */
  readonly order: Uint8Array;
}

const curves: ReadonlyMap<string, Curve> = new Map([
  [
    '1.2.840.10045.3.1.7',
    {
      name: 'P-256',
      order: octets('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
    },
  ],
  [
    '1.3.132.0.34',
    {
      name: 'P-384',
      order: octets(`${'f'.repeat(48)}c7634d81f4372ddf581a0db248b0a77aecec196accc52973`),
    },
  ],
  [
    '1.3.132.0.35',
    {
      name: 'P-521',
      order: octets(`01${'f'.repeat(65)}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`),
    },
  ],
]);

function octets(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** RFC 5915 section 3 within RFC 5958, with the curve as parameters of the algorithm. */
export function ecPrivateKey({ algorithm, privateKey, publicKey }: WrappedKey): EcPrivateKey {
  if (algorithm.parameters?.[0] !== tags.objectIdentifier) {
    throw new PrivateKeyError('unsupported_key', 'The EC private key does not name its curve');
  }
  const curve = DerReader.read(algorithm.parameters, 'ECParameters', readCurve);
  const key = DerReader.read(privateKey, 'ECPrivateKey', (reader) =>
    reader.sequence('ECPrivateKey', (contents) =>
      readEcPrivateKey(contents, contents.within(tags.integer, 'version', asSmallInteger), curve),
    ),
  );
  if (publicKey === undefined) return key;
  const point = checkPoint(curve, publicKey);
  if (key.point !== undefined && !equalBytes(key.point, point)) {
    throw new PrivateKeyError('inconsistent', 'The EC private key comes with two different public keys');
  }
  return { ...key, point };
}

/**
 * ECPrivateKey, RFC 5915 section 3, after its version.
 * @param given the curve, where something around the key has said it; else the key has to say it itself
 */
export function readEcPrivateKey(
  contents: DerReader,
  version: number,
  given: Curve | undefined,
): EcPrivateKey {
  if (version !== 1) throw contents.error(`the version number ${version} is not known`);
  const scalar = contents.within(tags.octetString, 'privateKey', asOctetString);
  const own = contents.optional(contextConstructed(0), 'parameters', (field) => {
    if (field.nextTag === tags.objectIdentifier) return readCurve(field);
    throw new PrivateKeyError('unsupported_key', 'The EC private key does not name its curve');
  });
  const curve = given ?? own;
  if (curve === undefined) {
    throw new PrivateKeyError('unsupported_key', 'The EC private key does not name its curve');
  }
  if (own !== undefined && own !== curve) {
    throw new PrivateKeyError('inconsistent', `The key names the curves ${curve.name} and ${own.name}`);
  }
  const point = contents.optional(contextConstructed(1), 'publicKey', (field) =>
    checkPoint(curve, field.within(tags.bitString, 'point', asBitStringOctets)),
  );
  return { type: 'EC', curve: curve.name, scalar: new Uint8Array(checkScalar(curve, scalar)), point };
}

function readCurve(reader: DerReader): Curve {
  const oid = reader.within(tags.objectIdentifier, 'namedCurve', asObjectIdentifier);
  const curve = curves.get(oid);
  if (curve === undefined) {
    throw new PrivateKeyError('unsupported_key', `Private keys on the curve ${oid} are not supported`);
  }
  return curve;
}

/** As long as the order, and from 1 to the order less one. The same steps are taken for every number. */
function checkScalar({ name, order }: Curve, scalar: Uint8Array): Uint8Array {
  if (scalar.length !== order.length) {
    throw new PrivateKeyError(
      'malformed',
      `The ${name} private key has ${scalar.length} octets instead of ${order.length}`,
    );
  }
  let borrow = 0;
  let bits = 0;
  for (let index = order.length - 1; index >= 0; index--) {
    const octet = scalar[index] ?? 0;
    borrow = ((octet - (order[index] ?? 0) - borrow) >> 8) & 1;
    bits |= octet;
  }
  if (borrow === 0 || bits === 0) {
    throw new PrivateKeyError('malformed', `The ${name} private key is not between 0 and the curve's order`);
  }
  return scalar;
}

/** RFC 5480 section 2.2, as the public keys of certificates: uncompressed. */
function checkPoint({ name, order }: Curve, point: Uint8Array): Uint8Array {
  // On these curves coordinates are as long as the order.
  if (point[0] !== 4 || point.length !== 1 + 2 * order.length) {
    throw new PrivateKeyError('unsupported_key', `The ${name} public key is not an uncompressed point`);
  }
  return new Uint8Array(point);
}
