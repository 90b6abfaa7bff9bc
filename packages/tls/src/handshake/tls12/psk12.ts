/** Pre-shared keys in TLS 1.2, RFC 4279 and RFC 5489. */
import type { MaybePromise } from '@halfclose/crypto';
import { local } from '../../endings.ts';
import { cipherSuiteCodes12 } from '../../protocol/cipherSuiteCodes12.ts';
import { settle } from '../steps.ts';
import type { PreSharedKey12, Tls12Part } from './parts12.ts';

/** Octets that a length of two octets can tell, RFC 4279 section 2. */
const longestPsk = 0xffff;

/**
 * Suites with a pre-shared key, for `createTls12`.
 * @param keyFor the key for the server; its hint is undefined where it gave none, and where a session is to be resumed
 */
export function psk12(keyFor: (hint: Uint8Array | undefined) => MaybePromise<PreSharedKey12>): Tls12Part {
  return {
    suiteCodes: cipherSuiteCodes12,
    psk: {
      keyFor,
      *add(exchanged, hint, writer) {
        const { key, identity } = yield* settle(keyFor(hint));
        if (key.length === 0) {
          throw local('PSK_IDENTITY_NOT_FOUND', 'there is no pre-shared key for this server');
        }
        if (key.length > longestPsk || identity.length > longestPsk) {
          throw local(
            'INVALID_CONFIGURATION',
            `a pre-shared key of ${key.length} octets with an identity of ${identity.length} can't be sent`,
          );
        }
        writer.vector16(() => writer.bytes(identity));
        exchanged?.write(writer);
        // RFC 4279 section 2: without another secret, as many zeros as the key has octets.
        const other = exchanged?.secret ?? new Uint8Array(key.length);
        return { premaster: premasterOf(other, key), identity: new Uint8Array(identity) };
      },
    },
  };
}

/** Both after their lengths in two octets each. A Writer would leave a copy behind. */
function premasterOf(other: Uint8Array, key: Uint8Array): Uint8Array {
  const premaster = new Uint8Array(4 + other.length + key.length);
  premaster.set([other.length >>> 8, other.length & 0xff]);
  premaster.set(other, 2);
  premaster.set([key.length >>> 8, key.length & 0xff], 2 + other.length);
  premaster.set(key, 4 + other.length);
  return premaster;
}
