import { type HashAlgorithm, wipe } from '@halfclose/crypto';
import { deriveSecret, expandLabel } from './keySchedule.ts';

const nothing = new Uint8Array(0);

/** TLS-Exporter, RFC 8446 section 7.5. The caller wipes what it gets. */
export function exportFrom(
  hash: HashAlgorithm,
  exporterMasterSecret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const secret = deriveSecret(hash, exporterMasterSecret, label, hash.digest(nothing));
  const exported = expandLabel(hash, secret, 'exporter', hash.digest(context), length);
  wipe(secret);
  return exported;
}
