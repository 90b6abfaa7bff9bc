import type { GroupName } from '@halfclose/crypto';
import type {
  ClientCredential,
  EncryptedClientHello,
  KeyedSessionStore,
  ObservedMessage,
} from '@halfclose/tls';
import { ValueError } from './errors.ts';
import { appendTo } from './keyLogFile.ts';
import {
  OP_ALL,
  OP_CIPHER_SERVER_PREFERENCE,
  OP_ENABLE_MIDDLEBOX_COMPAT,
  OP_NO_COMPRESSION,
  OP_NO_SSLv3,
} from './options.ts';
import type { Platform } from './platform.ts';
import type { PskClientCallback } from './psk.ts';

/** What a context was told of the connections to make, as data. */
export interface ContextSettings {
  /** `OP_` flags, from 0 to 2^32 - 1. */
  options: number;
  /** Undefined for the engine's choice. */
  groups: readonly GroupName[] | undefined;
  alpnProtocols: readonly string[];
  sessionStore: KeyedSessionStore | undefined;
  pskClientCallback: PskClientCallback | undefined;
  keylogFilename: string | null;
  keyLog: ((line: string) => void) | undefined;
  onMessage: ((message: ObservedMessage) => void) | undefined;
  credentials: readonly ClientCredential[];
  postHandshakeAuth: boolean;
  echConfigList: Uint8Array | null;
  echRequired: boolean;
  encryptedClientHello: EncryptedClientHello | undefined;
}

export function defaultSettings({ encryptedClientHello }: Platform): ContextSettings {
  return {
    // What Python begins with.
    options: toFlags(
      OP_ALL | OP_NO_SSLv3 | OP_CIPHER_SERVER_PREFERENCE | OP_ENABLE_MIDDLEBOX_COMPAT | OP_NO_COMPRESSION,
    ),
    groups: undefined,
    alpnProtocols: [],
    sessionStore: undefined,
    pskClientCallback: undefined,
    keylogFilename: null,
    keyLog: undefined,
    onMessage: undefined,
    credentials: [],
    postHandshakeAuth: false,
    echConfigList: null,
    echRequired: false,
    encryptedClientHello: encryptedClientHello?.pretend(),
  };
}

/** Flags of 32 bits, of which the language makes a negative number where the highest is set. @throws ValueError */
export function toFlags(flags: number): number {
  if (!Number.isInteger(flags) || flags < -(2 ** 31) || flags >= 2 ** 32) {
    throw new ValueError(`options ${flags} are not made of OP_ flags`);
  }
  return flags >>> 0;
}

export function hasOption({ options }: Pick<ContextSettings, 'options'>, option: number): boolean {
  return (options & option) !== 0;
}

/** Where the secrets of a connection go; undefined for nowhere. To log is no reason for a connection to fail. */
export function keyLogOf(
  settings: ContextSettings,
  { files }: Platform,
): ((line: string) => void) | undefined {
  if (settings.keyLog === undefined && settings.keylogFilename === null) return undefined;
  return (line) => {
    try {
      if (settings.keylogFilename !== null) appendTo(files, settings.keylogFilename, `${line}\n`);
      settings.keyLog?.(line);
    } catch {
      // As said above.
    }
  };
}
