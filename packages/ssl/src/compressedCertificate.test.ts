/** Certificates that a server compressed (RFC 8879), for a socket whose platform can make them long again. */
import { deflateSync, inflateSync } from 'node:zlib';
import {
  type CertificateDecompressor,
  createCertificateCompression,
  SSLContext,
  type SSLError,
} from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import { createScriptedServer, overTransport } from '@halfclose/testing/peer';
import { encodeCompressedCertificate, handshakeMessage, handshakeTypes } from '@halfclose/tls/codec';
import { memoryPair } from '@halfclose/transports/memory';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });
const zlib: CertificateDecompressor = {
  algorithm: 'zlib',
  decompress: async (input, length) => new Uint8Array(inflateSync(input, { maxOutputLength: length })),
};

async function handshake(decompressors: readonly CertificateDecompressor[]): Promise<string> {
  const [ours, theirs] = memoryPair();
  const server = createScriptedServer({
    credentials,
    tamper: {
      certificate: ({ body }) =>
        handshakeMessage(
          handshakeTypes.compressedCertificate,
          encodeCompressedCertificate({
            algorithm: 1,
            uncompressedLength: body.length,
            compressedCertificateMessage: new Uint8Array(deflateSync(body)),
          }),
        ),
    },
  });
  const peer = overTransport(server, theirs);
  const context = new SSLContext(
    createTestPlatform({ certificateCompression: createCertificateCompression(decompressors) }),
  );
  await context.loadVerifyLocations({ cadata: root.pem });
  const socket = context.wrapSocket(ours, { serverHostname: 'localhost' });
  try {
    await socket.doHandshake();
    return socket.facts?.verifiedChain.length === 2 ? 'verified' : 'not verified';
  } catch (error) {
    return (error as SSLError).reason;
  } finally {
    await Promise.all([socket.close(), peer.close()]);
  }
}

test('are verified like others', async () => {
  assert.is(await handshake([zlib]), 'verified');
});

test('are refused where the platform can do nothing with them', async () => {
  assert.is(await handshake([]), 'UNEXPECTED_MESSAGE');
});

test.run();
