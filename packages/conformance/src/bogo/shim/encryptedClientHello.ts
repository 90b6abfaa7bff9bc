import {
  createEncryptedClientHello,
  createGreaseEch,
  type EncryptedClientHello,
  TLSError,
} from '@halfclose/tls';
import { errorText } from './errors.ts';
import type { Flags } from './flags.ts';

/** @throws Error with BoringSSL's word for a list that is wrong, or none where one is needed */
export function encryptedClientHelloOf(flags: Flags): EncryptedClientHello | undefined {
  const configList = flags.octets('ech-config-list');
  const grease = flags.has('enable-ech-grease');
  const refuse = flags.has('reject-unusable-ech-config');
  if (configList === undefined) {
    if (refuse) throw new Error(':UNUSABLE_ECH_CONFIG_LIST: there is no list');
    return grease ? createGreaseEch() : undefined;
  }
  try {
    return createEncryptedClientHello(configList, {
      whenUnusable: refuse ? 'refuse' : grease ? 'grease' : 'omit',
    });
  } catch (error) {
    throw error instanceof TLSError ? new Error(errorText(error)) : error;
  }
}

/** @throws Error where a certificate is not judged by the name that the test expects */
export function checkName(flags: Flags, serverName: string | undefined): void {
  const publicName = flags.text('expect-ech-name-override');
  if (publicName === undefined && !flags.has('expect-no-ech-name-override')) return;
  const expected = publicName ?? flags.text('host-name');
  if (serverName !== expected) {
    throw new Error(`the certificate is judged by the name ${serverName}, and not by ${expected}`);
  }
}

/** What is wrong with how a connection failed, where the test has something to say about it. */
export function wrongRejection(flags: Flags, error: TLSError): string | undefined {
  const none = flags.has('expect-no-ech-retry-configs');
  const configs = flags.text('expect-ech-retry-configs');
  if (!none && configs === undefined) return undefined;
  if (error.reason !== 'ECH_REJECTED') return `ECH was to be rejected, and there was ${error.reason}`;
  const found = error.retryConfigs && Buffer.from(error.retryConfigs).toString('base64');
  return found === configs ? undefined : `the retry configurations are ${found}, and not ${configs}`;
}
