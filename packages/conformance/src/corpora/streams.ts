import { createPortableProvider } from '@halfclose/crypto';
import { type ClientConnection, createClientConnection, TLSError } from '@halfclose/tls';
import { createUncheckedVerifier } from '@halfclose/x509';
import { boundedly } from './boundedly.ts';

/** What stands before a stream, each a tag of two octets, little-endian, and what belongs to it. */
const tags = { stream: 0, session: 1, requestClientCertificate: 2, hints: 5 } as const;

/**
 * The octets that a server is to have sent; undefined where there are none.
 * @param file a file of a corpus for TLS clients
 */
export function streamOf(file: Uint8Array): Uint8Array | undefined {
  for (let at = 0; at + 2 <= file.length; ) {
    const [low = 0, high = 0, ...length] = file.subarray(at, at + 5);
    at += 2;
    switch (low + 256 * high) {
      case tags.stream:
        return file.subarray(at);
      case tags.requestClientCertificate:
        break;
      case tags.session:
      case tags.hints:
        at += 3 + length.reduce((sum, octet) => sum * 256 + octet, 0);
        break;
      default:
        return undefined;
    }
  }
  return undefined;
}

/**
 * Feeds a stream to a client, whole and octet by octet.
 * @throws Error where the client throws, or doesn't come to the same end both times
 */
export async function feed(stream: Uint8Array): Promise<void> {
  const whole = await outcome(stream, Math.max(1, stream.length));
  const pieces = await outcome(stream, 1);
  if (whole !== pieces) throw new Error(`Whole it came to '${whole}', octet by octet to '${pieces}'`);
}

/** What a client comes to that gets a stream in pieces of this length, and then its end. */
async function outcome(stream: Uint8Array, pieceLength: number): Promise<string> {
  const connection = createConnection();
  const room = new Uint8Array(1 << 16);
  let at = 0;
  let plaintext = 0;
  const receive = (): void => {
    while (at < stream.length && connection.error === undefined && connection.waiting === undefined) {
      const before = at + plaintext;
      at += connection.receive(stream.subarray(at, at + pieceLength));
      if (connection.readable > 0) plaintext += connection.read(room);
      connection.outputTaken(connection.output().length);
      // After close_notify nothing is taken any more.
      if (at + plaintext === before && connection.waiting === undefined) return;
    }
  };
  boundedly(receive);
  while (connection.waiting !== undefined) {
    await connection.waiting;
    boundedly(receive);
  }
  boundedly(() => connection.receiveEnd());
  const { error } = connection;
  connection.destroy();
  if (error !== undefined && !(error instanceof TLSError)) throw new Error(`It died of ${String(error)}`);
  return `${plaintext} octets, ${error?.message ?? 'no error'}`;
}

/** A client that is the same each time. */
function createConnection(): ClientConnection {
  let next = 0;
  const random = (output: Uint8Array): void => {
    for (let index = 0; index < output.length; index += 1) {
      next = (next * 5 + 7) & 0xff;
      output[index] = next;
    }
  };
  return createClientConnection({
    crypto: createPortableProvider(random),
    verifier: createUncheckedVerifier(),
    clock: () => 1_800_000_000_000,
    serverName: 'localhost',
    requestOcsp: true,
  });
}
