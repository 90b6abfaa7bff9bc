import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket as TCPSocket } from 'node:net';
import { createAuthority } from '@halfclose/testing/ca';
import { startTlsServer } from '@halfclose/testing/servers';
import {
  addressInPath,
  addressInQuery,
  connectWebSocket,
  relaySocket,
} from '@halfclose/transports/websocket';
import { connectWisp } from '@halfclose/transports/wisp';
import { createDefaultContext, SHUT_WR } from 'halfclose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocket } from 'ws';
import { type Relay, type RelayOptions, startRelay } from './relay.ts';

const relays = suite('a relay');

const createWebSocket = (url: string, protocols: string[]): WebSocket => new WebSocket(url, protocols);

/** What is closed after each test. */
const open: { close(): unknown }[] = [];
relays.after.each(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

async function startTarget(serve: (socket: TCPSocket) => void): Promise<number> {
  const sockets = new Set<TCPSocket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const echo = (socket: TCPSocket): void => {
  socket.pipe(socket);
};

async function newRelay(options: Partial<RelayOptions> = {}): Promise<Relay> {
  const relay = await startRelay({ allow: ['127.0.0.1:*'], ...options });
  open.push(relay);
  return relay;
}

interface Transport {
  read(): Promise<Uint8Array | null>;
  write(chunk: Uint8Array): Promise<void>;
}

async function readExactly(transport: Transport, length: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for (let got = 0; got < length; ) {
    const chunk = await transport.read();
    if (chunk === null) break;
    chunks.push(chunk);
    got += chunk.length;
  }
  return Buffer.concat(chunks);
}

async function writeAll(transport: Transport, data: Uint8Array): Promise<void> {
  for (let from = 0; from < data.length; from += 50_000)
    await transport.write(data.subarray(from, from + 50_000));
}

/** The code and reason that a WebSocket is closed with. */
async function closingOf(
  url: string,
  send?: Buffer | string,
  options = {},
): Promise<readonly [number, string]> {
  const socket = new WebSocket(url, options);
  if (send !== undefined) socket.on('open', () => socket.send(send));
  const [code, reason] = await once(socket, 'close');
  return [code, String(reason)];
}

const until = async (condition: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(condition(), 'it did not come to that');
};

for (const [way, urlFor] of [
  ['?address=', addressInQuery],
  ['a path', addressInPath],
] as const) {
  relays(`carries three megabytes there and back, asked by ${way}`, async () => {
    const port = await startTarget(echo);
    const { url } = await newRelay();
    const connector = relaySocket(urlFor(`${url}/prefix`), { createWebSocket }).detach();
    const transport = await connector.connect(['127.0.0.1', port]);
    const data = randomBytes(3 << 20);
    const [got] = await Promise.all([readExactly(transport, data.length), writeAll(transport, data)]);
    assert.ok(got.equals(data));
    await transport.close();
  });
}

relays('carries three streams of Wisp side by side', async () => {
  const port = await startTarget(echo);
  const { url } = await newRelay();
  const wisp = await connectWisp(`${url}/`, { createWebSocket });
  await Promise.all(
    [1, 2, 3].map(async () => {
      const stream = await wisp.connect(['127.0.0.1', port]);
      const data = randomBytes(3 << 20);
      const [got] = await Promise.all([readExactly(stream, data.length), writeAll(stream, data)]);
      assert.ok(got.equals(data));
      await stream.close();
    }),
  );
  assert.is(wisp.streams, 0);
  await wisp.close();
});

relays('has one target for those that name none, and speaks noVNC’s subprotocol', async () => {
  const port = await startTarget(echo);
  const { url } = await newRelay({ target: ['127.0.0.1', port] });
  const transport = await connectWebSocket(`${url}/websockify`, {
    createWebSocket,
    protocols: ['binary', 'base64'],
  });
  await transport.write(Buffer.from('RFB 003.008\n'));
  assert.is(String(await readExactly(transport, 12)), 'RFB 003.008\n');
  await transport.close();
});

relays('what the target sent before it ended is delivered, and then the end', async () => {
  const port = await startTarget((socket) => socket.end(Buffer.alloc(2 << 20, 7)));
  const { url } = await newRelay();
  const transport = await connectWebSocket(addressInQuery(url)(['127.0.0.1', port]), { createWebSocket });
  assert.is((await readExactly(transport, 1 << 30)).length, 2 << 20);

  const wisp = await connectWisp(`${url}/`, { createWebSocket });
  const stream = await wisp.connect(['127.0.0.1', port]);
  assert.is((await readExactly(stream, 1 << 30)).length, 2 << 20);
  await wisp.close();
});

relays('what a target has sent meanwhile comes in one message, of 256 KiB at most', async () => {
  const all = Buffer.alloc(4 << 20, 'halfclose');
  const port = await startTarget((socket) => socket.end(all));
  const { url } = await newRelay();
  const socket = new WebSocket(addressInQuery(url)(['127.0.0.1', port]));
  const messages: Buffer[] = [];
  socket.on('message', (data: Buffer) => messages.push(data));
  await once(socket, 'close');
  assert.is(Buffer.compare(Buffer.concat(messages), all), 0);
  assert.is(Math.max(...messages.map(({ length }) => length)), 1 << 18);
});

relays('what was sent before the WebSocket was closed is delivered', async () => {
  const received: Buffer[] = [];
  let ended = false;
  const port = await startTarget((socket) => {
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.on('end', () => {
      ended = true;
    });
  });
  const { url } = await newRelay();
  const transport = await connectWebSocket(addressInQuery(url)(['127.0.0.1', port]), { createWebSocket });
  await writeAll(transport, Buffer.alloc(1 << 20, 1));
  await transport.close();
  await until(() => ended);
  assert.is(Buffer.concat(received).length, 1 << 20);
});

const refusals: readonly (readonly [string, string, number, RegExp])[] = [
  ['a target that is not listed', '/?address=db.example:5432', 1008, /not on the list/],
  ['an address that is not public', '/?address=10.0.0.1:443', 1008, /not public and not on the list/],
  ['a name of this machine', '/?address=localhost:443', 1008, /not public and not on the list/],
  ['no target', '/websockify', 1008, /no target was named/],
  ['what is no address', '/?address=nonsense', 1008, /no target was named/],
  ['a target that refuses', '/?address=127.0.0.1:1', 1014, /refuses connections/],
];
for (const [what, path, code, reason] of refusals) {
  relays(`refuses ${what}, and says why`, async () => {
    const lines: string[] = [];
    const { url } = await newRelay({ allow: ['127.0.0.1:1', '*:443'], log: (line) => lines.push(line) });
    const [closedWith, said] = await closingOf(`${url}${path}`);
    assert.is(closedWith, code);
    assert.match(said, reason);
    assert.match(lines.join('\n'), reason);
  });
}

relays('refuses streams of Wisp, each for itself', async () => {
  const port = await startTarget(echo);
  const { url } = await newRelay({ allow: [`127.0.0.1:${port}`, '127.0.0.1:1'], maximumStreams: 2 });
  const wisp = await connectWisp(`${url}/`, { createWebSocket });
  const good = await wisp.connect(['127.0.0.1', port]);
  for (const [address, code] of [
    [['127.0.0.1', 2], 'EACCES'],
    [['127.0.0.1', 1], 'ECONNREFUSED'],
    [['db.example', 5432], 'EACCES'],
    [['not a name', 443], 'EACCES'],
  ] as const) {
    const stream = await wisp.connect(address);
    const error = await stream.read().catch((reason) => reason);
    assert.is(error.code, code, String(address));
  }
  await wisp.connect(['127.0.0.1', port]);
  const third = await wisp.connect(['127.0.0.1', port]);
  assert.is((await third.read().catch((reason) => reason)).code, 'ECONNABORTED');
  await good.write(Buffer.from('still here'));
  assert.is(String(await readExactly(good, 10)), 'still here');
  await wisp.close();
});

relays('a message that is too long ends its WebSocket', async () => {
  const port = await startTarget(echo);
  const { url } = await newRelay({ maximumMessage: 1000 });
  const [code] = await closingOf(addressInQuery(url)(['127.0.0.1', port]), Buffer.alloc(1001));
  assert.is(code, 1009);
});

relays('text ends its WebSocket', async () => {
  const port = await startTarget(echo);
  const { url } = await newRelay();
  const socket = new WebSocket(addressInQuery(url)(['127.0.0.1', port]));
  socket.on('open', () => {
    socket.send(Buffer.from('octets'));
    socket.on('message', () => socket.send('text'));
  });
  const [code] = await once(socket, 'close');
  assert.is(code, 1003);
  assert.is((await closingOf(`${url}/`, 'text'))[0], 1003);
  assert.is((await closingOf(`${url}/`, Buffer.from([1, 2])))[0], 1003);
});

/** A target that writes as fast as it can, and tells how much went. */
async function startFirehose(): Promise<{ readonly port: number; sent(): number }> {
  let sent = 0;
  const chunk = Buffer.alloc(65_536);
  const port = await startTarget((socket) => {
    const more = (): void => {
      if (socket.destroyed || sent >= 512 << 20) return;
      sent += chunk.length;
      socket.write(chunk, more);
    };
    more();
  });
  return { port, sent: () => sent };
}

/** How much was counted when no more is. */
async function whenStill(count: () => number): Promise<number> {
  let before = -1;
  while (count() !== before) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return before;
}

relays('a slow reader makes the target wait', async () => {
  const firehose = await startFirehose();
  const { url } = await newRelay();
  const transport = await connectWebSocket(addressInQuery(url)(['127.0.0.1', firehose.port]), {
    createWebSocket,
  });
  const sent = await whenStill(firehose.sent);
  assert.ok(sent < 64 << 20, `${sent} octets`);
  assert.is((await readExactly(transport, 64 << 20)).length >= 64 << 20, true);
  await transport.close();
});

relays('a slow target makes the client wait', async () => {
  const port = await startTarget((socket) => socket.pause());
  const { url } = await newRelay();
  for (const transport of [
    await connectWebSocket(addressInQuery(url)(['127.0.0.1', port]), { createWebSocket }),
    await (await connectWisp(`${url}/`, { createWebSocket })).connect(['127.0.0.1', port]),
  ]) {
    let sent = 0;
    const writing = (async () => {
      for (; sent < 512 << 20; sent += 65_536) await transport.write(Buffer.alloc(65_536));
    })();
    writing.catch(() => {});
    const stopped = await whenStill(() => sent);
    assert.ok(stopped < 64 << 20, `${stopped} octets`);
    await transport.close();
  }
});

relays('a client of Wisp that sends more than there is room for loses its stream', async () => {
  const port = await startTarget((socket) => socket.pause());
  const { url } = await newRelay();
  const socket = new WebSocket(`${url}/`);
  const closed = new Promise<number>((resolve) => {
    socket.on('message', (data: Buffer) => {
      if (data[0] === 4) resolve(data[5] ?? 0);
    });
  });
  await once(socket, 'open');
  const name = Buffer.from('127.0.0.1');
  socket.send(Buffer.concat([Buffer.of(1, 1, 0, 0, 0, 1, port & 255, port >> 8), name]));
  for (let i = 0; i < 33; i += 1) socket.send(Buffer.of(2, 1, 0, 0, 0, 7));
  assert.is(await closed, 0x49);
  socket.terminate();
});

relays('a client that drops takes its TCP connections with it', async () => {
  const targets: TCPSocket[] = [];
  const port = await startTarget((socket) => {
    targets.push(socket.resume());
    socket.on('end', () => socket.end());
  });
  const relay = await newRelay();
  const plain = new WebSocket(addressInQuery(relay.url)(['127.0.0.1', port]));
  const wisp = new WebSocket(`${relay.url}/`);
  await once(wisp, 'open');
  wisp.send(Buffer.concat([Buffer.of(1, 1, 0, 0, 0, 1, port & 255, port >> 8), Buffer.from('127.0.0.1')]));
  await until(() => targets.length === 2);
  assert.is(relay.connections, 2);
  plain.terminate();
  wisp.terminate();
  await until(() => targets.every((target) => target.destroyed) && relay.connections === 0);
});

relays('a target that breaks is told as 1014, or as a network error', async () => {
  const port = await startTarget((socket) => {
    socket.once('data', () => socket.resetAndDestroy());
  });
  const { url } = await newRelay();
  const [code, reason] = await closingOf(addressInQuery(url)(['127.0.0.1', port]), Buffer.from('x'));
  assert.is(code, 1014);
  assert.match(reason, /ECONNRESET/);
  const wisp = await connectWisp(`${url}/`, { createWebSocket });
  const stream = await wisp.connect(['127.0.0.1', port]);
  await stream.write(Buffer.from('x'));
  assert.is((await stream.read().catch((error) => error)).code, 'ECONNRESET');
  await wisp.close();
});

relays('limits: silence, octets, connections', async () => {
  const port = await startTarget(echo);
  const ask = addressInQuery((await newRelay({ idleSeconds: 0.2, maximumOctets: 999 })).url);
  assert.match((await closingOf(ask(['127.0.0.1', port]))).join(), /1008,idle/);
  assert.match(
    (await closingOf(ask(['127.0.0.1', port]), Buffer.alloc(1000))).join(),
    /1008,too many octets/,
  );

  const { url } = await newRelay({ maximumConnections: 1 });
  const first = new WebSocket(`${url}/`);
  await once(first, 'open');
  assert.match((await closingOf(`${url}/`)).join(), /1013,too many connections/);
  first.terminate();
});

relays('pages from elsewhere are shut out', async () => {
  const { url } = await newRelay();
  const [code] = await closingOf(`${url}/`, undefined, { origin: 'https://evil.example' }).catch((error) => [
    error.message,
  ]);
  assert.match(String(code), /403/);
  const here = new WebSocket(`${url}/`, { origin: 'http://localhost:5173' });
  await once(here, 'open');
  here.terminate();
});

relays('sees ciphertext only', async () => {
  const root = await createAuthority();
  const credentials = await root.issue({ dnsNames: ['localhost'] });
  const secret = 'the password is a secret';
  const server = await startTlsServer({
    credentials,
    allowHalfOpen: true,
    onConnection: (socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => socket.end(Buffer.concat(chunks)));
    },
  });
  open.push(server);
  // A tap between the relay and the server sees what the relay saw.
  const seen: Buffer[] = [];
  const tap = await startTarget((socket) => {
    const onward = new (socket.constructor as typeof TCPSocket)({ allowHalfOpen: true });
    onward.connect(server.port, '127.0.0.1');
    onward.on('error', () => {});
    for (const side of [socket, onward]) side.on('data', (chunk: Buffer) => seen.push(chunk));
    socket.pipe(onward).pipe(socket);
  });
  const { url } = await newRelay();
  const context = await createDefaultContext({ cadata: root.pem });
  const socket = context.wrapSocket(relaySocket(addressInQuery(url), { createWebSocket }), {
    serverHostname: 'localhost',
  });
  await socket.connect(['127.0.0.1', tap]);
  await socket.sendall(Buffer.from(secret));
  await socket.shutdown(SHUT_WR);
  assert.is(String(Buffer.from(await socket.recv(1000))), secret);
  assert.is((await socket.recv(1000)).length, 0);
  await socket.close();
  const octets = Buffer.concat(seen);
  assert.ok(octets.length > 1000);
  assert.not(octets.includes(secret));
});

relays('its command tells how it is used, and what is wrong', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [
      ...process.execArgv,
      '--conditions=@halfclose/source',
      '--import',
      'tsx',
      new URL('./cli/main.ts', import.meta.url).pathname,
      ...args,
    ]);
  const help = run('--help');
  assert.is(help.status, 0);
  assert.match(String(help.stdout), /Usage: halfclose-relay/);
  const nothing = run();
  assert.is(nothing.status, 2);
  assert.match(String(nothing.stderr), /nothing is allowed/);
  const wrong = run('--allow', 'nonsense', '--listen', '0');
  assert.is(wrong.status, 1);
  assert.match(String(wrong.stderr), /"nonsense" is not HOST:PORT/);
});

relays.run();
