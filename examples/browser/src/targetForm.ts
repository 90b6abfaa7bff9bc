import type { Demo, DemoHost } from '../server/demo.ts';
import { find, h } from './dom.ts';
import type { Target } from './model.ts';
import { parseHost } from './parseHost.ts';

/** The choice of where to connect to. */
export interface TargetForm {
  readonly form: HTMLFormElement;
  /** @throws RangeError where what was typed is no host */
  target(): Target;
}

const other = 'other';

export function createTargetForm(demo: Demo): TargetForm {
  const form = find('#target', HTMLFormElement);
  const hosts = find('#hosts', HTMLElement);
  const typed = find('#host', HTMLInputElement);
  hosts.prepend(...demo.hosts.map(choice));
  const showTyped = (): void => {
    const isOther = chosen(form, 'server') === other;
    typed.disabled = !isOther;
    if (isOther) typed.focus();
  };
  hosts.addEventListener('change', showTyped);
  typed.disabled = chosen(form, 'server') !== other;
  return {
    form,
    target() {
      const version = chosen(form, 'version') === 'TLSv1.2' ? 'TLSv1.2' : 'TLSv1.3';
      const id = chosen(form, 'server');
      const { relay, authority } = demo;
      const host = demo.hosts.find((each) => each.id === id);
      if (host === undefined) return { relay, version, authority: undefined, ...parseHost(typed.value) };
      return { relay, version, authority, host: '127.0.0.1', port: host.port, name: host.name };
    },
  };
}

function choice({ id, title, about }: DemoHost, index: number): HTMLElement {
  const input = h('input', {
    type: 'radio',
    name: 'server',
    value: id,
    ...(index === 0 && { checked: '' }),
  });
  return h(
    'label',
    { class: 'choice' },
    input,
    h('span', { class: 'choice-title' }, title),
    h('span', { class: 'choice-about' }, about),
  );
}

function chosen(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === 'string' ? value : '';
}
