import type { OutgoingRecords } from './records/outgoing.ts';

/** What became of the offer of early data. */
export type EarlyDataStatus = 'notOffered' | 'offered' | 'accepted' | 'rejected';

/**
 * The most that is written early, in octets, whatever the server would take: all of it is kept until the server has
 * said whether it took it.
 */
export const maximumEarlyData: number = 2 ** 17;

/** The early data of a connection, RFC 8446 section 2.3: written before the server has said a word. */
export interface EarlyData {
  readonly status: EarlyDataStatus;
  accept(): void;
  reject(): void;
  /** No more of it may be written. */
  end(): void;
  /** @returns octets taken */
  write(data: Uint8Array, offset: number): number;
  /** Octets that `takeRejected` gives. */
  readonly rejectedLength: number;
  takeRejected(): Uint8Array;
  /** Takes nothing any more, and keeps only what was rejected: that is its writer's. */
  close(): void;
}

/** It may be written from now on. @param limit octets that the server would take */
export function createEarlyData(outgoing: OutgoingRecords, limit: number): EarlyData {
  return new EarlyRecords(outgoing, limit);
}

const nothing = new Uint8Array(0);

/** A class for the reason given in records/protection.ts. */
class EarlyRecords implements EarlyData {
  readonly #outgoing: OutgoingRecords;
  #status: EarlyDataStatus = 'offered';
  #room: number;
  #written: Uint8Array = nothing;
  #length = 0;

  constructor(outgoing: OutgoingRecords, limit: number) {
    this.#outgoing = outgoing;
    this.#room = Math.min(limit, maximumEarlyData);
  }

  get status(): EarlyDataStatus {
    return this.#status;
  }
  accept(): void {
    this.#status = 'accepted';
    this.#forget();
  }
  reject(): void {
    this.#status = 'rejected';
    this.#room = 0;
  }
  end(): void {
    this.#room = 0;
  }
  write(data: Uint8Array, offset: number): number {
    const fitting = data.length - offset <= this.#room ? data : data.subarray(0, offset + this.#room);
    const taken = this.#room === 0 ? 0 : this.#outgoing.appendApplicationData(fitting, offset, this.#room);
    this.#room -= taken;
    if (this.#status === 'offered') this.#keep(data.subarray(offset, offset + taken));
    return taken;
  }
  get rejectedLength(): number {
    return this.#status === 'rejected' ? this.#length : 0;
  }
  takeRejected(): Uint8Array {
    if (this.#status !== 'rejected') return new Uint8Array(0);
    const all = this.#written.slice(0, this.#length);
    this.#forget();
    return all;
  }
  close(): void {
    this.#room = 0;
    if (this.#status !== 'rejected') this.#forget();
  }

  #keep(octets: Uint8Array): void {
    if (this.#length + octets.length > this.#written.length) {
      const larger = new Uint8Array(
        Math.min(Math.max(2 * this.#length, this.#length + octets.length), maximumEarlyData),
      );
      larger.set(this.#written);
      this.#written = larger;
    }
    this.#written.set(octets, this.#length);
    this.#length += octets.length;
  }

  #forget(): void {
    this.#written = nothing;
    this.#length = 0;
  }
}
