/** What a ClientHello has for the sake of TLS 1.2. */
import type { ClientConfig } from '../../config.ts';
import type { Extension } from '../../messages/extension.ts';
import {
  ecPointFormatsExtension,
  encryptThenMacExtension,
  extendedMasterSecretExtension,
  renegotiationInfoExtension,
  sessionTicketExtension,
  uncompressed,
} from '../../messages/tls12/extensionBodies.ts';
import { fallbackScsv } from '../../protocol/cipherSuites12.ts';
import type { Resumption12 } from '../../tls12.ts';
import type { Parameters12 } from './parameters12.ts';

/** Their numbers, and behind them the signal of RFC 7507 where it is to be sent. */
export function cipherSuiteCodes({ suites, options }: Parameters12): readonly number[] {
  return [...suites.map(({ code }) => code), ...(options.fallback ? [fallbackScsv] : [])];
}

export function extensions12(
  { session, sessions }: ClientConfig,
  { suites }: Parameters12,
  resumption: Resumption12 | undefined,
): readonly Extension[] {
  const usesCurves = suites.some(({ keyExchange }) => keyExchange === 'ECDHE');
  const usesMacs = suites.some(({ cipher }) => 'cbcHmac' in cipher);
  const takesTickets = session !== undefined || sessions !== undefined;
  return [
    ...(usesCurves ? [ecPointFormatsExtension([uncompressed])] : []),
    ...(usesMacs ? [encryptThenMacExtension()] : []),
    extendedMasterSecretExtension(),
    ...(takesTickets ? [sessionTicketExtension(resumption?.ticket)] : []),
    renegotiationInfoExtension(),
  ];
}
