import {
  type CipherSuiteName12,
  cbc12,
  cipherSuite12,
  cipherSuiteCodes12,
  createTls12,
  dhe12,
  type ProtocolVersionName,
  psk12,
  rsa12,
  type Tls12,
} from '@halfclose/tls';
import { type Flags, Unimplemented } from './flags.ts';
import { policyOf } from './policies.ts';

const names: Readonly<Record<number, ProtocolVersionName>> = { 771: 'TLSv1.2', 772: 'TLSv1.3' };

/** The versions that a test wants to be offered; those before TLS 1.2 are not there. */
export function versionsOf(flags: Flags): {
  minimumVersion: ProtocolVersionName;
  maximumVersion: ProtocolVersionName;
} {
  const max = flags.int('max-version') || (flags.has('no-tls13') ? 0x0303 : 0x0304);
  const hasTls12 = !flags.has('no-tls12') && policyOf(flags)?.cipherSuites12.length !== 0;
  const min = Math.max(flags.int('min-version') ?? 0, hasTls12 ? 0x0303 : 0x0304);
  const [minimumVersion, maximumVersion] = [names[min], names[max]];
  if (minimumVersion === undefined || maximumVersion === undefined) {
    throw new Unimplemented(`versions from ${min} to ${max}`);
  }
  return { minimumVersion, maximumVersion };
}

export function tls12Of(flags: Flags): Tls12 {
  const psk = flags.text('psk');
  const identity = Buffer.from(flags.text('psk-identity') ?? '', 'latin1');
  return createTls12({
    cipherSuites: policyOf(flags)?.cipherSuites12 ?? suitesOf(flags),
    resumeWithoutExtendedMasterSecret: true,
    allowLegacyServers: !flags.has('no-legacy-server-connect'),
    falseStart: flags.has('false-start'),
    falseStartWithoutAlpn: flags.has('allow-false-start-without-alpn'),
    fallback: flags.has('fallback-scsv'),
    parts: [
      cbc12,
      dhe12,
      rsa12,
      ...(psk === undefined ? [] : [psk12(() => ({ identity, key: Buffer.from(psk, 'latin1') }))]),
    ],
  });
}

/** All that BoringSSL has, too: AEADs first, forward secrecy first. */
function suitesOf(flags: Flags): readonly CipherSuiteName12[] {
  const cipher = flags.text('cipher') ?? 'DEFAULT';
  const all = Object.keys(cipherSuiteCodes12) as CipherSuiteName12[];
  const common = all.filter((name) => {
    const { keyExchange } = cipherSuite12(name);
    return keyExchange !== 'DHE' && !name.includes('CCM');
  });
  if (cipher === 'DEFAULT') return common;
  if (cipher === 'DEFAULT:!AES') return common.filter((name) => !name.includes('AES'));
  throw new Unimplemented(`-cipher ${cipher}`);
}
