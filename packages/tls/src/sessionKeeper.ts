import type { SessionStore } from './config.ts';
import { isPromiseLike } from './handshake/steps.ts';
import type { Session } from './session.ts';

/** Sessions that a store is still busy with, before more are dropped: a server can send tickets without end. */
const maximumBeingStored = 8;

/** A session that can't be kept is lost, and the connection that it came from is none the worse. */
export function createSessionKeeper(store: SessionStore | undefined): (session: Session) => void {
  let beingStored = 0;
  const stored = (): void => {
    beingStored--;
  };
  return (session) => {
    if (store === undefined || beingStored >= maximumBeingStored) return;
    try {
      const put = store.put(session);
      if (!isPromiseLike(put)) return;
      beingStored++;
      Promise.resolve(put).then(stored, stored);
    } catch {
      // As above.
    }
  };
}
