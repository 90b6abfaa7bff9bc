import type { Platform } from './platform.ts';

/** Milliseconds without input after which a connection counts as idle; it is noticed after twice that at the latest. */
const idleTime = 500;

/**
 * Notices that a wait takes long. One timer goes on for all the waits of a connection: to set and cancel one for each
 * chunk that comes costs more than a look now and then.
 */
export interface IdleWatch {
  waitBegins(): void;
  waitEnds(): void;
  /** For good. */
  stop(): void;
}

export function createIdleWatch(setTimer: Platform['setTimer'], onIdle: () => void): IdleWatch {
  let waiting = false;
  let recent = false;
  let stopped = false;
  let cancel: (() => void) | undefined;

  const look = (): void => {
    cancel = undefined;
    if (!waiting) return;
    if (recent) watch();
    else onIdle();
  };

  const watch = (): void => {
    recent = false;
    cancel = setTimer(look, idleTime);
  };

  return {
    waitBegins() {
      waiting = true;
      if (cancel === undefined && !stopped) watch();
      else recent = true;
    },
    waitEnds() {
      waiting = false;
    },
    stop() {
      stopped = true;
      cancel?.();
      cancel = undefined;
    },
  };
}
