import { createAuthority } from '@halfclose/testing/ca';
import {
  type ConverseOptions,
  converse,
  createScriptedServer,
  type ScriptedServer,
  type ServerOptions,
  type TicketBook,
  testConfig,
  testProvider,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  type ClientConnection,
  createClientConnection,
  createEarlyDataOffer,
  type Session,
} from '@halfclose/tls';
import { extensionTypes, findExtension } from '@halfclose/tls/codec';
import * as assert from 'uvu/assert';

const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });
/** What is written early where a test says nothing else. */
export const request: Uint8Array = new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n');

interface Server extends Partial<ServerOptions> {
  readonly tickets: TicketBook;
}

export interface Connected {
  readonly client: ClientConnection;
  readonly server: ScriptedServer;
  readonly plaintext: Uint8Array;
}

function connect(
  options: Server,
  changes: Partial<ClientConfig>,
  before: (client: ClientConnection, server: ScriptedServer) => void = () => {},
  converseOptions: ConverseOptions = {},
): Connected {
  const server = createScriptedServer({ credentials, crypto: testProvider('server'), ...options });
  const client = createClientConnection(testConfig(changes));
  before(client, server);
  return { client, server, plaintext: converse(client, server, converseOptions) };
}

export interface Early {
  /** Of both connections. */
  readonly server?: Partial<ServerOptions>;
  readonly client?: Partial<ClientConfig>;
  /** Of the second one only. */
  readonly laterServer?: Partial<ServerOptions>;
  readonly laterClient?: Partial<ClientConfig>;
  /** Whether the second client offers it. Left out: true. */
  readonly offer?: boolean;
  readonly alter?: (session: Session) => Session;
  /** What happens before anything is carried between the two. Left out: `request` is written early. */
  readonly before?: (client: ClientConnection, server: ScriptedServer) => void;
  readonly converse?: ConverseOptions;
}

/** The second of two connections, which writes early data. */
export function early(test: Early = {}): Connected {
  const {
    server = {},
    client = {},
    laterServer = {},
    laterClient = {},
    offer = true,
    alter = (session: Session) => session,
    before = (connection: ClientConnection) => {
      assert.is(connection.writeEarlyData(request), request.length);
    },
  } = test;
  const tickets: TicketBook = new Map();
  const kept: Session[] = [];
  const sessions = { put: (session: Session) => void kept.push(session), take: () => undefined };
  const both = { tickets, maxEarlyData: 1000, ...server };
  connect({ ...both, sessionTickets: 1 }, { sessions, ...client });
  const [session] = kept;
  assert.ok(session);
  const config = {
    session: alter(session),
    ...(offer && { earlyData: createEarlyDataOffer() }),
    ...client,
    ...laterClient,
  };
  return connect({ ...both, ...laterServer }, config, before, test.converse);
}

/** Of each hello of the connection. */
export function offersEarlyData({ server }: Connected): readonly boolean[] {
  return server.hellos.map(
    ({ extensions }) => findExtension(extensions, extensionTypes.earlyData) !== undefined,
  );
}

/** What the client's records were, in the clear and inside. */
export function recordTypes({ server }: Connected): readonly (number | undefined)[] {
  return server.records.map(({ contentType }) => contentType);
}
