import { constants, createHash, generateKeyPairSync, privateEncrypt, sign } from 'node:crypto';
import { bytesToNumberBE, numberToBytesBE } from '@noble/curves/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rsaPkcs1Sha256, rsaPkcs1Sha384, rsaPkcs1Sha512 } from './rsaPkcs1.ts';
import { rsaPssSha256, rsaPssSha384, rsaPssSha512 } from './rsaPss.ts';

function decodeBase64url(text: string | undefined): Uint8Array {
  return Uint8Array.from(Buffer.from(text ?? '', 'base64url'));
}

function generateKey(modulusLength: number, publicExponent = 65537) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  const { n, e } = publicKey.export({ format: 'jwk' });
  return {
    privateKey,
    publicKey: {
      type: 'RSA',
      modulus: decodeBase64url(n),
      exponent: decodeBase64url(e),
      pssOnly: false,
    } as const,
  };
}

const { privateKey, publicKey } = generateKey(2048);
const { modulus } = publicKey;
const message = Uint8Array.from(Buffer.from('a message'));

/** The signature whose encoded message is `encoded`, whatever that is: the bare private operation. */
function signEncoded(encoded: Uint8Array): Uint8Array {
  assert.is(encoded.length, 256);
  return Uint8Array.from(privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded));
}

function digest(hash: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const state = createHash(hash);
  for (const part of parts) state.update(part);
  return Uint8Array.from(state.digest());
}

const algorithms = [
  { hash: 'sha256', saltLength: 32, pkcs1: rsaPkcs1Sha256, pss: rsaPssSha256 },
  { hash: 'sha384', saltLength: 48, pkcs1: rsaPkcs1Sha384, pss: rsaPssSha384 },
  { hash: 'sha512', saltLength: 64, pkcs1: rsaPkcs1Sha512, pss: rsaPssSha512 },
] as const;

function signPss(hash: string, saltLength: number, data: Uint8Array = message): Uint8Array {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return Uint8Array.from(sign(hash, data, { key: privateKey, padding, saltLength }));
}

function signPkcs1(hash: string, data: Uint8Array = message): Uint8Array {
  return Uint8Array.from(sign(hash, data, privateKey));
}

for (const { hash, saltLength, pkcs1, pss } of algorithms) {
  test(`${hash}: takes what OpenSSL signs`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
        assert.is(pkcs1.verify(publicKey, data, signPkcs1(hash, data)), true);
        assert.is(pss.verify(publicKey, data, signPss(hash, saltLength, data)), true);
      }),
      { numRuns: 10 },
    );
  });

  test(`${hash}: one flipped bit of message or signature is false`, () => {
    const signatures = { pkcs1: signPkcs1(hash), pss: signPss(hash, saltLength) };
    fc.assert(
      fc.property(fc.constantFrom('pkcs1', 'pss'), fc.boolean(), fc.nat(), (kind, inMessage, bit) => {
        const data = message.slice();
        const signature = signatures[kind].slice();
        const target = inMessage ? data : signature;
        const at = bit % (target.length * 8);
        target[at >> 3] = (target[at >> 3] ?? 0) ^ (1 << (at & 7));
        assert.is({ pkcs1, pss }[kind].verify(publicKey, data, signature), false);
      }),
      { numRuns: 40 },
    );
  });

  test(`${hash}: one scheme's signature, or another hash's, is not the other's`, () => {
    assert.is(pkcs1.verify(publicKey, message, signPss(hash, saltLength)), false);
    assert.is(pss.verify(publicKey, message, signPkcs1(hash)), false);
    for (const other of algorithms.filter((algorithm) => algorithm.hash !== hash)) {
      assert.is(pkcs1.verify(publicKey, message, signPkcs1(other.hash)), false);
      assert.is(pss.verify(publicKey, message, signPss(other.hash, other.saltLength)), false);
    }
  });

  test(`${hash}: a key for PSS only verifies nothing else`, () => {
    const pssOnly = { ...publicKey, pssOnly: true };
    assert.is(pkcs1.verify(pssOnly, message, signPkcs1(hash)), false);
    assert.is(pss.verify(pssOnly, message, signPss(hash, saltLength)), true);
  });

  test(`${hash}: a salt of another length than the hash's is false`, () => {
    const longest = 256 - saltLength - 2;
    for (const length of [0, 1, 20, saltLength - 1, saltLength + 1, longest]) {
      assert.is(pss.verify(publicKey, message, signPss(hash, length)), false, `${length}`);
    }
  });

  test(`${hash}: wrong lengths and numbers are false`, () => {
    const wrong = [
      new Uint8Array(0),
      new Uint8Array(256),
      numberToBytesBE(1n, 256),
      modulus,
      numberToBytesBE(bytesToNumberBE(modulus) - 1n, 256),
      new Uint8Array(256).fill(0xff),
      new Uint8Array(255).fill(1),
      Uint8Array.of(0, ...signPkcs1(hash)),
      Uint8Array.of(0, ...signPss(hash, saltLength)),
      Uint8Array.of(...signPkcs1(hash), 0),
      Uint8Array.of(...signPss(hash, saltLength), 0),
    ];
    for (const signature of wrong) {
      assert.is(pkcs1.verify(publicKey, message, signature), false);
      assert.is(pss.verify(publicKey, message, signature), false);
    }
  });
}

