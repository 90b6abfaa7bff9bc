import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';

/** CompressedCertificate, RFC 8879 section 4. */
export interface CompressedCertificate {
  /** CertificateCompressionAlgorithm. */
  readonly algorithm: number;
  /** Octets of the Certificate message that was compressed, without its header. */
  readonly uncompressedLength: number;
  /** Never empty. */
  readonly compressedCertificateMessage: Uint8Array;
}

export function encodeCompressedCertificate(message: CompressedCertificate): Uint8Array {
  const writer = new Writer();
  writer
    .uint16(message.algorithm)
    .uint24(message.uncompressedLength)
    .vector24(() => writer.bytes(message.compressedCertificateMessage));
  return writer.finish();
}

/** @throws TLSError decode_error */
export function decodeCompressedCertificate(body: Uint8Array): CompressedCertificate {
  const reader = new Reader(body, 'CompressedCertificate');
  const message: CompressedCertificate = {
    algorithm: reader.uint16(),
    uncompressedLength: reader.uint24(),
    compressedCertificateMessage: reader.vector24(1),
  };
  reader.end();
  return message;
}
