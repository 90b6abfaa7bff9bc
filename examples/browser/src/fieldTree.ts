import type { Annotation } from '@halfclose/tls/annotate';
import { h } from './dom.ts';
import { moveInTree } from './treeKeys.ts';

/** What the octets of a message mean, as a tree: the pattern of WAI-ARIA, with the arrow keys. */
export interface FieldTree {
  readonly element: HTMLElement;
  /** Shows which field an octet belongs to, as far as it is unfolded. */
  point(octet: number | undefined): void;
}

/** @param onField told which field is looked at; undefined for none */
export function createFieldTree(
  root: Annotation,
  onField: (field: Annotation | undefined) => void,
): FieldTree {
  const items = new Map<HTMLElement, Annotation>();
  const itemOf = (field: Annotation, depth: number): HTMLElement => {
    const isParent = field.children.length > 0;
    const row = rowOf(field);
    const item = h(
      'li',
      {
        role: 'treeitem',
        tabindex: '-1',
        'aria-level': String(depth),
        'aria-expanded': isParent ? String(isUnfolded(field, depth)) : undefined,
        'aria-labelledby': row.id,
      },
      row,
      isParent && h('ul', { role: 'group' }, ...field.children.map((child) => itemOf(child, depth + 1))),
    );
    items.set(item, field);
    return item;
  };
  const element = h(
    'ul',
    { class: 'tree', role: 'tree', 'aria-label': `The fields of ${root.name}` },
    ...root.children.map((child) => itemOf(child, 1)),
  );
  const first = element.querySelector<HTMLElement>('[role=treeitem]');
  if (first !== null) first.tabIndex = 0;

  const itemAround = (target: EventTarget | null): HTMLElement | undefined => {
    const item = target instanceof Element ? target.closest('[role=treeitem]') : null;
    return item instanceof HTMLElement ? item : undefined;
  };
  const look = (item: HTMLElement | undefined): void => onField(item && items.get(item));
  element.addEventListener('pointerover', (event) => look(itemAround(event.target)));
  element.addEventListener('pointerleave', () => look(itemAround(document.activeElement)));
  element.addEventListener('focusin', (event) => {
    const item = itemAround(event.target);
    for (const other of element.querySelectorAll<HTMLElement>('[tabindex="0"]')) other.tabIndex = -1;
    if (item !== undefined) item.tabIndex = 0;
    look(item);
  });
  element.addEventListener('focusout', () => look(undefined));
  element.addEventListener('click', (event) => {
    const item = itemAround(event.target);
    if (item === undefined) return;
    if (item.ariaExpanded !== null) item.ariaExpanded = String(item.ariaExpanded !== 'true');
    item.focus();
  });
  element.addEventListener('keydown', (event) => {
    const item = itemAround(event.target);
    if (item !== undefined && moveInTree(element, item, event.key)) event.preventDefault();
  });

  let pointed: HTMLElement | undefined;
  return {
    element,
    point(octet) {
      pointed?.classList.remove('pointed');
      pointed = octet === undefined ? undefined : deepestVisible(items, octet);
      pointed?.classList.add('pointed');
      if (octet !== undefined) look(pointed);
      else look(undefined);
    },
  };
}

/** The fields of the message; what is in them when it is asked for. */
function isUnfolded({ name }: Annotation, depth: number): boolean {
  return depth === 1 && (name === 'extensions' || name === 'certificate_list');
}

/** Of all trees of the page: a row has an id, by which its item is named. */
let rows = 0;

function rowOf({ name, value, problem, length }: Annotation): HTMLElement {
  return h(
    'div',
    { class: 'field', id: `field-${++rows}` },
    h('span', { class: 'field-name' }, name),
    ' ',
    value !== undefined && h('span', { class: 'field-value' }, value),
    ' ',
    problem !== undefined && h('span', { class: 'field-problem' }, problem),
    h('span', { class: 'field-length', title: `${length} octets`, 'aria-hidden': 'true' }, String(length)),
  );
}

function deepestVisible(items: ReadonlyMap<HTMLElement, Annotation>, octet: number): HTMLElement | undefined {
  let deepest: HTMLElement | undefined;
  for (const [item, { offset, length }] of items) {
    if (octet < offset || octet >= offset + length) continue;
    if (item.offsetParent !== null && (deepest === undefined || deepest.contains(item))) deepest = item;
  }
  return deepest;
}
