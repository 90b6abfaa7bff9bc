import { type CryptoProvider, findGroup, type GroupName } from '@halfclose/crypto';
import type { Case } from '../runner/suite.ts';
import { expectOctets, toHex, unlessRefused } from './expect.ts';
import { casesThroughProviders } from './hash.ts';
import type { Vector, VectorFile } from './vectors.ts';

/**
 * Diffie-Hellman with public keys in TLS's form. Of what is acceptable, TLS takes everything but two: the all-zero secret
 * (RFC 8446 section 7.4.2) and compressed points (section 4.2.8.2).
 */
export function keyExchangeCases(
  file: VectorFile,
  name: GroupName,
  privateKeyLength: number,
): Iterable<Case> {
  return casesThroughProviders(file, async (provider, _group, vector) => {
    const { fields } = vector;
    const secret = await agree(
      provider,
      name,
      privateKeyOf(vector, privateKeyLength),
      fields.octets('public'),
    );
    if (isTaken(vector)) {
      if (secret === undefined) throw new Error('The public key is refused');
      expectOctets('The secret', secret, fields.octets('shared'));
    } else if (secret !== undefined) {
      throw new Error(`The public key is taken, the secret is ${toHex(secret)}`);
    }
  });
}

function isTaken({ result, flags }: Vector): boolean {
  if (result !== 'acceptable') return result === 'valid';
  return !flags.includes('ZeroSharedSecret') && !flags.includes('CompressedPoint');
}

async function agree(
  provider: CryptoProvider,
  name: GroupName,
  privateKey: Uint8Array,
  peerPublicKey: Uint8Array,
): Promise<Uint8Array | undefined> {
  const pair = await findGroup(provider, name).generate((output) => output.set(privateKey));
  return unlessRefused(() => pair.agree(peerPublicKey));
}

/** In exactly so many octets: the files write numbers with leading zeros, or without. */
function privateKeyOf({ fields }: Vector, privateKeyLength: number): Uint8Array {
  const octets = fields.octets('private');
  const rest = octets.subarray(0, Math.max(0, octets.length - privateKeyLength));
  if (rest.some((octet) => octet !== 0)) throw new RangeError(`The private key has ${octets.length} octets`);
  const privateKey = new Uint8Array(privateKeyLength);
  const significant = octets.subarray(rest.length);
  privateKey.set(significant, privateKeyLength - significant.length);
  return privateKey;
}
