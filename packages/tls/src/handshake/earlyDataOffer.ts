/** Early data in the first hello, RFC 8446 sections 2.3 and 4.2.10. */
import { wipe } from '@halfclose/crypto';
import type { ClientConfig } from '../config.ts';
import { findExtension } from '../messages/extension.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import type { ClientOffer } from './clientOffer.ts';
import { logSecret } from './keyLog.ts';
import { deriveSecret, earlySecret } from './keySchedule.ts';
import type { Parameters } from './parameters.ts';
import type { Resumption } from './resumption.ts';
import type { HandshakeWire } from './wire.ts';

/**
 * Whether early data is offered with a session: where the caller wants it, the server would take some, and the protocol
 * that it would be in can still be the connection's.
 */
export function permitsEarlyData(
  { earlyData }: ClientConfig,
  { alpnProtocols }: Parameters,
  resumption: Resumption | undefined,
): boolean {
  if (earlyData !== true || resumption === undefined) return false;
  const { maxEarlyData, alpnProtocol } = resumption.session;
  return maxEarlyData > 0 && (alpnProtocol === undefined || alpnProtocols.includes(alpnProtocol));
}

/** The session that early data goes with: that of the first key, section 4.2.10. Undefined where none was offered. */
export function earlyDataOffered({ hello, psks }: ClientOffer): Resumption | undefined {
  return findExtension(hello.extensions, extensionTypes.earlyData) && psks[0]?.resumption;
}

/** What may be written early is protected from here on, with keys that hang on the first hello alone. Section 7.1. */
export function beginEarlyData(config: ClientConfig, wire: HandshakeWire, offer: ClientOffer): void {
  const resumption = earlyDataOffered(offer);
  if (resumption === undefined) return;
  // Appendix D.4: "If offering early data, the record is placed immediately after the first ClientHello."
  if (offer.hello.legacySessionId.length > 0) wire.sendChangeCipherSpec();
  const { session, suite } = resumption;
  const hash = suite.hashAlgorithm;
  const { random } = offer.hello;
  const early = earlySecret(hash, session.psk);
  const transcriptHash = hash.digest(offer.message.encoded);
  const secret = deriveSecret(hash, early, 'c e traffic', transcriptHash);
  const exporterSecret = deriveSecret(hash, early, 'e exp master', transcriptHash);
  wipe(early);
  logSecret(config, 'CLIENT_EARLY_TRAFFIC_SECRET', random, secret);
  logSecret(config, 'EARLY_EXPORTER_SECRET', random, exporterSecret);
  wire.offerEarlyData({ suite, secret }, exporterSecret, session.maxEarlyData);
}
