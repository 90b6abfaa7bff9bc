import type { Target } from './cases.ts';
import { halfcloseClient, nodeProviderClient, portableClient } from './halfcloseClient.ts';
import { nodeClient } from './nodeClient.ts';

/** One of the implementations that are compared, used as its own documentation advises. */
export interface Client {
  readonly name: string;
  /** A full handshake with the server's chain and name verified; nothing is kept from one to the next. */
  connect(target: Target): Promise<Connection>;
}

export interface Connection {
  /** The standard's name of the cipher suite. */
  readonly suite: string;
  /** Resolves when the next may be sent. */
  send(data: Uint8Array): Promise<void>;
  /** Takes `count` octets, which are all that the server sends, and drops them. */
  drop(count: number): Promise<void>;
  /** Says goodbye and waits until everything is released. */
  close(): Promise<void>;
}

export const clients: readonly Client[] = [halfcloseClient, portableClient, nodeProviderClient, nodeClient];

export function findClient(name: string): Client {
  const found = clients.find((client) => client.name === name);
  if (found === undefined) throw new Error(`There is no client ${name}`);
  return found;
}

/** Connects, and makes sure that what is measured is what was asked for. */
export async function connectTo(client: Client, target: Target): Promise<Connection> {
  const connection = await client.connect(target);
  const { suite } = target.parameters;
  if (connection.suite !== suite) throw new Error(`Agreed on ${connection.suite}, not on ${suite}`);
  return connection;
}
