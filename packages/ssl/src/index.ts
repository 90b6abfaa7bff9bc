export {
  type CertificateCompression,
  type CertificateDecompressor,
  type ClientCredential,
  createCertificateCompression,
  createSessionStore,
  type EarlyDataStatus,
  type KeyedSessionStore,
  type MemorySessionStore,
  type MessageProtection,
  type ObservedMessage,
  observeMessages,
  type Session,
  type SessionStoreLimits,
  sessionFromBytes,
  sessionToBytes,
} from '@halfclose/tls';
export { checkPolicies, type RevocationPolicy } from '@halfclose/x509';
export { AlertDescription } from './alertDescription.ts';
export type { Password } from './certChain.ts';
export { certTimeToSeconds } from './certTime.ts';
export { CHANNEL_BINDING_TYPES, type ChannelBindingType } from './channelBinding.ts';
export type { CipherDetails } from './cipherDetails.ts';
export { OPENSSL_DEFAULT_CIPHERS } from './cipherStrings.ts';
export type { Cipher, CipherVersion } from './ciphers.ts';
export * from './constants.ts';
export { type SessionStats, SSLContext, type SSLObjectClass, type SSLSocketClass } from './context.ts';
export { createDefaultContext, trusting } from './defaultContext.ts';
export {
  NotImplementedError,
  OSError,
  SSLCertVerificationError,
  SSLCertVerificationError as CertificateError,
  SSLEOFError,
  SSLError,
  type SSLErrorDetails,
  SSLSyscallError,
  SSLWantReadError,
  SSLWantWriteError,
  SSLZeroReturnError,
  TimeoutError,
  ValueError,
} from './errors.ts';
export type { VerifyLocations } from './locations.ts';
export { MemoryBIO } from './memoryBio.ts';
export * from './options.ts';
export { allParts } from './parts/all.ts';
export { type CertificateFilesPart, certificateFiles } from './parts/certificateFiles.ts';
export { type CipherSuites12Part, cipherSuites12 } from './parts/cipherSuites12.ts';
export { type ClientCertificatesPart, clientCertificates } from './parts/clientCertificates.ts';
export type { Parts } from './parts/contract.ts';
export { type DescriptionsPart, descriptions } from './parts/descriptions.ts';
export { type EarlyDataPart, earlyData } from './parts/earlyData.ts';
export { type EncryptedClientHelloPart, encryptedClientHello } from './parts/encryptedClientHello.ts';
export { type PreSharedKeysPart, preSharedKeys } from './parts/preSharedKeys.ts';
export { type PrivateKeysPart, privateKeys } from './parts/privateKeys.ts';
export { type RevocationPart, revocation } from './parts/revocation.ts';
export { type Tls12Part, tls12 } from './parts/tls12.ts';
export type { PeerAltName, PeerCertificate, PeerName } from './peerCertificate.ts';
export { DERCertToPEMCert, PEMCertToDERCert } from './pemCertificates.ts';
export type { Files, Platform } from './platform.ts';
export type { PskClientCallback } from './psk.ts';
export type { ReadableFile, SendableFile, SendfileOptions } from './sendableFile.ts';
export { fetchServerCertificate } from './serverCertificate.ts';
export { SSLSocket, type SSLSocketParts } from './socket.ts';
export { SSLConnection, type SSLConnectionParts } from './sslConnection.ts';
export { SSLObject, type SSLObjectParts } from './sslObject.ts';
export type { AbortSignalLike, CallOptions } from './stop.ts';
export type { Address, Connector, Transport, WrappableSocket } from './transport.ts';
export type { CertStoreStats } from './verifyingContext.ts';
export type { WrapOptions, WrapSocketOptions } from './wrapSocketOptions.ts';
