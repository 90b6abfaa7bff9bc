import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { type Extension, readExtensions, writeExtensions } from './extension.ts';

/** ServerHello, RFC 8446 section 4.1.3; a HelloRetryRequest (section 4.1.4) has its form. */
export interface ServerHello {
  readonly legacyVersion: number;
  /** 32 octets. */
  readonly random: Uint8Array;
  /** 0 to 32 octets. */
  readonly legacySessionIdEcho: Uint8Array;
  readonly cipherSuite: number;
  readonly legacyCompressionMethod: number;
  readonly extensions: readonly Extension[];
}

/** The random of a ServerHello that is a HelloRetryRequest: SHA-256 of "HelloRetryRequest", section 4.1.3. */
export const helloRetryRequestRandom: Uint8Array = Uint8Array.of(
  ...[0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91],
  ...[0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c],
);

export function isHelloRetryRequest(hello: Pick<ServerHello, 'random'>): boolean {
  return hello.random.every((octet, i) => octet === helloRetryRequestRandom[i]);
}

export function encodeServerHello(hello: ServerHello): Uint8Array {
  const writer = new Writer();
  writer
    .uint16(hello.legacyVersion)
    .bytes(hello.random)
    .vector8(() => writer.bytes(hello.legacySessionIdEcho))
    .uint16(hello.cipherSuite)
    .uint8(hello.legacyCompressionMethod);
  writeExtensions(writer, hello.extensions);
  return writer.finish();
}

/** @throws TLSError decode_error; for a doubled extension in a HelloRetryRequest illegal_parameter */
export function decodeServerHello(body: Uint8Array): ServerHello {
  const reader = new Reader(body, 'ServerHello');
  const fixed = {
    legacyVersion: reader.uint16(),
    random: reader.bytes(32),
    legacySessionIdEcho: reader.vector8(0, 32),
    cipherSuite: reader.uint16(),
    legacyCompressionMethod: reader.uint8(),
  };
  const duplicateAlert = isHelloRetryRequest(fixed) ? 'illegal_parameter' : 'decode_error';
  // Before TLS 1.3 a ServerHello could end here (RFC 5246 section 7.4.1.3); its version is judged later.
  const extensions = reader.remaining > 0 ? readExtensions(reader, 'ServerHello', duplicateAlert) : [];
  reader.end();
  return { ...fixed, extensions };
}
