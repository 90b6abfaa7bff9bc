/** A flight of the handshake: what one side sends before it waits for the other (RFC 8446 section 2). */
export interface Flight {
  readonly from: 'client' | 'server';
  /** Milliseconds since 1970, by the platform's clock: when its first octets went into the carrier, or came out of it. */
  readonly at: number;
}

/** Notes when the flights of a handshake begin. */
export interface FlightLog {
  readonly flights: readonly Flight[];
  /** Octets were carried; they begin a flight where the other side's came before them. */
  note(from: Flight['from']): void;
}

export function createFlightLog(clock: () => number): FlightLog {
  const flights: Flight[] = [];
  return {
    flights,
    note(from) {
      if (flights.at(-1)?.from !== from) flights.push({ from, at: clock() });
    },
  };
}
