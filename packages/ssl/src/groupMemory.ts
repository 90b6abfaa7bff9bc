import type { GroupName } from '@halfclose/crypto';
import type { ClientConfig, ConnectionFacts } from '@halfclose/tls';

/** Which group a server chose last, so that the next connection sends a key share of that one alone. */
export interface GroupMemory {
  /** @param now milliseconds since 1970 */
  prediction(server: string, now: number): Pick<ClientConfig, 'serverGroups'>;
  /** To be told of each handshake that is done. */
  learn(server: string, facts: ConnectionFacts | undefined, now: number): void;
}

/** Servers that are remembered. Who is forgotten costs a share that is not needed, or a round trip. */
const maximumServers = 256;

/** Milliseconds. What a server can't do today it may be able to do tomorrow: then it gets all shares again. */
const lifetime = 3_600_000;

/** The default's shares have everything that this group needs: nothing would be saved. */
const offeredAnyway: GroupName = 'X25519MLKEM768';

export function createGroupMemory(): GroupMemory {
  const byServer = new Map<string, { readonly group: GroupName; readonly since: number }>();
  return {
    prediction(server, now) {
      const chosen = byServer.get(server);
      if (chosen === undefined) return {};
      if (now - chosen.since >= 0 && now - chosen.since < lifetime) return { serverGroups: [chosen.group] };
      byServer.delete(server);
      return {};
    },
    learn(server, facts, now) {
      const group = facts?.group;
      // A choice that was predicted is none of the server's own, and is not believed for longer.
      if (group === undefined || byServer.get(server)?.group === group) return;
      byServer.delete(server);
      if (group === offeredAnyway) return;
      byServer.set(server, { group, since: now });
      const [oldest] = byServer.keys();
      if (byServer.size > maximumServers && oldest !== undefined) byServer.delete(oldest);
    },
  };
}
