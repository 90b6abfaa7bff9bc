/** What a connection may use up. */
export interface Limits {
  /** Seconds without an octet in either direction. */
  readonly idleSeconds: number;
  /** Octets in both directions together. */
  readonly maximumOctets: number;
}

export interface Meter {
  /** Octets that went through, in either direction. */
  count(octets: number): void;
  /** Nothing is measured any more. */
  stop(): void;
  readonly octets: number;
}

/** @param onExceeded told once, of the limit that was reached */
export function createMeter(
  { idleSeconds, maximumOctets }: Limits,
  onExceeded: (limit: 'idle' | 'octets') => void,
): Meter {
  let octets = 0;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    clearTimeout(timer);
  };
  const exceed = (limit: 'idle' | 'octets'): void => {
    if (stopped) return;
    stop();
    onExceeded(limit);
  };
  const timer = setTimeout(() => exceed('idle'), idleSeconds * 1000);
  return {
    count(length) {
      octets += length;
      if (stopped) return;
      timer.refresh();
      if (octets > maximumOctets) exceed('octets');
    },
    stop,
    get octets() {
      return octets;
    },
  };
}
