import type { SessionStore } from './config.ts';
import { isPromiseLike } from './handshake/steps.ts';
import type { Session } from './session.ts';

/** Sessions that a store is still busy with, before more are dropped: a server can send tickets without end. */
const maximumBeingStored = 8;

/** A session that can't be kept is lost, and the connection that it came from is none the worse. */
export interface SessionKeeper {
  keep(session: Session): void;
}

export function createSessionKeeper(store: SessionStore | undefined): SessionKeeper {
  return store === undefined ? careless : new Keeper(store);
}

const careless: SessionKeeper = { keep() {} };

/** A class for the reason given in records/protection.ts. */
class Keeper implements SessionKeeper {
  readonly #store: SessionStore;
  #beingStored = 0;

  constructor(store: SessionStore) {
    this.#store = store;
  }

  keep(session: Session): void {
    if (this.#beingStored >= maximumBeingStored) return;
    try {
      const put = this.#store.put(session);
      if (!isPromiseLike(put)) return;
      this.#beingStored++;
      const stored = (): void => {
        this.#beingStored--;
      };
      Promise.resolve(put).then(stored, stored);
    } catch {
      // As above.
    }
  }
}
