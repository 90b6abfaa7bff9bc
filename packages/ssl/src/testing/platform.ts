import { randomFillSync } from 'node:crypto';
import { createPortableProvider } from '@halfclose/crypto';
import { allParts, type Platform } from '@halfclose/ssl';

/** A platform whose time passes when the test says so. */
export interface TestPlatform extends Platform {
  /** Fires all timers that are set. @returns how many */
  passTime(): number;
  /** Timers that are set and not fired. */
  readonly timers: number;
}

export function createTestPlatform(more: Partial<Platform> = {}): TestPlatform {
  const timers = new Set<() => void>();
  return {
    crypto: createPortableProvider((output) => void randomFillSync(output)),
    clock: () => Date.now(),
    ...allParts,
    setTimer(callback) {
      const timer = (): void => callback();
      timers.add(timer);
      return () => timers.delete(timer);
    },
    passTime() {
      const due = [...timers];
      timers.clear();
      for (const timer of due) timer();
      return due.length;
    },
    get timers() {
      return timers.size;
    },
    ...more,
  };
}
