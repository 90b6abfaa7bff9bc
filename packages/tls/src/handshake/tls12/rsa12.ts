/** The premaster secret encrypted to the server's key, RFC 5246 section 7.4.7.1: no forward secrecy. */
import { CryptoError, encryptRsaPkcs1 } from '@halfclose/crypto';
import { local } from '../../endings.ts';
import { TLSError } from '../../errors.ts';
import { cipherSuiteCodes12 } from '../../protocol/cipherSuiteCodes12.ts';
import { protocolVersions } from '../../protocol/versions.ts';
import type { Steps } from '../steps.ts';
import { masterSecretLength } from './keySchedule12.ts';
import type { ExchangeContext12, Exchanged12, Tls12Part } from './parts12.ts';

/** Suites whose key exchange is by the RSA key of the server's certificate, for `createTls12`. */
export const rsa12: Tls12Part = {
  suiteCodes: cipherSuiteCodes12,
  keyExchange: { name: 'RSA', begin: () => encrypted },
};

/** The version that we offered, whatever the server chose, and 46 octets that nobody knows. */
function* encrypted({ config: { crypto }, publicKey, secrets }: ExchangeContext12): Steps<Exchanged12> {
  if (publicKey === undefined) throw local('INVALID_STATE', 'there is no key to encrypt to');
  const secret = secrets.keep(new Uint8Array(masterSecretLength));
  crypto.random(secret);
  secret[0] = protocolVersions.tls12 >>> 8;
  secret[1] = protocolVersions.tls12 & 0xff;
  try {
    const encryptedSecret = encryptRsaPkcs1(publicKey, secret, crypto.random);
    return {
      secret,
      group: undefined,
      write: (writer) => writer.vector16(() => writer.bytes(encryptedSecret)),
    };
  } catch (cause) {
    if (!(cause instanceof CryptoError) || cause.code !== 'unsupported_public_key') throw cause;
    throw new TLSError(`the server's key can't be used for RSA key exchange: ${cause.message}`, {
      fault: 'certificate',
      reason: 'WRONG_CERTIFICATE_TYPE',
      alert: 'unsupported_certificate',
      cause,
    });
  }
}
