/** What becomes of early data, RFC 8446 sections 4.2.10 and 4.5. */
import { illegal } from '../brokenRules.ts';
import { misbehaved } from '../errors.ts';
import { handshakeMessage } from '../messages/handshakeMessage.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import type { ClientOffer } from './clientOffer.ts';
import { earlyDataOffered } from './earlyDataOffered.ts';
import type { SuiteAlgorithms } from './parameters.ts';
import type { OfferedPsk } from './preSharedKeys.ts';
import type { ServerParameters } from './serverParameters.ts';
import type { Traffic } from './traffic.ts';
import type { Transcript } from './transcript.ts';
import type { HandshakeWire } from './wire.ts';

/** When we begin to write with the keys of the handshake: at once, unless the server can still accept early data. */
export interface EarlyDataDecision {
  /** @throws TLSError where the server accepts what it can't */
  encryptedExtensions(parameters: ServerParameters): void;
  /** The server's Finished has come, and it has accepted. */
  end(transcript: Transcript): void;
}

/**
 * @param psk the key that the server selected
 * @param traffic the keys of the handshake
 */
export function decideEarlyData(
  offer: ClientOffer,
  psk: OfferedPsk | undefined,
  wire: HandshakeWire,
  traffic: Traffic,
): EarlyDataDecision {
  const wasOffered = earlyDataOffered(offer) !== undefined;
  // It goes with the first key alone.
  const isOpen = wasOffered && psk === offer.psks[0];
  if (wasOffered && !isOpen) wire.rejectEarlyData();
  if (!isOpen) wire.writeWith(traffic);
  return {
    encryptedExtensions(parameters) {
      if (parameters.acceptsEarlyData) {
        checkAccepted(offer, psk, traffic.suite, parameters);
        wire.acceptEarlyData();
      } else if (isOpen) {
        wire.rejectEarlyData();
        wire.writeWith(traffic);
      }
    },
    end(transcript) {
      // Section 4.5: still with the keys of early data.
      const endOfEarlyData = handshakeMessage(handshakeTypes.endOfEarlyData, new Uint8Array(0));
      transcript.add(endOfEarlyData);
      wire.send(endOfEarlyData);
      wire.writeWith(traffic);
    },
  };
}

/**
 * Holds a server that accepts early data to what that was written for, sections 4.2.10 and 4.2.11.
 * @param psk the key that it selected
 */
function checkAccepted(
  offer: ClientOffer,
  psk: OfferedPsk | undefined,
  suite: SuiteAlgorithms,
  { alpnProtocol }: ServerParameters,
): void {
  if (psk === undefined || psk !== offer.psks[0]) {
    throw misbehaved(
      psk === undefined ? 'unsupported_extension' : 'illegal_parameter',
      'UNEXPECTED_EXTENSION',
      'the server accepted early data and not the session that it was written with (RFC 8446 section 4.2.11)',
    );
  }
  const session = psk.resumption?.session;
  if (session?.cipherSuite !== suite.name) {
    throw illegal(
      'CIPHER_MISMATCH_ON_EARLY_DATA',
      `the server accepted early data that was written with ${session?.cipherSuite}, and chose ${suite.name}`,
    );
  }
  if (session.alpnProtocol !== alpnProtocol) {
    throw illegal(
      'ALPN_MISMATCH_ON_EARLY_DATA',
      `the server accepted early data of ${session.alpnProtocol ?? 'no protocol'}, and chose ${alpnProtocol ?? 'none'}`,
    );
  }
}
