/** What a ClientHello says about certificates: those that we take, and those that we have. */
import type { ClientConfig } from '../config.ts';
import type { CertificateDecompressor, CertificateType } from '../credential.ts';
import {
  certificateAuthoritiesExtension,
  certificateTypesExtension,
  compressCertificateExtension,
  delegatedCredentialExtension,
  postHandshakeAuthExtension,
  signatureAlgorithmsCertExtension,
  signedCertificateTimestampExtension,
} from '../messages/authenticationBodies.ts';
import type { Extension } from '../messages/extension.ts';
import { certificateCompressionAlgorithms, certificateTypes } from '../protocol/certificateTypes.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { delegableSchemes } from './delegatedCredential.ts';
import type { SchemeAlgorithm } from './parameters.ts';

/** The certificates that a configuration takes and has. */
export interface AuthenticationParameters {
  /** Of the server, most wanted first. */
  readonly serverTypes: readonly CertificateType[];
  /** Of ours, most wanted first. */
  readonly clientTypes: readonly CertificateType[];
  /** By CertificateCompressionAlgorithm, most wanted first. */
  readonly decompressors: ReadonlyMap<number, CertificateDecompressor>;
}

export function authenticationParameters(config: ClientConfig): AuthenticationParameters {
  const { serverCertificateTypes = ['X509'], certificateDecompressors = [] } = config;
  return {
    serverTypes: [...new Set(serverCertificateTypes)],
    clientTypes: clientTypes(config),
    decompressors: new Map(
      certificateDecompressors.map((decompressor) => [compressionCode(decompressor), decompressor]),
    ),
  };
}

/** Where nobody says otherwise, those of our credentials. */
function clientTypes({ credentials, clientCertificateTypes }: ClientConfig): CertificateType[] {
  if (clientCertificateTypes !== undefined) return [...new Set(clientCertificateTypes)];
  if (credentials === undefined || typeof credentials === 'function') return ['X509'];
  return [...new Set(credentials.map(({ type }) => type))];
}

function compressionCode({ algorithm }: CertificateDecompressor): number {
  return typeof algorithm === 'number' ? algorithm : certificateCompressionAlgorithms[algorithm];
}

export function authenticationExtensions(
  config: ClientConfig,
  { serverTypes, clientTypes, decompressors }: AuthenticationParameters,
  schemes: readonly SchemeAlgorithm[],
): Extension[] {
  const delegable = config.delegatedCredentials ? delegableSchemes(schemes) : [];
  const { certificateSignatureSchemes, certificateAuthorities = [] } = config;
  return [
    ...(config.requestScts ? [signedCertificateTimestampExtension()] : []),
    ...certificateTypesOffer(extensionTypes.clientCertificateType, clientTypes),
    ...certificateTypesOffer(extensionTypes.serverCertificateType, serverTypes),
    ...(decompressors.size > 0 ? [compressCertificateExtension([...decompressors.keys()])] : []),
    ...(delegable.length > 0 ? [delegatedCredentialExtension(delegable)] : []),
    ...(certificateAuthorities.length > 0 ? [certificateAuthoritiesExtension(certificateAuthorities)] : []),
    ...(config.postHandshakeAuthentication ? [postHandshakeAuthExtension()] : []),
    ...(certificateSignatureSchemes ? [signatureAlgorithmsCertExtension(certificateSignatureSchemes)] : []),
  ];
}

/** RFC 7250 section 4.1: who has nothing but X.509 says nothing. */
function certificateTypesOffer(type: number, types: readonly CertificateType[]): Extension[] {
  if (!types.includes('RawPublicKey')) return [];
  return [
    certificateTypesExtension(
      type,
      types.map((name) => certificateTypes[name]),
    ),
  ];
}
