/**
 * The language of TLS 1.3 from both sides, for peers, tools and tests: messages, extensions, records, key schedule.
 * A client needs none of this; `createClientConnection` speaks it.
 */
export * from './handshake/keySchedule.ts';
export { createTranscript, type Transcript } from './handshake/transcript.ts';
export * from './messages/authenticationBodies.ts';
export * from './messages/certificate.ts';
export * from './messages/certificateRequest.ts';
export * from './messages/certificateVerify.ts';
export * from './messages/clientHello.ts';
export * from './messages/compressedCertificate.ts';
export * from './messages/delegatedCredential.ts';
export * from './messages/encryptedExtensions.ts';
export * from './messages/extension.ts';
export * from './messages/extensionBodies.ts';
export * from './messages/handshakeMessage.ts';
export * from './messages/keyUpdate.ts';
export * from './messages/newSessionTicket.ts';
export * from './messages/serverHello.ts';
export * from './protocol/alerts.ts';
export { type CipherSuite, type CipherSuiteName, cipherSuites } from './protocol/cipherSuites.ts';
export { contentTypes } from './protocol/contentTypes.ts';
export { extensionTypeName, extensionTypes } from './protocol/extensionTypes.ts';
export { handshakeTypeName, handshakeTypes } from './protocol/handshakeTypes.ts';
export { groupDisplayName, namedGroups } from './protocol/namedGroups.ts';
export {
  type SignatureScheme,
  type SignatureSchemeName,
  signatureSchemes,
} from './protocol/signatureSchemes.ts';
export { protocolVersions, versionName } from './protocol/versions.ts';
export * from './records/limits.ts';
export { createRecordProtection, type RecordProtection } from './records/protection.ts';
export { Reader } from './wire/reader.ts';
export * from './wire/text.ts';
export { Writer } from './wire/writer.ts';
