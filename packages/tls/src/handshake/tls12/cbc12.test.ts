import { randomFillSync, webcrypto } from 'node:crypto';
import {
  type CryptoProvider,
  createDefaultProvider,
  createPortableProvider,
  type PortableOptions,
} from '@halfclose/crypto';
import { createWebCryptoProvider } from '@halfclose/crypto/webcrypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cipherSuite12 } from '../../protocol/cipherSuiteCodes12.ts';
import { allSuites12, attempt12, credentials, outcome12 } from '../../testing/trials12.ts';
import { cbcHmacsFor } from './cbc12.ts';

const test = suite('AES-CBC of TLS 1.2');
const random = (output: Uint8Array): void => void randomFillSync(output);
const names = allSuites12.map((name) => cipherSuite12(name).cipher);
const wanted = new Set(names.flatMap((cipher) => ('cbcHmac' in cipher ? [cipher.cbcHmac] : [])));

const providers: Readonly<Record<string, (options: PortableOptions) => CryptoProvider>> = {
  portable: (options) => createPortableProvider(random, options),
  default: (options) => createDefaultProvider(random, options),
  WebCrypto: (options) => createWebCryptoProvider(webcrypto, options),
};
for (const [provider, create] of Object.entries(providers)) {
  const constantTime = (options: PortableOptions): boolean[] => {
    const found = cbcHmacsFor(create(options));
    assert.equal(new Set(found.map(({ name }) => name)), wanted);
    return [...new Set(found.map((cbcHmac) => cbcHmac.constantTime))];
  };
  test(`who refuses AES by tables gets none here either: ${provider}`, () => {
    assert.equal(constantTime({ constantTimeAes: true }), [true]);
    assert.equal(constantTime({}), [false]);
  });
}

for (const encryptThenMac of [true, false]) {
  test(`goes through a connection, ${encryptThenMac ? 'encrypt-then-MAC' : 'MAC-then-encrypt'}`, () => {
    const crypto = createPortableProvider(random, { constantTimeAes: true });
    const tried = attempt12({
      client: { crypto },
      server: { suite: 'TLS_RSA_WITH_AES_256_CBC_SHA256', credentials: credentials.rsa, encryptThenMac },
      after: (server, client) => {
        client.write(Buffer.from('ping'));
        server.sendRecord(23, Buffer.from('pong'));
      },
    });
    assert.is(outcome12(tried), 'done');
    assert.is(tried.server.data.toString(), 'ping');
    assert.is(tried.plaintext.toString(), 'pong');
  });
}
test.run();
