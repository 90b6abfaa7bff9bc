/** Those who look on at a connection: for `onMessage` of the configuration. */
import type { ProtocolVersionName } from './config.ts';
import type { PostHandshakeWire } from './handshake/postHandshake13.ts';
import type { HandshakeWire12 } from './handshake/tls12/wire12.ts';
import type { Reassembly } from './records/reassembly.ts';
import type { RecordObserver } from './records/recordObserver.ts';

/**
 * Under which keys a message travelled; `none` is in clear. TLS 1.2 has one set of keys for its Finished and for data, which
 * is `application`. `ech`: inside the ClientHello that was reported before it, encrypted for the server alone (RFC 9849).
 */
export type MessageProtection = 'none' | 'early' | 'handshake' | 'application' | 'ech';

/** A message that was sent or received. */
export interface ObservedMessage {
  readonly direction: 'sent' | 'received';
  readonly contentType: 'handshake' | 'change_cipher_spec' | 'alert' | 'application_data';
  /** That of the connection; undefined until the server's choice was read, which is after its ServerHello is reported. */
  readonly version: ProtocolVersionName | undefined;
  readonly protection: MessageProtection;
  /**
   * In clear: of the handshake a whole message with its header, however it was cut into records; of application data what
   * was in one record. A copy, which is the observer's.
   */
  readonly octets: Uint8Array;
}

/** What both handshakes, and what comes after them, do to the connection under them. */
export type ConnectionWire = HandshakeWire12 & PostHandshakeWire;

type Direction = ObservedMessage['direction'];

/** Made only where somebody looks on. */
export class MessageObserver implements RecordObserver {
  #version: ProtocolVersionName | undefined;
  readonly #keys: Record<Direction, MessageProtection> = { sent: 'none', received: 'none' };
  readonly #onMessage: (message: ObservedMessage) => void;

  constructor(onMessage: (message: ObservedMessage) => void) {
    this.#onMessage = onMessage;
  }

  report(direction: Direction, contentType: ObservedMessage['contentType'], octets: Uint8Array): void {
    // change_cipher_spec is never protected: TLS 1.3's is a dummy, and before TLS 1.2's there are no keys.
    const protection = contentType === 'change_cipher_spec' ? 'none' : this.#keys[direction];
    this.#tell(direction, contentType, octets, protection);
  }

  /** The same wire, and what goes over it is reported. */
  watchWire(wire: ConnectionWire): ConnectionWire {
    const keys = this.#keys;
    return {
      ...wire,
      send: (...flight) => {
        wire.send(...flight);
        for (const { encoded } of flight) this.report('sent', 'handshake', encoded);
      },
      reportHidden: ({ encoded }) => this.#tell('sent', 'handshake', encoded, 'ech'),
      readWith: (traffic) => {
        wire.readWith(traffic);
        this.#version = 'TLSv1.3';
        keys.received = next(keys.received);
      },
      writeWith: (traffic) => {
        wire.writeWith(traffic);
        keys.sent = next(keys.sent);
      },
      offerEarlyData: (...offer) => {
        wire.offerEarlyData(...offer);
        keys.sent = 'early';
      },
      rejectEarlyData: () => {
        wire.rejectEarlyData();
        keys.sent = 'none';
      },
      speakTls12: () => {
        wire.speakTls12();
        this.#version = 'TLSv1.2';
      },
      protectReading: (protection) => {
        wire.protectReading(protection);
        keys.received = 'application';
      },
      protectWriting: (protection) => {
        wire.protectWriting(protection);
        keys.sent = 'application';
      },
    };
  }

  /** The same messages, each of which is reported when it is taken. */
  watchMessages(messages: Reassembly): Reassembly {
    return {
      add: (fragment) => messages.add(fragment),
      get pending() {
        return messages.pending;
      },
      get nextType() {
        return messages.nextType;
      },
      next: () => {
        const message = messages.next();
        if (message !== undefined) this.report('received', 'handshake', message.encoded);
        return message;
      },
      destroy: () => messages.destroy(),
    };
  }

  #tell(
    direction: Direction,
    contentType: ObservedMessage['contentType'],
    octets: Uint8Array,
    protection: MessageProtection,
  ): void {
    try {
      const version = this.#version;
      this.#onMessage({ direction, contentType, version, protection, octets: octets.slice() });
    } catch {
      // Who looks on has no part in the connection.
    }
  }
}

/** The keys of TLS 1.3 after those. */
function next(keys: MessageProtection): MessageProtection {
  return keys === 'none' || keys === 'early' ? 'handshake' : 'application';
}
