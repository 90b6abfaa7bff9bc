import type { ObservedMessage } from '@halfclose/tls';
import type { Annotation } from '@halfclose/tls/annotate';

export type Direction = ObservedMessage['direction'];

/** Something to be drawn between the two sides; `at` is milliseconds since the connection was begun. */
export type WireEvent = MessageEvent | CarrierEvent | CallEvent;

export interface MessageEvent {
  readonly kind: 'message';
  readonly at: number;
  readonly message: ObservedMessage;
  readonly annotation: Annotation;
  /** Nobody will read it: reading is shut down. */
  readonly dropped: boolean;
}

/** What happens to the byte stream under TLS. */
export interface CarrierEvent {
  readonly kind: 'carrier';
  readonly at: number;
  readonly direction: Direction;
  readonly title: string;
  readonly about: string;
}

/** What the person at the page did. */
export interface CallEvent {
  readonly kind: 'call';
  readonly at: number;
  readonly title: string;
  readonly about: string;
}

/** Records and their octets in one direction, headers counted. */
export interface Traffic {
  records: number;
  octets: number;
}

export interface Counters {
  readonly sent: Traffic;
  readonly received: Traffic;
  /** Octets of application data, in clear. */
  readonly data: { sent: number; received: number; dropped: number };
}

export function noCounters(): Counters {
  return {
    sent: { records: 0, octets: 0 },
    received: { records: 0, octets: 0 },
    data: { sent: 0, received: 0, dropped: 0 },
  };
}

/** Where to connect to, and how. */
export interface Target {
  readonly relay: string;
  readonly host: string;
  readonly port: number;
  /** The name that the certificate has to have. */
  readonly name: string;
  readonly version: 'TLSv1.3' | 'TLSv1.2';
  /** PEM of an authority to trust beside Mozilla's; undefined for Mozilla's alone. */
  readonly authority: string | undefined;
}

/** What became of a connection attempt, in words. */
export interface Trouble {
  readonly title: string;
  readonly about: string;
  /** As the engine says it. */
  readonly words: string;
  /** Short facts: alert, reason, verify code. */
  readonly facts: readonly (readonly [term: string, value: string])[];
}

/** A half of the connection, as far as this side knows. */
export type Half = 'waiting' | 'open' | 'shut' | 'over' | 'lost';
