import type { PrivateKey } from '@halfclose/crypto';
import { readAlgorithmIdentifier } from '../certificate/algorithmIdentifier.ts';
import { asBitStringOctets, asOctetString, asSmallInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { contextConstructed, contextPrimitive, tags } from '../der/tags.ts';
import { ecPrivateKey, ecPublicKeyOid, readEcPrivateKey } from './ecPrivateKey.ts';
import { edwardsPrivateKey, edwardsTypes } from './edwardsPrivateKey.ts';
import { PrivateKeyError, withoutSecrets } from './errors.ts';
import { type PrivateKeyForm, privateKeyForm } from './forms.ts';
import { mlDsaPrivateKey, mlDsaTypes } from './mlDsaPrivateKey.ts';
import { readRsaPrivateKey, rsaPrivateKey } from './rsaPrivateKey.ts';

/**
 * Reads one private key, which must be all of `der`: PKCS #8 (RFC 5958), or the older forms that RSA (RFC 8017
 * appendix A.1.2) and EC (RFC 5915) have of their own. The result has octets of its own: `der` can be wiped, and
 * the key by `wipePrivateKey`. Numbers of RSA are held against each other with BigInts, of which memory may keep
 * copies until it is used for something else.
 * @throws PrivateKeyError `malformed`, `unsupported_key`, `inconsistent`; `password_required` where it is encrypted
 */
export function parsePrivateKey(der: Uint8Array): PrivateKey {
  return withoutSecrets(() => {
    const form = privateKeyForm(der);
    return DerReader.read(der, 'PrivateKey', (reader) =>
      reader.sequence('PrivateKey', (contents) => readPrivateKey(contents, form)),
    );
  });
}

function readPrivateKey(contents: DerReader, form: PrivateKeyForm): PrivateKey {
  if (form === 'encrypted') {
    throw new PrivateKeyError('password_required', 'The private key is encrypted, and there is no password');
  }
  const version = contents.within(tags.integer, 'version', asSmallInteger);
  switch (form) {
    case 'RSA':
      return readRsaPrivateKey(contents, version);
    case 'EC':
      return readEcPrivateKey(contents, version, undefined);
    case 'PKCS #8':
      return readOneAsymmetricKey(contents, version);
  }
}

/** OneAsymmetricKey, RFC 5958 section 2, after its version. */
function readOneAsymmetricKey(contents: DerReader, version: number): PrivateKey {
  if (version > 1) throw contents.error(`the version number ${version} is not known`);
  const algorithm = readAlgorithmIdentifier(contents, 'privateKeyAlgorithm');
  const privateKey = contents.within(tags.octetString, 'privateKey', asOctetString);
  // Nothing here needs what they might say.
  contents.optional(contextConstructed(0), 'attributes', (attributes) => attributes.rest());
  // "If publicKey is present, then version is set to v2 else version is set to v1."
  const publicKey =
    version === 1 ? contents.within(contextPrimitive(1), 'publicKey', asBitStringOctets) : undefined;

  const wrapped = { algorithm, privateKey, publicKey };
  if (algorithm.oid === ecPublicKeyOid) return ecPrivateKey(wrapped);
  const edwardsType = edwardsTypes.get(algorithm.oid);
  if (edwardsType !== undefined) return edwardsPrivateKey(edwardsType, wrapped);
  const mlDsaType = mlDsaTypes.get(algorithm.oid);
  if (mlDsaType !== undefined) return mlDsaPrivateKey(mlDsaType, wrapped);
  return rsaPrivateKey(wrapped);
}
