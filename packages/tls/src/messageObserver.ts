/** Those who look on at a connection: for `onMessage` of the configuration. */
import type { ProtocolVersionName } from './config.ts';
import type { ConnectionState } from './connectionState.ts';
import { ConnectionWire } from './connectionWire.ts';
import type { Traffic } from './handshake/traffic.ts';
import type { HandshakeMessage } from './messages/handshakeMessage.ts';
import type { RecordProtection } from './records/protection.ts';
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

type Direction = ObservedMessage['direction'];

/** Looking on, for a configuration: `observeMessages` makes it. */
export type MessageObservation = () => MessageObserver;

/**
 * For the `onMessage` of a configuration; good for any number of connections.
 * @param onMessage called synchronously for each message of the handshake, change_cipher_spec, alert and record of application
 * data, in the order of the wire: what is sent when it is queued in `output()`, what comes before anything is done about it. A
 * handshake message that is refused for its type is not among them. Must not call back into the connection; what it throws is
 * dropped. It sees all that the two sides tell each other, passwords too.
 */
export function observeMessages(onMessage: (message: ObservedMessage) => void): MessageObservation {
  return () => new MessageObserver(onMessage);
}

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

  /** The wire of a connection, and what goes over it is reported. */
  watchWire(state: ConnectionState): ConnectionWire {
    return new WatchedWire(state, this);
  }

  /** It travels inside the hello that was sent last. */
  reportHidden(octets: Uint8Array): void {
    this.#tell('sent', 'handshake', octets, 'ech');
  }

  /** The server's choice was read. */
  speaks(version: ProtocolVersionName): void {
    this.#version = version;
  }

  /** Other keys than before: those, or in TLS 1.3 those that come after. */
  changesKeys(direction: Direction, keys: MessageProtection = next(this.#keys[direction])): void {
    this.#keys[direction] = keys;
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
      // Not by slice(), which of Node's Buffer, as a carrier may have given one, makes no copy. So wherever it is another's.
      this.#onMessage({ direction, contentType, version, protection, octets: new Uint8Array(octets) });
    } catch {
      // Who looks on has no part in the connection.
    }
  }
}

/** Reports what it does. */
class WatchedWire extends ConnectionWire {
  readonly #observer: MessageObserver;

  constructor(state: ConnectionState, observer: MessageObserver) {
    super(state);
    this.#observer = observer;
  }

  override send(...flight: readonly HandshakeMessage[]): void {
    super.send(...flight);
    for (const { encoded } of flight) this.#observer.report('sent', 'handshake', encoded);
  }

  override reportHidden({ encoded }: HandshakeMessage): void {
    this.#observer.reportHidden(encoded);
  }

  override readWith(traffic: Traffic): void {
    super.readWith(traffic);
    this.#observer.speaks('TLSv1.3');
    this.#observer.changesKeys('received');
  }

  override writeWith(traffic: Traffic): void {
    super.writeWith(traffic);
    this.#observer.changesKeys('sent');
  }

  override offerEarlyData(...offer: Parameters<ConnectionWire['offerEarlyData']>): void {
    super.offerEarlyData(...offer);
    this.#observer.changesKeys('sent', 'early');
  }

  override rejectEarlyData(): void {
    super.rejectEarlyData();
    this.#observer.changesKeys('sent', 'none');
  }

  override speakTls12(): void {
    super.speakTls12();
    this.#observer.speaks('TLSv1.2');
  }

  override protectReading(protection: RecordProtection): void {
    super.protectReading(protection);
    this.#observer.changesKeys('received', 'application');
  }

  override protectWriting(protection: RecordProtection): void {
    super.protectWriting(protection);
    this.#observer.changesKeys('sent', 'application');
  }
}

/** The keys of TLS 1.3 after those. */
function next(keys: MessageProtection): MessageProtection {
  return keys === 'none' || keys === 'early' ? 'handshake' : 'application';
}
