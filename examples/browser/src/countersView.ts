import { find, oncePerFrame } from './dom.ts';
import { count } from './format.ts';
import type { Counters } from './model.ts';

/** The running numbers of a connection. */
export function createCountersView(): (counters: Counters) => void {
  const cell = (id: string): HTMLElement => find(`#count-${id}`, HTMLElement);
  const cells = {
    sentRecords: cell('sent-records'),
    receivedRecords: cell('received-records'),
    sentOctets: cell('sent-octets'),
    receivedOctets: cell('received-octets'),
    sentData: cell('sent-data'),
    receivedData: cell('received-data'),
    dropped: cell('dropped'),
  };
  let latest: Counters | undefined;
  const draw = oncePerFrame(() => {
    if (latest === undefined) return;
    const { sent, received, data } = latest;
    cells.sentRecords.textContent = count(sent.records);
    cells.receivedRecords.textContent = count(received.records);
    cells.sentOctets.textContent = count(sent.octets);
    cells.receivedOctets.textContent = count(received.octets);
    cells.sentData.textContent = count(data.sent);
    cells.receivedData.textContent = count(data.received);
    cells.dropped.textContent = count(data.dropped);
  });
  return (counters) => {
    latest = counters;
    draw();
  };
}
