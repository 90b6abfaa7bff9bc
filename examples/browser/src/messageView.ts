import { h } from './dom.ts';
import { createFieldTree } from './fieldTree.ts';
import { plural } from './format.ts';
import { createHexView } from './hexView.ts';
import type { MessageEvent } from './model.ts';
import { gist, protections, title } from './words.ts';

/** A message as an arrow between the lanes, which unfolds into its octets and what they mean. */
export function createMessageView(event: MessageEvent): HTMLElement {
  const { message, annotation, dropped } = event;
  const { direction, protection, contentType, octets } = message;
  const view = h(
    'details',
    {
      class: `message ${direction}${dropped ? ' dropped' : ''}`,
      'data-keys': protection,
      'data-type': contentType,
    },
    h(
      'summary',
      {},
      h(
        'span',
        { class: 'message-line' },
        h('span', { class: 'message-name' }, title(message, annotation)),
        h('span', { class: 'message-gist' }, gist(message, annotation)),
        h('span', { class: 'visually-hidden' }, `, ${direction},`),
        h(
          'span',
          { class: 'message-meta' },
          dropped && h('span', { class: 'tag' }, 'dropped'),
          h('span', {}, plural(octets.length, 'octet')),
          h('span', { class: 'message-protection' }, protections[protection]),
        ),
      ),
      h('span', { class: 'arrow', 'aria-hidden': 'true' }),
    ),
  );
  view.addEventListener('toggle', () => {
    if (view.open && view.childElementCount === 1) view.append(bodyOf(event));
  });
  return view;
}

/** Fields beside octets: to look at one shows the other. */
function bodyOf({ message, annotation }: MessageEvent): HTMLElement {
  const hex = createHexView(message.octets);
  const tree = createFieldTree(annotation, (field) => hex.highlight(field?.offset ?? 0, field?.length ?? 0));
  hex.element.addEventListener('pointerover', (event) => tree.point(hex.octetAt(event.target)));
  hex.element.addEventListener('pointerleave', () => tree.point(undefined));
  return h('div', { class: 'message-body' }, tree.element, hex.element);
}