test('other sizes and exponents', () => {
  for (const [bits, exponent] of [
    [2056, 3],
    [3072, 65537],
    [2048, 17],
  ] as const) {
    const other = generateKey(bits, exponent);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const pss = sign('sha384', message, { key: other.privateKey, padding, saltLength: 48 });
    assert.is(
      rsaPkcs1Sha256.verify(other.publicKey, message, sign('sha256', message, other.privateKey)),
      true,
    );
    assert.is(rsaPssSha384.verify(other.publicKey, message, pss), true);
  }
});

test('the modulus added to a signature is false, though it is the same residue', () => {
  const n = bytesToNumberBE(modulus);
  for (const make of [signPkcs1, (hash: string, data: Uint8Array) => signPss(hash, 32, data)]) {
    let data: Uint8Array;
    let sum: bigint;
    let counter = 0;
    do {
      data = Uint8Array.of(counter >> 8, counter);
      counter += 1;
      sum = bytesToNumberBE(make('sha256', data)) + n;
    } while (sum >= 2n ** 2048n);
    const algorithm = make === signPkcs1 ? rsaPkcs1Sha256 : rsaPssSha256;
    assert.is(algorithm.verify(publicKey, data, numberToBytesBE(sum - n, 256)), true);
    assert.is(algorithm.verify(publicKey, data, numberToBytesBE(sum, 256)), false);
  }
});

// PKCS#1 v1.5: encodings that lenient parsers have taken.

const messageDigest = digest('sha256', message);
const digestInfo = Uint8Array.from(
  Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), messageDigest]),
);

/** `head | FF … FF | 00 | tail`, with padding to fill 256 octets, or of `paddingLength` and garbage after. */
function encodePkcs1(
  tail: Uint8Array,
  { head = [0, 1], filler = 0xff, separator = 0, paddingLength = 256 - 3 - tail.length } = {},
): Uint8Array {
  const encoded = new Uint8Array(256).fill(0x5a);
  encoded.set(head);
  encoded.fill(filler, 2, 2 + paddingLength);
  encoded[2 + paddingLength] = separator;
  encoded.set(tail, 3 + paddingLength);
  return encoded;
}

const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const withDigest = (prefix: string) => Uint8Array.of(...fromHex(prefix), ...messageDigest);

function verifyEncoded(encoded: Uint8Array): unknown {
  return rsaPkcs1Sha256.verify(publicKey, message, signEncoded(encoded));
}

test('PKCS#1: the one right encoding, made here, is true', () => {
  assert.is(verifyEncoded(encodePkcs1(digestInfo)), true);
});

test('PKCS#1: forged and lenient encodings are false', () => {
  const shifted = encodePkcs1(digestInfo);
  const brokenPadding = shifted.slice();
  brokenPadding[100] = 0xfe;
  const forged: Record<string, Uint8Array> = {
    'garbage after the DigestInfo, shortest padding': encodePkcs1(digestInfo, { paddingLength: 8 }),
    'garbage after the DigestInfo, padding of any length': encodePkcs1(digestInfo, { paddingLength: 150 }),
    'one octet after the DigestInfo': encodePkcs1(Uint8Array.of(...digestInfo, 0)),
    'no padding': encodePkcs1(digestInfo, { paddingLength: 0 }),
    'block type 0': encodePkcs1(digestInfo, { head: [0, 0], filler: 0 }),
    'block type 2': encodePkcs1(digestInfo, { head: [0, 2] }),
    'first octet 1': encodePkcs1(digestInfo, { head: [1, 1] }),
    'padding of zeros': encodePkcs1(digestInfo, { filler: 0 }),
    'one octet of padding other than FF': brokenPadding,
    'separator other than zero': encodePkcs1(digestInfo, { separator: 0xff }),
    'parameters missing': encodePkcs1(withDigest('302f300b0609608648016503040201' + '0420')),
    'garbage as parameters': encodePkcs1(withDigest('3035301106096086480165030402010404deadbeef0420')),
    'garbage beside the parameters': encodePkcs1(
      withDigest('30333010060960864801650304020105000c0100' + '0420'),
    ),
    'garbage within the NULL': encodePkcs1(withDigest('3033300f0609608648016503040201050200000420')),
    'lengths not minimal': encodePkcs1(withDigest('308131300d060960864801650304020105000420')),
    'digest length not minimal': encodePkcs1(withDigest('3032300d06096086480165030402010500048120')),
    'indefinite length': encodePkcs1(
      Uint8Array.of(...withDigest('3080300d060960864801650304020105000420'), 0, 0),
    ),
    'digest as BIT STRING': encodePkcs1(withDigest('3031300d060960864801650304020105000320')),
    'identifier of SHA-384': encodePkcs1(withDigest('3031300d060960864801650304020205000420')),
    'identifier of SHA-1': encodePkcs1(withDigest('3029300906052b0e03021a05000420')),
    'digest alone': encodePkcs1(messageDigest),
    'digest cut': encodePkcs1(digestInfo.subarray(0, -1)),
    'digest of another message': encodePkcs1(
      Uint8Array.of(...digestInfo.subarray(0, 19), ...digest('sha256')),
    ),
  };
  for (const [what, encoded] of Object.entries(forged)) assert.is(verifyEncoded(encoded), false, what);
});

