/** Early data in the first hello, RFC 8446 sections 2.3 and 4.2.10. */
import { wipe } from '@halfclose/crypto';
import type { ClientConfig } from '../config.ts';
import { createEarlyData } from '../earlyData.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import type { ClientOffer } from './clientOffer.ts';
import { decideEarlyData, type EarlyDataDecision } from './earlyDataDecision.ts';
import { earlyDataOffered } from './earlyDataOffered.ts';
import { logSecret } from './keyLog.ts';
import { deriveSecret, earlySecret } from './keySchedule.ts';
import type { Parameters } from './parameters.ts';
import type { OfferedPsk } from './preSharedKeys.ts';
import type { Resumption } from './resumption.ts';
import type { Traffic } from './traffic.ts';
import type { HandshakeWire } from './wire.ts';

/** Early data, for a configuration: `createEarlyDataOffer` makes it. */
export interface EarlyDataOffer {
  /** ExtensionTypes by which a server answers. */
  readonly answers: readonly number[];
  /** Whether it is offered with a session. */
  permits(parameters: Parameters, resumption: Resumption | undefined): boolean;
  /** What may be written early is protected from here on. */
  begin(config: ClientConfig, wire: HandshakeWire, offer: ClientOffer): void;
  /**
   * The ServerHello has come.
   * @param psk the key that the server selected
   * @param traffic the keys of the handshake, which are written with at once unless the server can still accept early data
   */
  decide(
    offer: ClientOffer,
    psk: OfferedPsk | undefined,
    wire: HandshakeWire,
    traffic: Traffic,
  ): EarlyDataDecision;
}

/**
 * For the `earlyData` of a configuration: it is offered where a session permits it, so that `writeEarlyData` can write some.
 * Early data can be replayed by anybody on the way, to as many servers as share the session: only what does no harm when done
 * twice may be written so.
 */
export function createEarlyDataOffer(): EarlyDataOffer {
  return {
    answers: [extensionTypes.earlyData],
    permits: permitsEarlyData,
    begin: beginEarlyData,
    decide: decideEarlyData,
  };
}

/**
 * Where the server would take some, and the protocol that it would be in can still be the connection's.
 */
function permitsEarlyData({ alpnProtocols }: Parameters, resumption: Resumption | undefined): boolean {
  if (resumption === undefined) return false;
  const { maxEarlyData, alpnProtocol } = resumption.session;
  return maxEarlyData > 0 && (alpnProtocol === undefined || alpnProtocols.includes(alpnProtocol));
}

/** With keys that hang on the first hello alone, section 7.1. */
function beginEarlyData(config: ClientConfig, wire: HandshakeWire, offer: ClientOffer): void {
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
  wire.offerEarlyData({ suite, secret }, exporterSecret, (outgoing) =>
    createEarlyData(outgoing, session.maxEarlyData),
  );
}
