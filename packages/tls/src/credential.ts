import type { MaybePromise, Signer } from '@halfclose/crypto';
import type { ClientSignatureSchemeName } from './protocol/signatureSchemes.ts';

/** What a Certificate message shows: a chain of certificates, or a key without one (RFC 7250). */
export type CertificateType = 'X509' | 'RawPublicKey';

/** What this client can show a server that asks who it is. */
export interface ClientCredential {
  readonly type: CertificateType;
  /** DER, one's own certificate first; for a raw key its SubjectPublicKeyInfo alone. */
  readonly certificates: readonly Uint8Array[];
  /** Holds the private key to the first of them. */
  readonly signer: Signer;
  /**
   * Whether it is shown only to a server that names the issuer of one of the certificates among the authorities that it
   * accepts (RFC 8446 section 4.2.4). Left out: false.
   */
  readonly mustMatchIssuer?: boolean;
}

/** A server's CertificateRequest, RFC 8446 section 4.3.2 or RFC 5246 section 7.4.4. */
export interface ClientCertificateRequest {
  /** What was agreed on; X509 where nothing was. */
  readonly certificateType: CertificateType;
  /**
   * ClientCertificateTypes of TLS 1.2, by which it says what keys it takes (RFC 5246 section 7.4.4); undefined in TLS 1.3,
   * whose rules for signing are others.
   */
  readonly clientCertificateTypes: readonly number[] | undefined;
  /** SignatureSchemes that we may sign with, the server's most wanted first; also such as this client doesn't know. */
  readonly signatureSchemes: readonly number[];
  /** SignatureSchemes for the signatures on certificates, where the server has others for those. */
  readonly certificateSignatureSchemes: readonly number[] | undefined;
  /** DER, the distinguished names of the authorities that it accepts; empty where it doesn't say. */
  readonly certificateAuthorities: readonly Uint8Array[];
}

/**
 * Asked once a server wants to know who we are, with what it accepts. The handshake waits for the answer, and takes the
 * first that fits; none is an answer, too. To give the connection up instead, throw (or reject with) an error; if it has a
 * property `alert` with the name of an alert, that one is sent, else `internal_error`.
 */
export type CredentialSource = (
  request: ClientCertificateRequest,
) => MaybePromise<readonly ClientCredential[]>;

/** Why none of the credentials was shown; the one that came closest has the word. */
export type CredentialMisfit = 'none' | 'certificateType' | 'signatureScheme' | 'issuer';

/** What came of a server's request. */
export interface ClientAuthentication {
  readonly request: ClientCertificateRequest;
  /** What was shown; undefined where that was nothing. */
  readonly credential: ClientCredential | undefined;
  /** What we signed with. */
  readonly signatureScheme: ClientSignatureSchemeName | undefined;
  readonly misfit: CredentialMisfit | undefined;
}

/** RFC 8879 section 7.3; any other by its number. */
export type CertificateCompressionAlgorithm = 'zlib' | 'brotli' | 'zstd';

/** Makes a server's compressed Certificate message long again (RFC 8879). */
export interface CertificateDecompressor {
  readonly algorithm: CertificateCompressionAlgorithm | number;
  /**
   * All that `input` stands for. The server says how long that is, and whatever it says: no more than `length` octets may be
   * made of it, nor much more memory used, before it is given up with an error.
   */
  decompress(input: Uint8Array, length: number): MaybePromise<Uint8Array>;
}
