/** One client against one scripted server of TLS 1.2, in memory. */
import { createAuthority } from '@halfclose/testing/ca';
import { type Credentials, readAll, testConfig } from '@halfclose/testing/peer';
import {
  type CipherSuiteName12,
  type ClientConfig,
  type ClientConnection,
  cbc12,
  cipherSuiteCodes12,
  createClientConnection,
  createTls12,
  dhe12,
  type PreSharedKey12,
  psk12,
  rsa12,
  type Session12,
  type Tls12Options,
  type Tls12Part,
} from '@halfclose/tls';
import { alertName } from '../protocol/alerts.ts';
import { createScripted12, type Options12, type Scripted12 } from './scripted12.ts';

const authority = await createAuthority();

export const credentials: { readonly ecdsa: Credentials; readonly rsa: Credentials } = {
  ecdsa: await authority.issue({ keyType: 'P-256' }),
  rsa: await authority.issue({ keyType: 'RSA-2048' }),
};

export interface Trial12 {
  readonly server?: Partial<Options12>;
  readonly tls12?: Tls12Options & { readonly psk?: (hint: Uint8Array | undefined) => PreSharedKey12 };
  readonly client?: Partial<ClientConfig>;
  /** After the handshake, or what is left of it. */
  readonly after?: (server: Scripted12, client: ClientConnection) => void;
}

export interface Tried12 {
  readonly client: ClientConnection;
  readonly server: Scripted12;
  readonly plaintext: Buffer;
  readonly sessions: readonly Session12[];
}

// Object.keys forgets which keys a record has.
export const allSuites12 = Object.keys(cipherSuiteCodes12) as CipherSuiteName12[];

/** All that need no key known beforehand. */
export const parts12: readonly Tls12Part[] = [cbc12, dhe12, rsa12];

/** Offers TLS 1.2 with all its suites, alone. */
export function attempt12({
  server: changes = {},
  tls12: { psk, ...tls12 } = {},
  client: more = {},
  after,
}: Trial12 = {}): Tried12 {
  const server = createScripted12({ credentials: credentials.ecdsa, ...changes });
  const sessions: Session12[] = [];
  const client = createClientConnection(
    testConfig({
      maximumVersion: 'TLSv1.2',
      tls12: createTls12({
        cipherSuites: allSuites12,
        parts: psk ? [...parts12, psk12(psk)] : parts12,
        ...tls12,
      }),
      sessions: {
        take: () => undefined,
        put: (session) => void (session.version === 'TLSv1.2' && sessions.push(session)),
      },
      ...more,
    }),
  );
  const plaintext = [converse12(client, server)];
  after?.(server, client);
  plaintext.push(converse12(client, server));
  return { client, server, sessions, plaintext: Buffer.concat(plaintext) };
}

/** Until neither side says any more. */
export function converse12(client: ClientConnection, server: Scripted12): Buffer {
  const plaintext: Uint8Array[] = [];
  for (let moved = true; moved; ) {
    moved = false;
    const output = client.output().slice();
    if (output.length > 0) {
      client.outputTaken(output.length);
      server.receive(output);
      moved = true;
    }
    const waiting = server.output();
    const taken = waiting.length > 0 ? client.receive(waiting.slice()) : 0;
    server.outputTaken(taken);
    if (client.readable > 0) plaintext.push(readAll(client));
    moved ||= taken > 0;
  }
  return Buffer.concat(plaintext);
}

/** `alert REASON` where it failed, with the alert that the server saw; else `done`. */
export function outcome12({ client: { error }, server }: Tried12): string {
  const fatal = server.alerts.filter(({ level }) => level === 2);
  if (error === undefined) return fatal.length === 0 ? 'done' : 'an alert without an error';
  return [...fatal.map(({ description }) => alertName(description)), error.reason].join(' ');
}
