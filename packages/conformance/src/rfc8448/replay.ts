import {
  type ClientConfig,
  type ClientConnection,
  type ClientCredential,
  type ClientHello,
  createClientAuthentication,
  createClientConnection,
  createEarlyDataOffer,
  createRecordLimits,
  type Extension,
  type Session,
} from '@halfclose/tls';
import {
  decodeCertificate,
  decodeCertificateVerify,
  decodeClientHello,
  extensionTypes,
  findExtension,
  handshakeTypes,
  Reader,
} from '@halfclose/tls/codec';
import { publicKeyOf, tracedProvider, tracedSigner } from './provider.ts';
import { field, requireSame, stepOf, stepsOf, type Trace, type TraceStep } from './trace.ts';

export interface Replayed {
  /** Records of the client that were compared. */
  readonly records: number;
  readonly sessions: readonly Session[];
  /** Lines of the key log. */
  readonly keyLog: readonly string[];
}

const headerLength = 4;

/**
 * Plays the server's part of a trace against the engine, with the randomness of the trace's client, and compares every
 * record that the engine writes.
 * @param session that the trace resumes, if it does
 * @throws Error where a record, or what is read, differs
 */
export function replay(trace: Trace, session?: Session): Replayed {
  const sessions: Session[] = [];
  const keyLog: string[] = [];
  const connection = createClientConnection({
    ...configOf(trace, session),
    sessions: { take: () => undefined, put: (given) => void sessions.push(given) },
    keyLog: (line) => void keyLog.push(line),
  });
  let records = 0;
  for (const step of trace.steps) {
    if (!step.fields.some(({ name }) => name === 'complete record')) continue;
    if (step.who === 'server') receive(connection, step);
    else {
      write(connection, step);
      records++;
    }
  }
  const { length } = connection.output();
  if (length > 0) throw new Error(`the engine writes ${length} octets beyond the trace`);
  if (!connection.peerClosed || !connection.writeClosed) throw new Error('the connection is still open');
  if (connection.error !== undefined) throw connection.error;
  return { records, sessions, keyLog };
}

function configOf(trace: Trace, session: Session | undefined): ClientConfig {
  const hellos = hellosOf(trace);
  const [first] = hellos;
  if (first === undefined) throw new Error('the trace has no ClientHello');
  const privateKeys = stepsOf(trace, 'client', 'create an ephemeral').map((step) =>
    field(step, 'private key'),
  );
  const sessionId = first.legacySessionId.length > 0 ? [first.legacySessionId] : [];
  return {
    // The engine begins with its keys; those after a HelloRetryRequest come later.
    crypto: tracedProvider([...privateKeys.slice(0, 1), first.random, ...sessionId, ...privateKeys.slice(1)]),
    clock: () => (session === undefined ? 0 : session.receivedAt + ticketAgeIn(trace, session)),
    serverName: 'server',
    groups: ['x25519', 'secp256r1'],
    keyShares: ['x25519'],
    middleboxCompatibility: sessionId.length > 0,
    ...(session !== undefined && { session, earlyData: createEarlyDataOffer() }),
    clientAuthentication: createClientAuthentication(credentialsOf(trace)),
    // As in the traces' hellos: whoever has it reads the answer.
    recordLimits: createRecordLimits({ recordSizeLimit: 2 ** 14 + 1 }),
    verifier: {
      verifyServer: ({ certificates: [certificate = new Uint8Array(0)] }) => ({
        publicKey: publicKeyOf(certificate),
        verifiedChain: [],
      }),
    },
    shapeClientHello: shapeLike(hellos),
  };
}

/** As they were sent: where it is constructed, one that resumes has no binder yet. */
function hellosOf(trace: Trace): readonly ClientHello[] {
  return stepsOf(trace, 'client', 'send handshake record')
    .map((step) => field(step, 'payload'))
    .filter(([type]) => type === handshakeTypes.clientHello)
    .map((message) => decodeClientHello(message.subarray(headerLength)));
}

/** Milliseconds, from the first identity of pre_shared_key (RFC 8446 section 4.2.11.1). */
function ticketAgeIn(trace: Trace, session: Session): number {
  if (session.version !== 'TLSv1.3') throw new Error('the traces are of TLS 1.3');
  const extension = findExtension(hellosOf(trace)[0]?.extensions ?? [], extensionTypes.preSharedKey);
  if (extension === undefined) throw new Error('the trace resumes nothing');
  const identities = new Reader(new Reader(extension.data, 'pre_shared_key').vector16(), 'identities');
  identities.vector16();
  return (identities.uint32() - session.ticketAgeAdd + 2 ** 32) % 2 ** 32;
}

/** What the trace's client shows, if it shows something. */
function credentialsOf(trace: Trace): readonly ClientCredential[] {
  const [shown] = stepsOf(trace, 'client', 'construct a Certificate handshake');
  if (shown === undefined) return [];
  const { certificateList } = decodeCertificate(field(shown, 'Certificate').subarray(headerLength));
  const certificates = certificateList.map(({ certData }) => certData);
  const signed = stepOf(trace, 'client', 'construct a CertificateVerify');
  const { signature } = decodeCertificateVerify(field(signed, 'CertificateVerify').subarray(headerLength));
  const [own = new Uint8Array(0)] = certificates;
  return [{ type: 'X509', certificates, signer: tracedSigner(own, signature) }];
}

/**
 * Our key shares and cookie in the trace's hello, with the trace's other extensions in their order. What binds
 * pre-shared keys comes after this, and is ours.
 */
function shapeLike(recorded: readonly ClientHello[]): (hello: ClientHello) => ClientHello {
  let count = 0;
  return (hello) => {
    const model = recorded[count++];
    if (model === undefined) throw new Error('the engine writes more hellos than the trace has');
    const own = (extension: Extension): Extension => {
      const isOurs = extension.type === extensionTypes.keyShare || extension.type === extensionTypes.cookie;
      return (isOurs && findExtension(hello.extensions, extension.type)) || extension;
    };
    const shaped = model.extensions.filter(({ type }) => type !== extensionTypes.preSharedKey);
    return { ...hello, cipherSuites: model.cipherSuites, extensions: shaped.map(own) };
  };
}

function receive(connection: ClientConnection, step: TraceStep): void {
  const record = field(step, 'complete record');
  const taken = connection.receive(record);
  if (connection.error !== undefined) throw connection.error;
  if (taken !== record.length)
    throw new Error(`${step.action} ${taken} of ${record.length} octets are taken`);
  if (!step.action.startsWith('send application_data')) return;
  const received = new Uint8Array(connection.readable);
  requireSame(
    `${step.who}: ${step.action}`,
    field(step, 'payload'),
    received.subarray(0, connection.read(received)),
  );
}

function write(connection: ClientConnection, step: TraceStep): void {
  const record = field(step, 'complete record');
  if (step.action.startsWith('send application_data')) {
    const payload = field(step, 'payload');
    const early = connection.facts === undefined;
    const taken = early ? connection.writeEarlyData(payload) : connection.write(payload);
    if (taken !== payload.length)
      throw new Error(`${step.action} ${taken} of ${payload.length} octets are taken`);
  }
  if (step.action.startsWith('send alert')) connection.closeWrite();
  requireSame(`${step.who}: ${step.action}`, record, connection.output().subarray(0, record.length));
  connection.outputTaken(record.length);
}
