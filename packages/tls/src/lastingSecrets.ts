import { wipe } from '@halfclose/crypto';
import type { Established13 } from './handshake/clientHandshake13.ts';
import type { SuiteAlgorithms } from './handshake/parameters.ts';
import { recordKeys, type Traffic, updateTraffic } from './handshake/traffic.ts';
import type { Direction, RecordKeySource, RecordKeys } from './records/protection.ts';

/** Where each of them begins, in hashes. */
const places = { read: 0, write: 1, exporter: 2, resumption: 3 } as const;

type SecretName = keyof typeof places;

/**
 * The secrets of a connection of TLS 1.3 that outlive its handshake, side by side in one array: an array for each would
 * take three times as much memory.
 */
export class LastingSecrets implements RecordKeySource {
  readonly suite: SuiteAlgorithms;
  readonly #octets: Uint8Array;

  /** Copies them, and wipes what they were in. */
  constructor(
    { suite, exporterMasterSecret, resumptionMasterSecret }: Established13,
    reading: Traffic,
    writing: Traffic,
  ) {
    this.suite = suite;
    this.#octets = new Uint8Array(4 * suite.hashAlgorithm.outputLength);
    this.#put('read', reading.secret);
    this.#put('write', writing.secret);
    this.#put('exporter', exporterMasterSecret);
    this.#put('resumption', resumptionMasterSecret);
  }

  /** The connection's own memory, which `update` and `wipe` change. */
  get(name: SecretName): Uint8Array {
    const length = this.suite.hashAlgorithm.outputLength;
    return this.#octets.subarray(places[name] * length, (places[name] + 1) * length);
  }

  /** The epoch after a KeyUpdate takes the place of that before it (RFC 8446 section 7.2). */
  update(direction: Direction): void {
    this.#put(direction, updateTraffic(this.traffic(direction)).secret);
  }

  /** That of one direction, in the connection's own memory as well. */
  traffic(direction: Direction): Traffic {
    return { suite: this.suite, secret: this.get(direction) };
  }

  recordKeys(direction: Direction): RecordKeys {
    return recordKeys(this.traffic(direction));
  }

  wipe(...names: readonly SecretName[]): void {
    for (const name of names) wipe(this.get(name));
  }

  #put(name: SecretName, secret: Uint8Array): void {
    this.get(name).set(secret);
    wipe(secret);
  }
}
