export { createClientConnection } from './clientConnection.ts';
export type {
  ClientConfig,
  ConnectionEvent,
  ProtocolVersionName,
  PskKeyExchangeMode,
  SessionStore,
} from './config.ts';
export type { ClientConnection, ConnectionFacts, HandshakeTiming } from './connection.ts';
export { createTls12 } from './createTls12.ts';
export type * from './credential.ts';
export type { EarlyDataStatus } from './earlyData.ts';
export type { EncryptedClientHello } from './ech/contract.ts';
export {
  createEncryptedClientHello,
  type EncryptedClientHelloOptions,
} from './ech/encryptedClientHello.ts';
export { createGreaseEch } from './ech/greaseEch.ts';
export * from './errors.ts';
export { type ExternalPsk, type ImportablePsk, importPsk } from './externalPsk.ts';
export {
  type CertificateCompression,
  createCertificateCompression,
} from './handshake/certificateDecompression.ts';
export { createServerCertificateTypes, type ServerCertificateTypes } from './handshake/certificateTypes.ts';
export {
  type ClientAuthenticationOptions,
  createClientAuthentication,
} from './handshake/clientAuthentication.ts';
export type { ClientAuthenticator } from './handshake/clientAuthenticator.ts';
export { type CredentialChoice, chooseCredential, type NamedScheme } from './handshake/credentialChoice.ts';
export { createDelegatedCredentials, type DelegatedCredentials } from './handshake/delegatedCredential.ts';
export { createEarlyDataOffer, type EarlyDataOffer } from './handshake/earlyDataOffer.ts';
export { type ExtensionOrder, randomOrder } from './handshake/extensionOrder.ts';
export { createExternalPsks, type ExternalPskOptions, type ExternalPsks } from './handshake/externalPsks.ts';
export { greaseHello } from './handshake/grease.ts';
export {
  createRecordLimits,
  type RecordLimitOffer,
  type RecordLimitOptions,
} from './handshake/recordLimits.ts';
export { cbc12 } from './handshake/tls12/cbc12.ts';
export { dhe12 } from './handshake/tls12/dhe12.ts';
export { preferredCipherSuites12 } from './handshake/tls12/parameters12.ts';
export type { PreSharedKey12, Tls12Part } from './handshake/tls12/parts12.ts';
export { psk12 } from './handshake/tls12/psk12.ts';
export { rsa12 } from './handshake/tls12/rsa12.ts';
export {
  type MessageObservation,
  type MessageProtection,
  type ObservedMessage,
  observeMessages,
} from './messageObserver.ts';
export type { ClientHello } from './messages/clientHello.ts';
export type { Extension } from './messages/extension.ts';
export type { AlertName } from './protocol/alerts.ts';
export { cipherSuite12, cipherSuiteCodes12 } from './protocol/cipherSuiteCodes12.ts';
export { type CipherSuite, type CipherSuiteName, cipherSuites } from './protocol/cipherSuites.ts';
export type { CipherSuite12, CipherSuiteName12 } from './protocol/cipherSuites12.ts';
export { namedGroups } from './protocol/namedGroups.ts';
export {
  type ClientSignatureSchemeName,
  type LegacySchemeName,
  legacySchemes,
  type Pkcs1SchemeName,
  pkcs1Schemes,
  type ServerSignatureSchemeName,
  type SignatureScheme,
  type SignatureSchemeName,
  serverSchemes,
  signatureSchemes,
} from './protocol/signatureSchemes.ts';
export type { Session, Session12, Session13 } from './session.ts';
export { sessionFromBytes, sessionToBytes } from './sessionBytes.ts';
export {
  createSessionStore,
  type KeyedSessionStore,
  type MemorySessionStore,
  type SessionStoreLimits,
} from './sessionStore.ts';
export type { Tls12, Tls12Options } from './tls12.ts';
export type {
  Delegation,
  RawServerKey,
  ServerIdentity,
  ServerKeyUse,
  ServerVerifier,
  VerifiedServer,
} from './verifier.ts';
