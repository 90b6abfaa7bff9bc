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
  /** It may be written from now on: so many octets. */
  offer(limit: number): void;
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

export function createEarlyData(outgoing: OutgoingRecords): EarlyData {
  let status: EarlyDataStatus = 'notOffered';
  let room = 0;
  let written = new Uint8Array(0);
  let length = 0;

  const keep = (octets: Uint8Array): void => {
    if (length + octets.length > written.length) {
      const larger = new Uint8Array(Math.min(Math.max(2 * length, length + octets.length), maximumEarlyData));
      larger.set(written);
      written = larger;
    }
    written.set(octets, length);
    length += octets.length;
  };

  const forget = (): void => {
    written = new Uint8Array(0);
    length = 0;
  };

  return {
    get status() {
      return status;
    },
    offer(limit) {
      status = 'offered';
      room = Math.min(limit, maximumEarlyData);
    },
    accept() {
      status = 'accepted';
      forget();
    },
    reject() {
      status = 'rejected';
      room = 0;
    },
    end() {
      room = 0;
    },
    write(data, offset) {
      const fitting = data.length - offset <= room ? data : data.subarray(0, offset + room);
      const taken = room === 0 ? 0 : outgoing.appendApplicationData(fitting, offset, room);
      room -= taken;
      if (status === 'offered') keep(data.subarray(offset, offset + taken));
      return taken;
    },
    get rejectedLength() {
      return status === 'rejected' ? length : 0;
    },
    takeRejected() {
      if (status !== 'rejected') return new Uint8Array(0);
      const all = written.slice(0, length);
      forget();
      return all;
    },
    close() {
      room = 0;
      if (status !== 'rejected') forget();
    },
  };
}
