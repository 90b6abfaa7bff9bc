import { illegal } from '../brokenRules.ts';
import type { CertificateDecompressor } from '../credential.ts';
import { misbehaved, TLSError } from '../errors.ts';
import { compressCertificateExtension } from '../messages/authenticationBodies.ts';
import { decodeCompressedCertificate } from '../messages/compressedCertificate.ts';
import type { Extension } from '../messages/extension.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import { certificateCompressionAlgorithms } from '../protocol/certificateTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import { hex16 } from '../protocol/versions.ts';
import { type Steps, settle } from './steps.ts';

/** Compressed certificates, for a configuration: `createCertificateCompression` makes it. */
export interface CertificateCompression {
  readonly extensions: readonly Extension[];
  /**
   * The Certificate that a CompressedCertificate stands for.
   * @param limit octets of the longest Certificate that is taken
   */
  decompress(message: HandshakeMessage, limit: number): Steps<HandshakeMessage>;
}

/** For the `certificateCompression` of a configuration (RFC 8879). @param decompressors most wanted first */
export function createCertificateCompression(
  decompressors: readonly CertificateDecompressor[],
): CertificateCompression {
  const byCode = new Map(decompressors.map((decompressor) => [codeOf(decompressor), decompressor]));
  return {
    extensions: byCode.size > 0 ? [compressCertificateExtension([...byCode.keys()])] : [],
    decompress: (message, limit) => decompressCertificate(byCode, message, limit),
  };
}

function codeOf({ algorithm }: CertificateDecompressor): number {
  return typeof algorithm === 'number' ? algorithm : certificateCompressionAlgorithms[algorithm];
}

/** Section 4. */
function* decompressCertificate(
  decompressors: ReadonlyMap<number, CertificateDecompressor>,
  message: HandshakeMessage,
  limit: number,
): Steps<HandshakeMessage> {
  const { algorithm, uncompressedLength, compressedCertificateMessage } = decodeCompressedCertificate(
    message.body,
  );
  const decompressor = decompressors.get(algorithm);
  if (decompressor === undefined) {
    throw illegal(
      'UNKNOWN_CERT_COMPRESSION_ALG',
      `the server's certificate is compressed with algorithm ${hex16(algorithm)}, which was not offered`,
    );
  }
  if (uncompressedLength > limit) {
    throw misbehaved(
      'bad_certificate',
      'UNCOMPRESSED_CERT_TOO_LARGE',
      `the server's certificates would have ${uncompressedLength} octets, more than ${limit}`,
    );
  }
  const body = yield* decompress(decompressor, compressedCertificateMessage, uncompressedLength);
  if (body.length !== uncompressedLength) {
    throw misbehaved(
      'bad_certificate',
      'CERT_DECOMPRESSION_FAILED',
      `the server's certificates have ${body.length} octets, and it said ${uncompressedLength}`,
    );
  }
  return handshakeMessage(handshakeTypes.certificate, body);
}

function* decompress(
  decompressor: CertificateDecompressor,
  input: Uint8Array,
  length: number,
): Steps<Uint8Array> {
  try {
    return yield* settle(decompressor.decompress(input, length));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TLSError(`the server's certificates can't be decompressed: ${why}`, {
      fault: 'peer',
      reason: 'CERT_DECOMPRESSION_FAILED',
      alert: 'bad_certificate',
      cause,
    });
  }
}
