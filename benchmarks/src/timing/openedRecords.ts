/** Connections of TLS 1.2 under AES-CBC and HMAC-SHA1, MAC-then-encrypt, and records for them that are no good. */
import { createCipheriv, createHmac, randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { CryptoProvider } from '@halfclose/crypto';
import { createAuthority } from '@halfclose/testing/ca';
import { type ClientConnection, cbc12, createClientConnection, createTls12, rsa12 } from '@halfclose/tls';
import { createUncheckedVerifier } from '@halfclose/x509';

/** The suite whose handshake is the shortest. */
const suite = 'TLS_RSA_WITH_AES_128_CBC_SHA';

/** OpenSSL's SSL_OP_NO_ENCRYPT_THEN_MAC, which Node has no name for. */
const noEncryptThenMac = 1 << 19;

const ivLength = 16;

/** Octets of what is encrypted. */
const plaintextLength = 320;

/** A connection that is done with its handshake, and what is to come next. */
export interface Awaiting {
  readonly connection: ClientConnection;
  /** The server's next record, of zeros that end so. */
  forge(ending: Uint8Array): Uint8Array;
}

/** Makes such connections, each with keys of its own. */
export async function createAwaiting(crypto: CryptoProvider): Promise<() => Promise<Awaiting>> {
  const issued = await (await createAuthority()).issue({ keyType: 'RSA-2048' });
  const secureContext = createSecureContext({
    cert: issued.chainPem,
    key: issued.privateKeyPem,
    maxVersion: 'TLSv1.2',
    ciphers: 'AES128-SHA:@SECLEVEL=0',
    secureOptions: noEncryptThenMac,
  });
  return async () => {
    const secrets: { clientRandom?: Buffer; master?: Buffer } = {};
    const connection = createClientConnection({
      crypto,
      clock: () => Date.now(),
      verifier: createUncheckedVerifier(),
      tls12: createTls12({ cipherSuites: [suite], parts: [cbc12, rsa12] }),
      maximumVersion: 'TLSv1.2',
      keyLog(line) {
        const [, clientRandom = '', master = ''] = line.split(' ');
        secrets.clientRandom = Buffer.from(clientRandom, 'hex');
        secrets.master = Buffer.from(master, 'hex');
      },
    });
    const serverRandom = await shakeHands(connection, secureContext);
    const { clientRandom, master } = secrets;
    if (clientRandom === undefined || master === undefined) throw new Error('No key was logged');
    const key = serverKey(master, serverRandom, clientRandom);
    return { connection, forge: (ending) => forge(key, ending) };
  };
}

/** @returns the server's random */
async function shakeHands(connection: ClientConnection, secureContext: SecureContext): Promise<Buffer> {
  let serverRandom: Buffer | undefined;
  const carrier: Duplex = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      // Of the first record, behind its header, that of the message, and the version.
      serverRandom ??= Buffer.from(chunk.subarray(11, 43));
      connection.receive(chunk);
      flush();
      done();
    },
  });
  const flush = (): void => {
    const output = connection.output().slice();
    connection.outputTaken(output.length);
    if (output.length > 0) carrier.push(output);
  };
  const server = new TLSSocket(carrier, { isServer: true, secureContext });
  server.on('error', () => {});
  flush();
  await once(server, 'secure');
  // The server's Finished may still be on its way.
  while (connection.facts === undefined) {
    if (connection.error !== undefined) throw connection.error;
    await new Promise((resolve) => setImmediate(resolve));
  }
  server.destroy();
  if (serverRandom === undefined) throw new Error('The server said nothing');
  return serverRandom;
}

/** server_write_key, RFC 5246 section 6.3: behind two keys for HMAC-SHA1, and that of the client. */
function serverKey(master: Buffer, serverRandom: Buffer, clientRandom: Buffer): Buffer {
  const seed = Buffer.concat([Buffer.from('key expansion'), serverRandom, clientRandom]);
  const hmac = (data: Buffer): Buffer => createHmac('sha256', master).update(data).digest();
  let a: Buffer = seed;
  let block: Buffer = Buffer.alloc(0);
  while (block.length < 72) {
    a = hmac(a);
    block = Buffer.concat([block, hmac(Buffer.concat([a, seed]))]);
  }
  return block.subarray(56, 72);
}

function forge(key: Buffer, ending: Uint8Array): Uint8Array {
  const plaintext = new Uint8Array(plaintextLength);
  plaintext.set(ending, plaintextLength - ending.length);
  const iv = randomFillSync(new Uint8Array(ivLength));
  const ciphertext = createCipheriv('aes-128-cbc', key, iv).setAutoPadding(false).update(plaintext);
  const length = ivLength + plaintextLength;
  return Uint8Array.of(23, 3, 3, length >>> 8, length & 0xff, ...iv, ...ciphertext);
}
