/** The scripted server of TLS 1.2 against Node's own client. */

import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { createAuthority } from '@halfclose/testing/ca';
import { createScriptedServer12 } from '@halfclose/testing/peer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('the scripted server of TLS 1.2');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });
const sessions = new Map<string, Uint8Array>();

/** Both ends of a connection, a `node:tls` client and a scripted server, without a network. */
function converse(session?: Buffer): {
  server: ReturnType<typeof createScriptedServer12>;
  client: ReturnType<typeof connect>;
} {
  const server = createScriptedServer12({ credentials, sessions });
  const carrier = new Duplex({
    read() {},
    write(chunk: Uint8Array, _encoding, done) {
      server.receive(chunk);
      done();
    },
  });
  server.onOutput = () => {
    const output = server.output();
    if (output.length === 0) return;
    server.outputTaken(output.length);
    carrier.push(Buffer.from(output));
  };
  const client = connect({
    socket: carrier,
    servername: 'localhost',
    ca: root.pem,
    ...(session && { session }),
  });
  return { server, client };
}

test('a handshake, data both ways, close_notify, and the session again', async () => {
  const first = converse();
  await new Promise((resolve) => first.client.once('secureConnect', resolve));
  assert.is(first.client.getProtocol(), 'TLSv1.2');
  assert.ok(first.server.done);
  first.server.send(new TextEncoder().encode('answer'));
  assert.is(String(await new Promise((resolve) => first.client.once('data', resolve))), 'answer');
  const session = first.client.getSession();
  const ended = new Promise((resolve) => first.client.once('end', resolve));
  await new Promise<void>((resolve) => first.client.end('hello', () => resolve()));
  first.server.closeNotify();
  await ended;
  assert.is(first.server.receivedLength, 5);
  assert.ok(first.server.clientClosed);

  const second = converse(session);
  await new Promise((resolve) => second.client.once('secureConnect', resolve));
  assert.ok(second.client.isSessionReused());
  assert.ok(second.server.resumed);
  assert.is(second.server.error, undefined);
  second.client.destroy();
});

test('what is wrong with a client is an error', () => {
  const server = createScriptedServer12({ credentials });
  server.receive(Uint8Array.of(22, 3, 3, 0, 4, 14, 0, 0, 0));
  assert.match(server.error?.message ?? '', 'type 14');
});

test.run();
