/** What may come after the handshake of TLS 1.2: a wish for another one, which is refused. RFC 5246 section 7.4.1.1. */
import { misbehaved } from '../../errors.ts';
import type { HandshakeMessage } from '../../messages/handshakeMessage.ts';
import { handshakeTypes } from '../../protocol/handshakeTypes.ts';
import type { AfterHandshake, Steps } from '../steps.ts';
import type { HandshakeWire12 } from './wire12.ts';

/** How many may follow each other without application data between them. */
const maximumInARow = 32;

/**
 * Who renegotiates lets others put their data before ours (RFC 5746) and change what was agreed on: we never do. A server
 * may go on without it, and most do.
 */
export function refuseRenegotiation(
  wire: HandshakeWire12,
  counts: { helloRequests: number },
): AfterHandshake {
  return new Refusal(wire, counts);
}

/** A class for the reason given in records/protection.ts. */
class Refusal implements AfterHandshake {
  readonly expect: readonly number[] = legal;
  readonly #wire: HandshakeWire12;
  readonly #counts: { helloRequests: number };

  constructor(wire: HandshakeWire12, counts: { helloRequests: number }) {
    this.#wire = wire;
    this.#counts = counts;
  }

  // biome-ignore lint/correctness/useYield: what it does waits for nothing.
  *take({ body }: HandshakeMessage): Steps<undefined> {
    if (body.length > 0) {
      throw misbehaved(
        'decode_error',
        'BAD_HELLO_REQUEST',
        `HelloRequest has ${body.length} octets instead of none`,
      );
    }
    if (++this.#counts.helloRequests > maximumInARow) {
      throw misbehaved(
        'unexpected_message',
        'TOO_MANY_RENEGOTIATIONS',
        `more than ${maximumInARow} HelloRequest messages in a row`,
      );
    }
    this.#wire.refuseRenegotiation();
    return undefined;
  }
}

const legal: readonly number[] = [handshakeTypes.helloRequest];
