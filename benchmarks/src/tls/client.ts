import type { Target } from './cases.ts';

/**
 * How the server is made sure of. `new`: a full handshake with chain and name verified from the beginning, nothing being
 * kept from one to the next but what the client trusts. `again`: a full handshake with whatever the client keeps of
 * earlier ones. `resumed`: a session is resumed, always the same.
 */
export type Acquaintance = 'new' | 'again' | 'resumed';

/** One of the implementations that are compared, used as its own documentation advises. */
export interface Client {
  readonly name: string;
  /** Loads it, and nothing of the others. */
  load(): Promise<Connect>;
}

/** The trust store is read once, as a program does that connects often. */
export type Connect = (target: Target, acquaintance: Acquaintance) => Promise<Connection>;

export interface Connection {
  /** The standard's name of the cipher suite. */
  readonly suite: string;
  readonly resumed: boolean;
  /** Resolves when the next may be sent. */
  send(data: Uint8Array): Promise<void>;
  /** Takes `count` octets, which are all that the server sends, and drops them. */
  drop(count: number): Promise<void>;
  /** Says goodbye and waits until everything is released. */
  close(): Promise<void>;
}

/** Ours as it comes, on WebAssembly SIMD where that works; in plain JavaScript; by WebCrypto; and by `node:crypto`. */
export const clients: readonly Client[] = [
  {
    name: 'halfclose',
    async load() {
      const [{ connectWith }, { createDefaultProvider }] = await Promise.all([
        import('./halfcloseClient.ts'),
        import('@halfclose/crypto'),
      ]);
      return connectWith(createDefaultProvider(fill));
    },
  },
  {
    name: 'halfclose, portable',
    async load() {
      const [{ connectWith }, { createPortableProvider }] = await Promise.all([
        import('./halfcloseClient.ts'),
        import('@halfclose/crypto'),
      ]);
      return connectWith(createPortableProvider(fill));
    },
  },
  {
    name: 'halfclose, webcrypto',
    async load() {
      const [{ connectWith }, { createWebCryptoProvider }] = await Promise.all([
        import('./halfcloseClient.ts'),
        import('@halfclose/crypto/webcrypto'),
      ]);
      return connectWith(createWebCryptoProvider(crypto));
    },
  },
  {
    name: 'halfclose, node',
    async load() {
      const [{ connectWith }, { createNodeProvider }] = await Promise.all([
        import('./halfcloseClient.ts'),
        import('@halfclose/crypto/node'),
      ]);
      return connectWith(createNodeProvider());
    },
  },
  {
    name: 'node:tls',
    load: async () => (await import('./nodeClient.ts')).connectByNode,
  },
];

function fill(output: Uint8Array): void {
  // Of this process alone, so that its memory is never shared.
  crypto.getRandomValues(output as Uint8Array<ArrayBuffer>);
}

export function findClient(name: string): Client {
  const found = clients.find((client) => client.name === name);
  if (found === undefined) throw new Error(`There is no client ${name}`);
  return found;
}

/** Connects, and makes sure that what is measured is what was asked for. */
export async function connectTo(
  connect: Connect,
  target: Target,
  acquaintance: Acquaintance = 'again',
): Promise<Connection> {
  const connection = await connect(target, acquaintance);
  const { suite } = target.parameters;
  if (connection.suite !== suite) throw new Error(`Agreed on ${connection.suite}, not on ${suite}`);
  if (connection.resumed !== (acquaintance === 'resumed'))
    throw new Error(`The handshake was ${connection.resumed ? '' : 'not '}a resumption`);
  return connection;
}
