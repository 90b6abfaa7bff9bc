/** Certificates that the server compressed: RFC 8879. */

import { deflateSync, inflateSync } from 'node:zlib';
import { createAuthority } from '@halfclose/testing/ca';
import {
  body,
  converseWaiting,
  createScriptedServer,
  outcomeOf,
  refusal,
  type Tamper,
  type Tried,
  testConfig,
  testProvider,
  trials,
} from '@halfclose/testing/peer';
import { createCertificateCompression } from '@halfclose/tls';
import {
  compressCertificateExtension,
  encodeCompressedCertificate,
  extensionTypes,
  findExtension,
  type HandshakeMessage,
  handshakeMessage,
  handshakeTypes,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createClientConnection } from './clientConnection.ts';
import type { CertificateDecompressor } from './credential.ts';

const attempt = await trials();
const credentials = await (await createAuthority()).issue({});

const zlib: CertificateDecompressor = {
  algorithm: 'zlib',
  decompress: (input, length) => new Uint8Array(inflateSync(input, { maxOutputLength: length })),
};

/** As the message would have been, and what is wrong with it. */
const compressed =
  (
    change: { readonly algorithm?: number; readonly uncompressedLength?: number } = {},
    compress: (bytes: Uint8Array) => Uint8Array = (bytes) => new Uint8Array(deflateSync(bytes)),
  ): ((message: HandshakeMessage) => HandshakeMessage) =>
  (message) =>
    handshakeMessage(
      handshakeTypes.compressedCertificate,
      encodeCompressedCertificate({
        algorithm: 1,
        uncompressedLength: message.body.length,
        compressedCertificateMessage: compress(message.body),
        ...change,
      }),
    );

const sent = (certificate: Tamper, certificateDecompressors = [zlib]): Tried =>
  attempt({
    client: { certificateCompression: createCertificateCompression(certificateDecompressors) },
    server: { tamper: { certificate } },
  });

const right = suite('a compressed certificate');

right('is asked for where there is something to decompress it, in its order', () => {
  const brotli = { ...zlib, algorithm: 'brotli' as const };
  const own = { ...zlib, algorithm: 0xff01 };
  for (const [certificateDecompressors, offered] of [
    [undefined, undefined],
    [[], undefined],
    [[zlib], [2, 0, 1]],
    [
      [brotli, own, zlib],
      [6, 0, 2, 0xff, 1, 0, 1],
    ],
  ] as const) {
    const { server } = attempt({
      client: certificateDecompressors
        ? { certificateCompression: createCertificateCompression(certificateDecompressors) }
        : {},
    });
    const extension = findExtension(server.hellos[0]?.extensions ?? [], extensionTypes.compressCertificate);
    assert.equal(extension && [...extension.data], offered);
  }
});

right('is as good as one that is not, and both may come', () => {
  const plain = sent((message) => message);
  const short = sent(compressed());
  for (const { client, server } of [plain, short]) {
    assert.is(client.error, undefined);
    assert.is(server.error, undefined);
    assert.ok(server.done);
    assert.equal(client.facts?.peerCertificates, plain.client.facts?.peerCertificates);
  }
});

right('may take its time to become long again', async () => {
  const server = createScriptedServer({
    credentials,
    crypto: testProvider('server'),
    tamper: { certificate: compressed() },
  });
  const slow: CertificateDecompressor = {
    algorithm: 'zlib',
    decompress: async (input, length) => zlib.decompress(input, length),
  };
  const client = createClientConnection(
    testConfig({ certificateCompression: createCertificateCompression([slow]) }),
  );
  await converseWaiting(client, server);
  assert.is(client.error, undefined);
  assert.ok(server.done);
});

right.run();

const wrong = suite('a compressed certificate that is refused');

wrong('because nobody asked', () => {
  const tried = attempt({ server: { tamper: { certificate: compressed() } } });
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
});

