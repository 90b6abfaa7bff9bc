import { h } from './dom.ts';
import { count, octetText } from './format.ts';

/** The octets of a message, of which some can be made to stand out. */
export interface HexView {
  readonly element: HTMLElement;
  highlight(offset: number, length: number): void;
  /** The octet that an event is about. */
  octetAt(target: EventTarget | null): number | undefined;
}

/** More than that is too much to look at, and to lay out. */
const shownOctets = 4096;
const narrow = 480;

export function createHexView(octets: Uint8Array): HexView {
  const perRow = window.innerWidth < narrow ? 8 : 16;
  const cells: HTMLElement[] = [];
  const rows: HTMLElement[] = [];
  for (let start = 0; start < Math.min(octets.length, shownOctets); start += perRow) {
    const row = octets.subarray(start, Math.min(start + perRow, shownOctets));
    const own = Array.from(row, (octet, i) =>
      h('span', { class: 'octet', 'data-at': String(start + i) }, octetText(octet)),
    );
    cells.push(...own);
    rows.push(
      h(
        'div',
        { class: 'hex-row' },
        h('span', { class: 'hex-offset' }, start.toString(16).padStart(4, '0')),
        ...own,
      ),
    );
  }
  const left = octets.length - shownOctets;
  const element = h(
    'div',
    {
      class: 'hex',
      role: 'img',
      tabindex: '0',
      'aria-label': `${count(octets.length)} octets in hexadecimal`,
    },
    ...rows,
    left > 0 && h('p', { class: 'hex-left' }, `and ${count(left)} octets more`),
  );
  let lit: HTMLElement[] = [];
  return {
    element,
    highlight(offset, length) {
      for (const cell of lit) cell.classList.remove('lit');
      lit = cells.slice(offset, offset + length);
      for (const cell of lit) cell.classList.add('lit');
    },
    octetAt(target) {
      const at = target instanceof HTMLElement ? target.dataset.at : undefined;
      return at === undefined ? undefined : Number(at);
    },
  };
}
