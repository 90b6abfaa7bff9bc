import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { type Extension, readExtensions, writeExtensions } from './extension.ts';

/** ClientHello, RFC 8446 section 4.1.2. */
export interface ClientHello {
  readonly legacyVersion: number;
  /** 32 octets. */
  readonly random: Uint8Array;
  /** 0 to 32 octets. */
  readonly legacySessionId: Uint8Array;
  readonly cipherSuites: readonly number[];
  readonly legacyCompressionMethods: Uint8Array;
  readonly extensions: readonly Extension[];
}

export function encodeClientHello(hello: ClientHello): Uint8Array {
  const writer = new Writer(clientHelloLength(hello));
  writer
    .uint16(hello.legacyVersion)
    .bytes(hello.random)
    .vector8(() => writer.bytes(hello.legacySessionId))
    .uint16List(hello.cipherSuites)
    .vector8(() => writer.bytes(hello.legacyCompressionMethods));
  writeExtensions(writer, hello.extensions);
  return writer.finish();
}

/** Octets that `encodeClientHello` would make of it. */
export function clientHelloLength(hello: ClientHello): number {
  const { random, legacySessionId, cipherSuites, legacyCompressionMethods, extensions } = hello;
  const vectors =
    1 + legacySessionId.length + 2 + 2 * cipherSuites.length + 1 + legacyCompressionMethods.length;
  return extensions.reduce((sum, { data }) => sum + 4 + data.length, 2 + random.length + vectors + 2);
}

/** @throws TLSError decode_error, or illegal_parameter for a doubled extension */
export function decodeClientHello(body: Uint8Array): ClientHello {
  const reader = new Reader(body, 'ClientHello');
  const hello: ClientHello = {
    legacyVersion: reader.uint16(),
    random: reader.bytes(32),
    legacySessionId: reader.vector8(0, 32),
    cipherSuites: reader.uint16List(),
    legacyCompressionMethods: reader.vector8(1),
    extensions: readExtensions(reader, 'ClientHello'),
  };
  reader.end();
  return hello;
}
