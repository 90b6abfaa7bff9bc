import {
  type ClientConfig,
  type ClientConnection,
  createClientConnection,
  type TLSError,
} from '@halfclose/tls';
import { createAuthority, type KeyType } from '../ca/index.ts';
import { testConfig, testProvider } from './client.ts';
import { converse } from './converse.ts';
import type { ServerOptions } from './options.ts';
import { concat } from './recordWriter.ts';
import { createScriptedServer } from './scriptedServer.ts';
import type { ScriptedServer } from './server.ts';

/** One client against one server. */
export interface Trial {
  readonly server?: Partial<ServerOptions>;
  readonly client?: Partial<ClientConfig>;
  /** What happens before the client's hello goes out. */
  readonly before?: (client: ClientConnection) => void;
  /** What happens after the handshake, or what is left of it. */
  readonly after?: (server: ScriptedServer, client: ClientConnection) => void;
}

export interface Tried {
  readonly client: ClientConnection;
  readonly server: ScriptedServer;
  /** All that the client read, in the end and before it. */
  readonly plaintext: Uint8Array;
}

/** Lets clients loose on servers that share a certificate with a key of this type. */
export async function trials(keyType: KeyType = 'Ed25519'): Promise<(trial?: Trial) => Tried> {
  const credentials = await (await createAuthority()).issue({ keyType });
  return ({ server: serverOptions = {}, client: changes = {}, before, after } = {}) => {
    const server = createScriptedServer({ credentials, crypto: testProvider('server'), ...serverOptions });
    const client = createClientConnection(testConfig(changes));
    before?.(client);
    const plaintext = [converse(client, server)];
    after?.(server, client);
    plaintext.push(converse(client, server));
    return { client, server, plaintext: concat(plaintext) };
  };
}

/** How a connection failed, as both sides saw it. */
export interface Outcome {
  /** The fatal alert that the server received. */
  readonly alert: string | undefined;
  /** Whether that alert was protected. */
  readonly encrypted: boolean | undefined;
  readonly reason: string;
  readonly fault: string;
}

/** An outcome to compare with: the peer broke the protocol. */
export function refusal(alert: string, reason: string, encrypted = true): Outcome {
  return { alert, encrypted, reason, fault: 'peer' };
}

/**
 * How a trial failed.
 * @throws Error where it did not, where more than one alert went out, where the client's error names another alert
 * than the server saw, or where the client isn't as dead as it has to be
 */
export function outcomeOf({ client, server }: Tried): Outcome {
  const { error } = client;
  if (error === undefined) throw new Error('the client saw nothing wrong');
  const fatal = server.alerts.filter(({ level }) => level === 'fatal');
  if (fatal.length > 1) throw new Error(`the client sent ${fatal.length} fatal alerts`);
  const [alert] = fatal;
  if (error.fault !== 'alert' && alert?.name !== error.alert) {
    throw new Error(`the server saw the alert ${alert?.name}, the client's error says ${error.alert}`);
  }
  checkDead(client, error);
  return { alert: alert?.name, encrypted: alert?.encrypted, reason: error.reason, fault: error.fault };
}

/** Section 6.2 and the engine's contract: the first error is the last, and nothing more goes out. */
function checkDead(client: ClientConnection, error: TLSError): void {
  const something = Uint8Array.of(22, 3, 3, 0, 1, 0);
  if (client.receive(something) !== something.length)
    throw new Error('a dead client leaves bytes in the way');
  client.receiveEnd();
  client.closeWrite();
  if (client.output().length > 0) throw new Error('a dead client goes on sending');
  if (thrownBy(() => client.write(something)) !== error) throw new Error('write() gives another error');
  if (thrownBy(() => client.read(something)) !== error) throw new Error('read() gives another error');
  if (client.error !== error) throw new Error('a dead client has another error later');
  if (client.waiting !== undefined) throw new Error('a dead client waits');
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return error;
  }
}