// PSS: an encoder of its own (RFC 8017 section 9.1.1), with every step open to be done wrong.

function mgf1ByNode(hash: string, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let counter = 0; blocks.length * 20 < length; counter += 1) {
    blocks.push(digest(hash, seed, Uint8Array.of(0, 0, 0, counter)));
  }
  return Uint8Array.from(Buffer.concat(blocks)).subarray(0, length);
}

function encodePss({
  salt = new Uint8Array(32).fill(0x33),
  maskHash = 'sha256',
  trailer = 0xbc,
  separator = 1,
  paddingAt = -1,
  topBit = 0,
  prefix = new Uint8Array(8),
} = {}): Uint8Array {
  const h = digest('sha256', prefix, messageDigest, salt);
  const db = new Uint8Array(256 - 33);
  db[db.length - salt.length - 1] = separator;
  db.set(salt, db.length - salt.length);
  if (paddingAt >= 0) db[paddingAt] = 1;
  const mask = mgf1ByNode(maskHash, h, db.length);
  const masked = db.map((octet, index) => octet ^ (mask[index] ?? 0));
  masked[0] = ((masked[0] ?? 0) & 0x7f) | topBit;
  return Uint8Array.of(...masked, ...h, trailer);
}

const verifyPss = (encoded: Uint8Array) => rsaPssSha256.verify(publicKey, message, signEncoded(encoded));

test('PSS: the right encoding, made here, is true', () => {
  assert.is(verifyPss(encodePss()), true);
  assert.is(verifyPss(encodePss({ salt: new Uint8Array(32) })), true);
});

test('PSS: wrong encodings are false', () => {
  const wrong = {
    'salt one octet longer': encodePss({ salt: new Uint8Array(33).fill(0x33) }),
    'salt one octet shorter': encodePss({ salt: new Uint8Array(31).fill(0x33) }),
    'salt empty': encodePss({ salt: new Uint8Array(0) }),
    'a shorter salt behind another 01': encodePss({ salt: new Uint8Array(31).fill(0x33), paddingAt: 190 }),
    'another MGF1 hash': encodePss({ maskHash: 'sha1' }),
    'another trailer': encodePss({ trailer: 0xcc }),
    'separator 0': encodePss({ separator: 0 }),
    'separator 2': encodePss({ separator: 2 }),
    'padding not zero at its start': encodePss({ paddingAt: 0 }),
    'padding not zero in the middle': encodePss({ paddingAt: 100 }),
    'padding not zero at its end': encodePss({ paddingAt: 189 }),
    'another prefix': encodePss({ prefix: new Uint8Array(8).fill(1) }),
  };
  for (const [what, encoded] of Object.entries(wrong)) assert.is(verifyPss(encoded), false, what);
});

test('PSS: the top bit of the encoding is zero', () => {
  // With its top bit set the encoding must stay below the modulus, so a small rest is looked for.
  let salt = new Uint8Array(32);
  while ((encodePss({ salt })[0] ?? 0) !== 0) {
    salt = salt.slice();
    salt[0] = ((salt[0] ?? 0) + 1) & 0xff;
    if (salt[0] === 0) salt[1] = (salt[1] ?? 0) + 1;
  }
  assert.is(verifyPss(encodePss({ salt })), true);
  assert.is(verifyPss(encodePss({ salt, topBit: 0x80 })), false);
});

test.run();
