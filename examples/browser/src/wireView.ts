import { h } from './dom.ts';
import { count, milliseconds, plural } from './format.ts';
import { createMessageView } from './messageView.ts';
import type { CallEvent, CarrierEvent, MessageEvent, WireEvent } from './model.ts';

/** Messages as arrows between two lanes, those of one flight together. */
export interface WireView {
  add(event: WireEvent): void;
  clear(): void;
}

/** Records of data that one flight shows; those before are only counted. */
const shownData = 6;

interface Flight {
  readonly direction: MessageEvent['message']['direction'];
  readonly isData: boolean;
  readonly begun: number;
  readonly caption: HTMLElement;
  readonly list: HTMLElement;
  messages: number;
  octets: number;
}

export function createWireView(list: HTMLElement): WireView {
  let flight: Flight | undefined;

  const beginFlight = ({ at, message }: MessageEvent): Flight => {
    const { direction, contentType } = message;
    const isData = contentType === 'application_data';
    const caption = h('p', { class: 'flight-caption' });
    const messages = h('ol', { class: 'flight-messages' });
    list.append(h('li', { class: `flight ${direction}` }, caption, messages));
    return { direction, isData, begun: at, caption, list: messages, messages: 0, octets: 0 };
  };

  const addMessage = (event: MessageEvent): void => {
    const { direction, contentType, octets } = event.message;
    const isData = contentType === 'application_data';
    if (flight === undefined || flight.direction !== direction || flight.isData !== isData) {
      flight = beginFlight(event);
    }
    flight.messages += 1;
    flight.octets += octets.length;
    flight.list.append(h('li', {}, createMessageView(event)));
    if (isData) forgetOldest(flight);
    flight.caption.textContent = captionOf(flight);
  };

  return {
    add(event) {
      if (event.kind === 'message') {
        addMessage(event);
        return;
      }
      flight = undefined;
      list.append(event.kind === 'carrier' ? carrierView(event) : callView(event));
    },
    clear() {
      flight = undefined;
      list.replaceChildren();
    },
  };
}

/** An unfolded one stays: somebody reads it. */
function forgetOldest({ list }: Flight): void {
  if (list.childElementCount <= shownData) return;
  [...list.children].find((child) => child.querySelector('details[open]') === null)?.remove();
}

function captionOf({ isData, messages, octets, begun, list }: Flight): string {
  const what = plural(messages, isData ? 'record' : 'message');
  const hidden = messages - list.childElementCount;
  const shown = hidden > 0 ? `, the last ${count(messages - hidden)} shown` : '';
  return `+${milliseconds(begun)} · ${what}${shown} · ${plural(octets, 'octet')}`;
}

function carrierView({ at, direction, title, about }: CarrierEvent): HTMLElement {
  return h(
    'li',
    { class: `carrier ${direction}` },
    h(
      'p',
      { class: 'message-line' },
      h('span', { class: 'message-name' }, title),
      h('span', { class: 'message-gist' }, about),
      h('span', { class: 'message-meta' }, h('span', {}, `+${milliseconds(at)}`)),
    ),
    h('span', { class: 'arrow', 'aria-hidden': 'true' }),
  );
}

function callView({ title, about }: CallEvent): HTMLElement {
  return h('li', { class: 'call' }, h('code', {}, title), h('span', {}, about));
}
