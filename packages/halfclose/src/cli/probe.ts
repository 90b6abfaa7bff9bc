import {
  OPENSSL_DEFAULT_CIPHERS,
  OSError,
  SHUT_RDWR,
  SHUT_WR,
  Socket,
  SSLContext,
  SSLError,
  type SSLSocket,
  TLSVersion,
} from '../node.ts';
import type { ProbeOptions, VersionName } from './arguments.ts';
import { type Facts, readFacts, showFacts } from './facts.ts';
import type { Paper } from './paper.ts';
import { patience, patiently, sendPatiently, TimeoutError } from './patience.ts';
import { bytesText } from './python.ts';

/** What came from the server. */
interface Received {
  bytesReceived: number;
  /** Whether the server said that it had sent everything. */
  closeNotify: boolean;
}

/** What a probe came to: the facts and what was received if there was a connection, the error if there was one. */
export interface Report extends Partial<Readonly<Facts & Received>> {
  readonly error?: Failure;
}

export interface Failure {
  readonly name: string;
  readonly code: string | null;
  /** The TLS alert that was sent or received for it. */
  readonly alert: string | null;
  readonly message: string;
}

/** Octets of what is received that are shown. */
const previewLength = 48;

/** Connects, shows what was agreed, sends, half-closes, and reads to the end. Never rejects. */
export async function probe(options: ProbeOptions, paper: Paper): Promise<Report> {
  const { serverName } = options;
  const received: Received = { bytesReceived: 0, closeNotify: false };
  let socket: SSLSocket | undefined;
  let facts: Facts | undefined;
  let error: Failure | undefined;
  try {
    const context = await prepareContext(options, paper);
    paper.call('const original = new Socket()');
    const original = new Socket();
    paper.call(`const socket = context.wrapSocket(original, { serverHostname: '${serverName}' })`);
    socket = context.wrapSocket(original, { serverHostname: serverName });
    paper.call('await original.close()', 'harmless: the original was detached');
    await original.close();
    await connect(socket, options, paper);
    facts = readFacts(socket);
    await showFacts(socket, paper);
    await talk(socket, options.send, received, paper);
  } catch (cause) {
    error = describeFailure(cause);
  }
  await socket?.close();
  return { ...(facts && { ...facts, ...received }), ...(error && { error }) };
}

const versions: Readonly<Record<VersionName, TLSVersion>> = {
  'TLSv1.2': TLSVersion.TLSv1_2,
  'TLSv1.3': TLSVersion.TLSv1_3,
};

async function prepareContext(options: ProbeOptions, paper: Paper): Promise<SSLContext> {
  const { cafile, alpnProtocols, minimumVersion, maximumVersion } = options;
  paper.call('const context = new SSLContext()');
  const context = new SSLContext();
  if (cafile === undefined) {
    paper.call('await context.loadDefaultCerts()');
    await context.loadDefaultCerts();
  } else {
    paper.call(`await context.loadVerifyLocations({ cafile: '${cafile}' })`);
    await context.loadVerifyLocations({ cafile });
  }
  if (alpnProtocols.length > 0) {
    paper.call(`context.setAlpnProtocols(['${alpnProtocols.join("', '")}'])`);
    context.setAlpnProtocols(alpnProtocols);
  }
  if (minimumVersion !== undefined) {
    paper.call(`context.minimumVersion = TLSVersion.${minimumVersion.replace('.', '_')}`);
    context.minimumVersion = versions[minimumVersion];
  }
  if (maximumVersion !== undefined) {
    paper.call(`context.maximumVersion = TLSVersion.${maximumVersion.replace('.', '_')}`);
    context.maximumVersion = versions[maximumVersion];
  }
  const { ciphers, ciphersuites } = cipherStrings(options);
  if (ciphersuites !== undefined) {
    paper.call(`context.setCiphersuites('${ciphersuites}')`);
    context.setCiphersuites(ciphersuites);
  }
  if (ciphers !== undefined) {
    paper.call(`context.setCiphers('${ciphers}')`);
    context.setCiphers(ciphers);
  }
  return context;
}

/** `OPENSSL_DEFAULT` in the two strings that it stands for. */
function cipherStrings({
  ciphers,
  ciphersuites,
}: ProbeOptions): Pick<ProbeOptions, 'ciphers' | 'ciphersuites'> {
  if (ciphers !== 'OPENSSL_DEFAULT') return { ciphers, ciphersuites };
  const namesOf = (isOfTls13: boolean): string =>
    OPENSSL_DEFAULT_CIPHERS.filter(([, version]) => (version === 'TLSv1.3') === isOfTls13)
      .map(([name]) => name)
      .join(':');
  return { ciphers: namesOf(false), ciphersuites: ciphersuites ?? namesOf(true) };
}

async function connect(socket: SSLSocket, { host, port }: ProbeOptions, paper: Paper): Promise<void> {
  paper.call(`await socket.connect(['${host}', ${port}])`);
  try {
    await patiently(socket, `${host}:${port} has not answered`, socket.connect([host, port]));
  } catch (error) {
    const isOfTheSystem =
      error instanceof OSError && !(error instanceof SSLError || error instanceof TimeoutError);
    if (!isOfTheSystem) throw error;
    // As Python does with files: the number and the words, then what it was about.
    const { errno, code } = error;
    throw new OSError(`${error.message}: ${host}:${port}`, { errno, code, cause: error });
  }
}

/** Sends, says that that was all, and hears the server out. */
async function talk(
  socket: SSLSocket,
  text: string | undefined,
  received: Received,
  paper: Paper,
): Promise<void> {
  if (text !== undefined) {
    const octets = new TextEncoder().encode(text);
    paper.call('await socket.sendall(text)', `${octets.length} octets`);
    await sendPatiently(socket, octets);
  }
  paper.call('await socket.shutdown(SHUT_WR)', 'close_notify: that was all');
  await patiently(socket, 'the server has taken nothing', socket.shutdown(SHUT_WR));
  paper.call('await socket.recv(65536)', 'until it gives nothing');
  await receiveToEnd(socket, received, paper);
  if (received.closeNotify) {
    paper.call('await socket.shutdown(SHUT_RDWR)');
    await socket.shutdown(SHUT_RDWR);
  }
  paper.call('await socket.close()');
}

async function receiveToEnd(socket: SSLSocket, received: Received, paper: Paper): Promise<void> {
  let preview = new Uint8Array(0);
  let ending = 'close_notify';
  try {
    while (!received.closeNotify) {
      const octets = await patiently(socket, 'the server has sent nothing', socket.recv(65_536));
      received.bytesReceived += octets.length;
      received.closeNotify = octets.length === 0;
      preview = Uint8Array.of(...preview, ...octets.subarray(0, previewLength - preview.length));
    }
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    // A server may take no notice of our end of the conversation, and that is no fault of the connection.
    ending = `nothing more for ${patience} seconds`;
  }
  paper.fact('Received', `${received.bytesReceived} octets, then ${ending}`);
  if (preview.length > 0) paper.fact('It begins with', bytesText(preview));
}

/** An error as `--json` has it. @throws what is no error */
export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) throw error;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    name: error.name,
    code: text('code' in error ? error.code : undefined),
    alert: text('alert' in error ? error.alert : undefined),
    message: error.message,
  };
}
