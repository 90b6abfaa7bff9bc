import type { CryptoProvider } from '@halfclose/crypto';
import { type HpkeSuite, supportsHpke } from '@halfclose/crypto';
import { malformed } from '../brokenRules.ts';
import { Reader } from '../wire/reader.ts';
import { latin1 } from '../wire/text.ts';
import { isPublicName } from './publicName.ts';

/** An ECHConfig of the version of RFC 9849, section 4. */
export interface EchConfig {
  /** With its version and length: what the server binds its key to. */
  readonly encoded: Uint8Array;
  readonly configId: number;
  readonly kemId: number;
  readonly publicKey: Uint8Array;
  /** Each a KDF and an AEAD for that KEM. */
  readonly suites: readonly HpkeSuite[];
  readonly maximumNameLength: number;
  readonly publicName: string;
  /** Whether it has an extension that it takes to understand it. We know none. */
  readonly hasMandatoryExtension: boolean;
}

/** The version, which is also the number of the extension. */
export const echVersion = 0xfe0d;

/**
 * ECHConfigList, section 4. Versions that we don't know are skipped.
 * @throws TLSError decode_error
 */
export function readEchConfigList(data: Uint8Array): readonly EchConfig[] {
  const reader = new Reader(data, 'ECHConfigList');
  const list = new Reader(reader.vector16(4), 'ECHConfigList');
  reader.end();
  const configs: EchConfig[] = [];
  while (list.remaining > 0) {
    const rest = data.subarray(data.length - list.remaining);
    const version = list.uint16();
    const contents = list.vector16();
    if (version === echVersion) configs.push(readContents(rest.slice(0, 4 + contents.length), contents));
  }
  return configs;
}

function readContents(encoded: Uint8Array, contents: Uint8Array): EchConfig {
  const reader = new Reader(contents, 'ECHConfig');
  const configId = reader.uint8();
  const kemId = reader.uint16();
  const publicKey = reader.vector16(1).slice();
  const suiteList = new Reader(reader.vector16(4), 'ECHConfig');
  const suites: HpkeSuite[] = [];
  while (suiteList.remaining > 0) {
    suites.push({ kemId, kdfId: suiteList.uint16(), aeadId: suiteList.uint16() });
  }
  const maximumNameLength = reader.uint8();
  const publicName = latin1(reader.vector8(1));
  const hasMandatoryExtension = readExtensionTypes(reader.vector16()).some((type) => type >= 0x8000);
  reader.end();
  return {
    encoded,
    configId,
    kemId,
    publicKey,
    suites,
    maximumNameLength,
    publicName,
    hasMandatoryExtension,
  };
}

/** Section 4.2. */
function readExtensionTypes(data: Uint8Array): number[] {
  const list = new Reader(data, 'ECHConfig');
  const types: number[] = [];
  while (list.remaining > 0) {
    const type = list.uint16();
    list.vector16();
    if (types.includes(type)) {
      throw malformed(`an ECHConfig has the extension ${type} twice`);
    }
    types.push(type);
  }
  return types;
}

/** A configuration that can be used, and how it will be. */
export interface UsableEchConfig extends EchConfig {
  readonly suite: HpkeSuite;
}

/** Those that a provider can do, in the server's order, sections 4 and 6.1. */
export function usableConfigs(configs: readonly EchConfig[], crypto: CryptoProvider): UsableEchConfig[] {
  return configs.flatMap((config) => {
    const suite = config.suites.find((candidate) => supportsHpke(crypto, candidate));
    if (suite === undefined || config.hasMandatoryExtension || !isPublicName(config.publicName)) return [];
    return [{ ...config, suite }];
  });
}
