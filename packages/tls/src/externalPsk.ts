/** Keys that both sides have had before any connection, RFC 8446 section 4.2.11, and their import by RFC 9258. */
import { type CryptoProvider, type HashName, hkdfExtract, wipe } from '@halfclose/crypto';
import { expandLabel } from './handshake/keySchedule.ts';
import { protocolVersions } from './protocol/versions.ts';
import { Writer } from './wire/writer.ts';

/** A key that both sides have, known by its identity. It stands for certificates: who has the key is who it says. */
export interface ExternalPsk {
  /**
   * 1 octet at least, and 2^13 for those of all keys. Sent in clear: it should not tell who people are. Another key takes
   * another identity: by that alone a session is known to rest on a key that is still here.
   */
  readonly identity: Uint8Array;
  /** Secret, and not to be guessed: a password is no key. 16 octets at least. */
  readonly key: Uint8Array;
  /** The hash of the cipher suites that it goes with. Left out: SHA-256, as RFC 8446 section 4.2.11 has it. */
  readonly hash?: HashName;
  /** Whether it is one that `importPsk` made, and is bound so. Left out: false. */
  readonly imported?: boolean;
}

/** A key to be imported: made to be used with any hash, and with nothing but TLS. */
export interface ImportablePsk {
  /** 1 to 1,024 octets. */
  readonly identity: Uint8Array;
  /** Secret, of 16 octets at least. */
  readonly key: Uint8Array;
  /** What both sides know beside it, as who they are: RFC 9258 section 3.1. At most 1,024 octets. Left out: nothing. */
  readonly context?: Uint8Array;
  /** The hash of the key itself, which derives the others. Left out: SHA-256. */
  readonly hash?: HashName;
}

/** Octets of identity and context each: both are in a hello, once for each hash. */
const maximumImported = 1024;

/** HKDF identifiers, RFC 9258 section 10. */
const targetKdfs = { 'SHA-256': 1, 'SHA-384': 2 } as const;

/**
 * One key for each hash that TLS 1.3 has, made of one key, RFC 9258 section 5.1. All of them are to be offered.
 * @throws RangeError where identity, key or context is empty or too long; or the hash is not there
 */
export function importPsk(psk: ImportablePsk, crypto: CryptoProvider): readonly ExternalPsk[] {
  const { identity, key, context = new Uint8Array(0), hash: hashName = 'SHA-256' } = psk;
  const hash = crypto.hashes.find(({ name }) => name === hashName);
  if (hash === undefined) throw new RangeError(`there is no ${hashName} to import a pre-shared key with`);
  if (identity.length < 1 || identity.length > maximumImported) {
    throw new RangeError(`an identity to import has ${identity.length} octets, not 1 to ${maximumImported}`);
  }
  if (context.length > maximumImported) {
    throw new RangeError(`a context to import has ${context.length} octets, more than ${maximumImported}`);
  }
  // RFC 9257 section 6: what is derived from it is as long as a hash, and as good as this.
  if (key.length < 16) throw new RangeError(`a pre-shared key has ${key.length} octets, fewer than 16`);
  const extracted = hkdfExtract(hash, new Uint8Array(hash.outputLength), key);
  const imported = crypto.hashes.flatMap((target): ExternalPsk[] => {
    if (target.name !== 'SHA-256' && target.name !== 'SHA-384') return [];
    const importedIdentity = encodeImportedIdentity(identity, context, targetKdfs[target.name]);
    return [
      {
        identity: importedIdentity,
        key: expandLabel(hash, extracted, 'derived psk', hash.digest(importedIdentity), target.outputLength),
        hash: target.name,
        imported: true,
      },
    ];
  });
  wipe(extracted);
  return imported;
}

/** ImportedIdentity, RFC 9258 section 5.1. */
function encodeImportedIdentity(identity: Uint8Array, context: Uint8Array, targetKdf: number): Uint8Array {
  const writer = new Writer();
  writer
    .vector16(() => writer.bytes(identity))
    .vector16(() => writer.bytes(context))
    .uint16(protocolVersions.tls13)
    .uint16(targetKdf);
  return writer.finish();
}
