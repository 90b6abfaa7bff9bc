/** What a ClientHello says about certificates: those that we take, and those that we have. */
import type { ClientConfig } from '../config.ts';
import {
  certificateAuthoritiesExtension,
  signatureAlgorithmsCertExtension,
  signedCertificateTimestampExtension,
} from '../messages/authenticationBodies.ts';
import type { Extension } from '../messages/extension.ts';
import type { SchemeAlgorithm } from './parameters.ts';

export function authenticationExtensions(
  config: ClientConfig,
  schemes: readonly SchemeAlgorithm[],
): readonly Extension[] {
  const { clientAuthentication, serverCertificateTypes, certificateCompression, delegatedCredentials } =
    config;
  const { certificateSignatureSchemes, certificateAuthorities = [] } = config;
  return [
    ...(config.requestScts ? [signedCertificateTimestampExtension()] : []),
    ...(clientAuthentication?.extensions ?? []),
    ...(serverCertificateTypes?.extensions ?? []),
    ...(certificateCompression?.extensions ?? []),
    ...(delegatedCredentials?.extensions(schemes) ?? []),
    ...(certificateAuthorities.length > 0 ? [certificateAuthoritiesExtension(certificateAuthorities)] : []),
    ...(certificateSignatureSchemes ? [signatureAlgorithmsCertExtension(certificateSignatureSchemes)] : []),
  ];
}
