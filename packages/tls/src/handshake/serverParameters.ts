import { illegal } from '../brokenRules.ts';
import type { ClientConfig } from '../config.ts';
import { decodeEncryptedExtensions } from '../messages/encryptedExtensions.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import { readAlpnProtocols, readSupportedGroups, requireEmpty } from '../messages/extensionBodies.ts';

import type { HandshakeMessage } from '../messages/handshakeMessage.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { printable } from '../wire/text.ts';
import type { SelectedCertificateTypes } from './certificateTypes.ts';
import type { ClientOffer } from './clientOffer.ts';
import type { HelloExchange } from './helloExchange.ts';

import type { RecordLimits } from './recordLimits.ts';
import { checkExtensions } from './serverHelloChecks.ts';

// RFC 8446 section 4.2, the table of extensions and messages.
const permittedInEncryptedExtensions = [
  extensionTypes.serverName,
  extensionTypes.supportedGroups,
  extensionTypes.applicationLayerProtocolNegotiation,
];

/** ExtensionTypes that only parts of the configuration can read: whatever was offered, others are not taken. */
export function answersToParts({
  recordLimits,
  serverCertificateTypes,
  clientAuthentication,
}: ClientConfig): number[] {
  const parts = [recordLimits, serverCertificateTypes, clientAuthentication];
  return parts.flatMap((part) => part?.answers ?? []);
}

export interface ServerParameters {
  readonly alpnProtocol: string | undefined;
  /** NamedGroups that it prefers, most wanted first; undefined where it doesn't say. */
  readonly groups: readonly number[] | undefined;
  readonly recordLimits: RecordLimits | undefined;
  /** Where the ClientHello that it read was not a hidden one: the ECHConfigList that it would read one with. */
  readonly echRetryConfigs: Uint8Array | undefined;
  readonly acceptsEarlyData: boolean;
  readonly certificateTypes: SelectedCertificateTypes;
}

/** EncryptedExtensions, RFC 8446 section 4.3.1. */
export function readServerParameters(
  config: ClientConfig,
  hellos: HelloExchange,
  message: HandshakeMessage,
): ServerParameters {
  const { offer } = hellos;
  const extensions = decodeEncryptedExtensions(message.body);
  checkExtensions('EncryptedExtensions', offer.hello.extensions, extensions, [
    ...permittedInEncryptedExtensions,
    ...answersToParts(config),
    ...(config.earlyData?.answers ?? []),
    ...(hellos.ech?.answers ?? []),
  ]);

  const serverName = findExtension(extensions, extensionTypes.serverName);
  if (serverName !== undefined) requireEmpty(serverName.data, 'server_name'); // RFC 6066 section 3
  const groups = findExtension(extensions, extensionTypes.supportedGroups);
  const ech = findExtension(extensions, extensionTypes.encryptedClientHello);
  if (ech !== undefined) hellos.ech?.checkRetryConfigs(ech.data, hellos.echOutcome);
  const earlyData = findExtension(extensions, extensionTypes.earlyData);
  if (earlyData !== undefined) requireEmpty(earlyData.data, 'early_data');
  return {
    acceptsEarlyData: earlyData !== undefined,
    groups: groups && readSupportedGroups(groups.data),
    alpnProtocol: selectedProtocol(offer, extensions),
    recordLimits: config.recordLimits?.agree(offer.hello.extensions, extensions, 1),
    echRetryConfigs: ech?.data,
    certificateTypes: {
      server: config.serverCertificateTypes?.selected(offer, extensions),
      client: config.clientAuthentication?.selectedType(offer, extensions),
    },
  };
}

/** RFC 7301 section 3.1: exactly one protocol, and one of ours. */
export function selectedProtocol(offer: ClientOffer, extensions: readonly Extension[]): string | undefined {
  const type = extensionTypes.applicationLayerProtocolNegotiation;
  const answer = findExtension(extensions, type);
  const question = findExtension(offer.hello.extensions, type);
  if (answer === undefined || question === undefined) return undefined;
  const [protocol, ...more] = readAlpnProtocols(answer.data);
  if (protocol === undefined || more.length > 0) {
    throw illegal(
      'BAD_EXTENSION',
      `the server selected ${more.length + 1} application protocols and has to select one`,
    );
  }
  if (!readAlpnProtocols(question.data).includes(protocol)) {
    throw illegal(
      'INVALID_ALPN_PROTOCOL',
      `the server selected the application protocol "${printable(protocol)}", which was not offered`,
    );
  }
  return protocol;
}