wrong('because it is compressed in another way', () => {
  for (const algorithm of [0, 2, 3, 0xffff]) {
    assert.equal(
      outcomeOf(sent(compressed({ algorithm }))),
      refusal('illegal_parameter', 'UNKNOWN_CERT_COMPRESSION_ALG'),
    );
  }
});

wrong('because a shaped hello asked for what nothing here decompresses', () => {
  const asked = compressCertificateExtension([2]);
  const tried = attempt({
    client: {
      certificateCompression: createCertificateCompression([]),
      shapeClientHello: (hello) => ({ ...hello, extensions: [...hello.extensions, asked] }),
    },
    server: { tamper: { certificate: compressed({ algorithm: 2 }) } },
  });
  assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'UNKNOWN_CERT_COMPRESSION_ALG'));
});

const failed = refusal('bad_certificate', 'CERT_DECOMPRESSION_FAILED');

wrong('because it is longer or shorter than the server says', () => {
  const lax: CertificateDecompressor = {
    algorithm: 'zlib',
    decompress: (input) => new Uint8Array(inflateSync(input)),
  };
  for (const decompressor of [zlib, lax]) {
    for (const uncompressedLength of [0, 1, 100, 10_000]) {
      assert.equal(outcomeOf(sent(compressed({ uncompressedLength }), [decompressor])), failed);
    }
  }
});

wrong('because it is no compressed anything', () => {
  assert.equal(outcomeOf(sent(compressed({}, () => Uint8Array.of(1, 2, 3)))), failed);
  assert.equal(outcomeOf(sent(compressed({}, (bytes) => deflateSync(bytes).subarray(0, -10)))), failed);
});

wrong('because it would be too long, before anything is decompressed', () => {
  let asked = 0;
  const counting: CertificateDecompressor = {
    algorithm: 'zlib',
    decompress(input, length) {
      asked++;
      return zlib.decompress(input, length);
    },
  };
  const bomb = compressed({ uncompressedLength: 2 ** 24 - 1 }, () =>
    deflateSync(new Uint8Array(2 ** 24 - 1)),
  );
  const tooLarge = refusal('bad_certificate', 'UNCOMPRESSED_CERT_TOO_LARGE');
  assert.equal(outcomeOf(sent(bomb, [counting])), tooLarge);
  const client = {
    certificateCompression: createCertificateCompression([counting]),
    maxCertificateLength: 100,
  };
  const server = { tamper: { certificate: compressed({}, () => new Uint8Array(10)) } };
  assert.equal(outcomeOf(attempt({ client, server })), tooLarge);
  assert.is(asked, 0);
});

wrong('because what it stands for is malformed', () => {
  for (const octets of [[0], [0, 0, 0, 1], [0, 0, 0, 0, 0]]) {
    const bytes = Uint8Array.from(octets);
    const other = compressed({ uncompressedLength: bytes.length }, () => deflateSync(bytes));
    assert.equal(outcomeOf(sent(other)), refusal('decode_error', 'DECODE_ERROR'), `[${octets}]`);
  }
});

wrong('because it is malformed itself', () => {
  for (const octets of [
    [],
    [0, 1],
    [0, 1, 0, 0],
    [0, 1, 0, 0, 9],
    [0, 1, 0, 0, 9, 0, 0, 0],
    [0, 1, 0, 0, 9, 0, 0, 2, 1],
  ]) {
    const certificate: Tamper = (message) =>
      body(() => Uint8Array.from(octets))(
        handshakeMessage(handshakeTypes.compressedCertificate, message.body),
      );
    assert.equal(outcomeOf(sent(certificate)), refusal('decode_error', 'DECODE_ERROR'), `[${octets}]`);
  }
});

wrong('a Certificate that is longer than the configuration takes is, too', () => {
  const tried = attempt({ client: { maxCertificateLength: 100 } });
  assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'EXCESSIVE_MESSAGE_SIZE'));
});

wrong.run();
