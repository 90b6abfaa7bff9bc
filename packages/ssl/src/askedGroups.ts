import type { GroupName } from '@halfclose/crypto';
import type { ClientConfig, ConnectionFacts } from '@halfclose/tls';

/** The groups that servers asked for by a HelloRetryRequest, so that the next connection need not be asked. */
export interface AskedGroups {
  /** What to send in the first ClientHello. */
  sharesFor(server: string): Pick<ClientConfig, 'keyShares'>;
  /** To be told of each handshake that is done. */
  learn(server: string, facts: ConnectionFacts | undefined): void;
}

/** Servers that are remembered. Who is forgotten costs a round trip. */
const maximumServers = 256;

export function createAskedGroups(): AskedGroups {
  const byServer = new Map<string, GroupName>();
  return {
    sharesFor(server) {
      const asked = byServer.get(server);
      // Beside it the one that resists a quantum computer: what a server could not do yesterday it may do today.
      return asked === undefined ? {} : { keyShares: ['X25519MLKEM768', asked] };
    },
    learn(server, facts) {
      if (facts?.group === undefined || !facts.helloRetryRequest) return;
      byServer.delete(server);
      byServer.set(server, facts.group);
      const [oldest] = byServer.keys();
      if (byServer.size > maximumServers && oldest !== undefined) byServer.delete(oldest);
    },
  };
}
