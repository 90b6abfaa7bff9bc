import type { SSLSocket } from 'halfclose';
import { find, h } from './dom.ts';
import type { Half, Trouble } from './model.ts';

/** How the connection is: its state in a word, its two halves, and what was agreed. */
export interface StatusView {
  /** Of the connection before. */
  clear(): void;
  established(socket: SSLSocket): void;
  trouble(trouble: Trouble): void;
  halves(writing: Half, reading: Half): void;
}

const words: Readonly<Record<Half, string>> = {
  waiting: 'not yet',
  open: 'open',
  shut: 'shut down by you',
  over: 'finished by the server',
  lost: 'lost',
};

export function createStatusView(): StatusView {
  const facts = find('#facts', HTMLElement);
  const troubleBox = find('#trouble', HTMLElement);
  const writingHalf = find('#half-writing', HTMLElement);
  const readingHalf = find('#half-reading', HTMLElement);
  const setHalf = (element: HTMLElement, half: Half): void => {
    element.dataset.half = half;
    const text = element.querySelector('.half-state');
    if (text !== null) text.textContent = words[half];
  };
  return {
    clear() {
      troubleBox.hidden = true;
      troubleBox.replaceChildren();
      facts.replaceChildren();
    },
    established({ facts: agreed }) {
      if (agreed === undefined) return;
      const { version, cipherSuite, group, signatureScheme, timing, helloRetryRequest } = agreed;
      const rows: readonly (readonly [string, string])[] = [
        ['version', version.replace('TLSv', 'TLS ')],
        ['cipher suite', cipherSuite],
        ['key exchange', `${group ?? 'none'}${helloRetryRequest ? ', at the second attempt' : ''}`],
        ['signed with', signatureScheme ?? 'nothing'],
        ['handshake', `${timing.done - timing.begun} ms`],
      ];
      facts.replaceChildren(...rows.flatMap(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]));
    },
    trouble({ title, about, words: said, facts: short }) {
      troubleBox.replaceChildren(
        h('h2', {}, title),
        h('p', {}, about),
        h('p', { class: 'said' }, said),
        h(
          'dl',
          { class: 'facts' },
          ...short.flatMap(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]),
        ),
      );
      troubleBox.hidden = false;
    },
    halves(writing, reading) {
      setHalf(writingHalf, writing);
      setHalf(readingHalf, reading);
    },
  };
}
