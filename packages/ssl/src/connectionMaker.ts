import {
  type ClientConnection,
  type ConnectionEvent,
  createClientConnection,
  type Session,
} from '@halfclose/tls';
import { type ContextSettings, hasOption, keyLogOf } from './contextSettings.ts';
import { inOurWords } from './errors.ts';
import type { GroupMemory } from './groupMemory.ts';
import type { Offer } from './offer.ts';
import { OP_ENABLE_MIDDLEBOX_COMPAT, OP_NO_TICKET } from './options.ts';
import type { Platform } from './platform.ts';
import { sessionsOf } from './sessions.ts';
import { asksForStaple, type TrustMemory, type Verification, verifierOf } from './verification.ts';

/** What the connections of a context share, and what they add to. */
export interface ContextMemory extends TrustMemory {
  readonly groups: GroupMemory;
  /** Handshakes that were begun, those that were finished, and those of them that resumed a session. */
  readonly counts: { connect: number; connectGood: number; hits: number };
}

/** What a context is when it makes a connection. */
export interface ContextParts {
  readonly platform: Platform;
  readonly verification: Verification;
  readonly settings: ContextSettings;
  readonly memory: ContextMemory;
  readonly offer: Offer;
}

/** What one connection wants. */
export interface Wanted {
  /** As it is sent and compared. */
  readonly serverHostname: string | undefined;
  readonly session: Session | undefined;
  readonly earlyData: boolean;
}

/**
 * Makes the engine of a connection.
 * @param port that is connected to; undefined where somebody else has connected, and the carrier doesn't say
 * @throws SSLError where there is nothing to offer; what the callback for pre-shared keys throws
 */
export type ConnectionMaker = (
  onEvent: (event: ConnectionEvent) => void,
  port: number | undefined,
) => ClientConnection;

/** What the context says now counts for the connection, whenever it is made; its memory is looked at then. */
export function connectionMaker(
  { platform, verification, settings, memory, offer }: ContextParts,
  { serverHostname, session, earlyData }: Wanted,
): ConnectionMaker {
  const { crypto, clock, certificateCompression, clientCertificates, preSharedKeys } = platform;
  const { alpnProtocols, credentials, groups, sessionStore, pskClientCallback, onMessage } = settings;
  const keyLog = keyLogOf(settings, platform);
  const config = {
    crypto,
    clock,
    verifier: verifierOf(verification, platform, memory),
    requestOcsp: asksForStaple(verification),
    ...(serverHostname !== undefined && { serverName: serverHostname }),
    alpnProtocols,
    ...offer.config,
    ...(groups && { groups }),
    ...(certificateCompression && { certificateCompression }),
    ...(settings.encryptedClientHello && { encryptedClientHello: settings.encryptedClientHello }),
    ...(clientCertificates && {
      clientAuthentication: clientCertificates.authenticate(credentials, {
        afterHandshake: settings.postHandshakeAuth,
      }),
    }),
    middleboxCompatibility: hasOption(settings, OP_ENABLE_MIDDLEBOX_COMPAT),
    ...(keyLog && { keyLog }),
    ...(onMessage && platform.observeMessages && { onMessage: platform.observeMessages(onMessage) }),
  };
  const { verifyMode, checkHostname, revocation, verifyFlags } = verification;
  const scope = {
    serverHostname,
    alpnProtocols,
    verifyMode,
    checkHostname,
    revocation: `${revocation} ${verifyFlags}`,
    credentials,
  };
  const usesTickets = !hasOption(settings, OP_NO_TICKET);
  const offersTls13 = offer.config.maximumVersion !== 'TLSv1.2';
  return (onEvent, port) => {
    const server = `${serverHostname}:${port}`;
    const learn = (): void => {
      memory.groups.learn(server, connection.facts, clock());
      memory.counts.connectGood++;
      if (connection.facts?.resumed) memory.counts.hits++;
    };
    const connection = inOurWords(() =>
      createClientConnection({
        ...config,
        ...memory.groups.prediction(server, clock()),
        ...(usesTickets && session && { session }),
        ...(usesTickets && { sessions: sessionsOf(sessionStore, { ...scope, port }, crypto, session) }),
        ...(earlyData && platform.earlyData && { earlyData: platform.earlyData.offer() }),
        ...(pskClientCallback &&
          preSharedKeys &&
          offersTls13 && { externalPsks: preSharedKeys.ask(pskClientCallback) }),
        onEvent: learningOnce(onEvent, learn, usesTickets),
      }),
    );
    memory.counts.connect++;
    return connection;
  };
}

/** Tells all that happens, and `learn` once; then all that comes with that, the configuration too, is forgotten. */
function learningOnce(
  onEvent: (event: ConnectionEvent) => void,
  learn: () => void,
  usesTickets: boolean,
): (event: ConnectionEvent) => void {
  let toLearn: (() => void) | undefined = learn;
  return (event) => {
    if (event.type === 'handshakeDone') {
      toLearn?.();
      toLearn = undefined;
    }
    // A server may send tickets that nobody asked for.
    if (event.type !== 'session' || usesTickets) onEvent(event);
  };
}
