export { createClientConnection } from './clientConnection.ts';
export type { ClientConfig, ConnectionEvent, PskKeyExchangeMode, SessionStore } from './config.ts';
export type { ClientConnection, ConnectionFacts } from './connection.ts';
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
export { type CredentialChoice, chooseCredential, type NamedScheme } from './handshake/credentialChoice.ts';
export type { ClientHello } from './messages/clientHello.ts';
export type { Extension } from './messages/extension.ts';
export type { AlertName } from './protocol/alerts.ts';
export { type CipherSuite, type CipherSuiteName, cipherSuites } from './protocol/cipherSuites.ts';
export { namedGroups } from './protocol/namedGroups.ts';
export {
  type ClientSignatureSchemeName,
  type LegacySchemeName,
  legacySchemes,
  type SignatureScheme,
  type SignatureSchemeName,
  signatureSchemes,
} from './protocol/signatureSchemes.ts';
export type { Session } from './session.ts';
export { sessionFromBytes, sessionToBytes } from './sessionBytes.ts';
export {
  createSessionStore,
  type KeyedSessionStore,
  type MemorySessionStore,
  type SessionStoreLimits,
} from './sessionStore.ts';
export type { Delegation, RawServerKey, ServerIdentity, ServerVerifier, VerifiedServer } from './verifier.ts';
