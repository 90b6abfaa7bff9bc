/** Runs in the browser: asks for transfers, one after the other. */
import { addressInQuery, connectWebSocket, type WebSocketTransport } from '@halfclose/transports/websocket';
import { SSLContext } from 'halfclose';
import { chunkLength, download, encodeRequest, upload } from '../tls/protocol.ts';
import { nextPath, type Transfer, type Transferred } from './task.ts';

/** A connection to the server of the benchmarks, over TLS or not. */
interface Connection {
  send(data: Uint8Array): Promise<void>;
  /** Octets that came; 0 at the end. */
  receive(): Promise<number>;
  close(): Promise<void>;
}

/** Where the program takes what it reads over TLS. */
const target = new Uint8Array(1 << 18);
const contexts = new Map<string, Promise<SSLContext>>();

async function contextFor(ca: string): Promise<SSLContext> {
  const context = new SSLContext();
  await context.loadVerifyLocations({ cadata: ca });
  return context;
}

async function connect({ relay, port, ca, suite }: Transfer): Promise<Connection> {
  const transport = await connectWebSocket(addressInQuery(relay)(['127.0.0.1', port]));
  if (ca === undefined) return inClear(transport);
  const context = contexts.get(ca) ?? contextFor(ca);
  contexts.set(ca, context);
  const socket = (await context).wrapSocket(transport, { serverHostname: 'localhost' });
  await socket.doHandshake();
  const agreed = socket.facts?.cipherSuite;
  if (agreed !== suite) throw new Error(`Agreed on ${agreed}, not on ${suite}`);
  return {
    async send(data) {
      await socket.sendall(data);
    },
    receive: () => socket.recvInto(target),
    close: () => socket.close(),
  };
}

function inClear(transport: WebSocketTransport): Connection {
  return {
    send: (data) => transport.write(data),
    receive: async () => (await transport.read())?.length ?? 0,
    close: () => transport.close(),
  };
}

async function run(transfer: Transfer): Promise<Transferred> {
  const begun = performance.now();
  try {
    const connection = await connect(transfer);
    await connection.send(encodeRequest(transfer.upload ? upload : download, transfer.octets));
    if (transfer.upload) await send(connection, transfer.octets);
    await receive(connection, transfer.upload ? 1 : transfer.octets);
    const wall = performance.now() - begun;
    await connection.close();
    return { wall };
  } catch (error) {
    return { wall: 0, trouble: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) };
  }
}

async function send(connection: Connection, octets: number): Promise<void> {
  const chunk = new Uint8Array(chunkLength);
  for (let left = octets; left > 0; left -= chunkLength) {
    await connection.send(left < chunkLength ? chunk.subarray(0, left) : chunk);
  }
}

async function receive(connection: Connection, octets: number): Promise<void> {
  for (let left = octets; left > 0; ) {
    const received = await connection.receive();
    if (received === 0) throw new Error(`The server closed with ${left} octets to come`);
    left -= received;
  }
}

for (let last: Transferred | undefined; ; ) {
  const answer = await fetch(nextPath, { method: 'POST', body: JSON.stringify(last ?? null) });
  last = await run((await answer.json()) as Transfer);
}
