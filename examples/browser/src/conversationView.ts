import { find, h } from './dom.ts';
import { lines } from './format.ts';

/** What both sides said, line by line. */
export interface ConversationView {
  said(who: 'you' | 'server' | 'note', text: string): void;
  /** Of the server's last line comes no more. */
  rest(): void;
  clear(): void;
}

const kept = 200;

export function createConversationView(): ConversationView {
  const log = find('#log', HTMLElement);
  let unfinished = '';
  const add = (who: 'you' | 'server' | 'note', line: string): void => {
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    const speaker = { you: 'you', server: 'server', note: '' }[who];
    log.append(
      h('p', { class: who }, speaker !== '' && h('span', { class: 'who' }, speaker), h('span', {}, line)),
    );
    if (log.childElementCount > kept) log.firstElementChild?.remove();
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  };
  return {
    said(who, text) {
      if (who !== 'server') {
        for (const line of lines(text)) add(who, line);
        return;
      }
      const whole = unfinished + text;
      const end = whole.lastIndexOf('\n') + 1;
      unfinished = whole.slice(end);
      for (const line of lines(whole.slice(0, end))) add(who, line);
    },
    rest() {
      if (unfinished !== '') add('server', unfinished);
      unfinished = '';
    },
    clear() {
      unfinished = '';
      log.replaceChildren();
    },
  };
}
