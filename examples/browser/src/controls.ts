import { find } from './dom.ts';
import type { Half } from './model.ts';

export interface ControlHandlers {
  shutDownWriting(): void;
  shutDownReading(): void;
  close(): void;
  say(line: string): void;
}

/** The buttons, and the line to send: what can be done now can be pressed. */
export interface Controls {
  allow(isOpen: boolean, writing: Half, reading: Half): void;
  /** For whoever wants to type as soon as that is possible. */
  focus(): void;
}

export function createControls(handlers: ControlHandlers): Controls {
  const shutWriting = find('#shut-writing', HTMLButtonElement);
  const shutReading = find('#shut-reading', HTMLButtonElement);
  const close = find('#close', HTMLButtonElement);
  const send = find('#send', HTMLButtonElement);
  const line = find('#line', HTMLInputElement);
  shutWriting.addEventListener('click', () => handlers.shutDownWriting());
  shutReading.addEventListener('click', () => handlers.shutDownReading());
  close.addEventListener('click', () => handlers.close());
  find('#say', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (line.value === '') return;
    handlers.say(line.value);
    line.value = '';
  });
  return {
    allow(isOpen, writing, reading) {
      shutWriting.disabled = !isOpen || writing !== 'open';
      shutReading.disabled = !isOpen || reading !== 'open';
      close.disabled = !isOpen;
      send.disabled = shutWriting.disabled;
      line.disabled = shutWriting.disabled;
    },
    focus() {
      // On a phone it would bring up the keyboard, over what there is to see.
      if (matchMedia('(hover: hover)').matches) line.focus({ preventScroll: true });
    },
  };
}
