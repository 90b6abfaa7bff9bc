/** The entry for runtimes that are not Node, by its own path: the name would give Node's. */
import { mozillaRoots } from '@halfclose/roots';
import { createAuthority } from '@halfclose/testing/ca';
import { createScriptedServer, overTransport } from '@halfclose/testing/peer';
import { memoryPair } from '@halfclose/transports/memory';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createDefaultContext, OSError, SHUT_RDWR, SSLCertVerificationError, SSLContext } from './index.ts';

const test = suite('halfclose elsewhere');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['example.com'] });

test('TLS over any transport, with what is global everywhere', async () => {
  const [ours, theirs] = memoryPair();
  const server = createScriptedServer({
    credentials,
    onData: (data, answering) => answering.send(data),
    onAlert: (_, answering) => answering.closeNotify(),
  });
  overTransport(server, theirs);
  const context = await createDefaultContext({ cadata: root.pem });
  assert.instance(context, SSLContext);
  const socket = context.wrapSocket(ours, { serverHostname: 'example.com' });
  await socket.sendall(Uint8Array.of(1, 2, 3));
  assert.equal(await socket.recv(), Uint8Array.of(1, 2, 3));
  await socket.shutdown(SHUT_RDWR);
  await socket.close();
});

test("Mozilla's authorities are trusted in one line, and ours is not one of them", async () => {
  const context = await createDefaultContext({ anchors: mozillaRoots() });
  const [near, far] = memoryPair();
  overTransport(createScriptedServer({ credentials }), far);
  const socket = context.wrapSocket(near, { serverHostname: 'example.com' });
  const error = await socket.doHandshake().catch((caught) => caught);
  assert.instance(error, SSLCertVerificationError);
  assert.is(error.verifyCode, 20);
  const closing = socket.close();
  far.break();
  await closing;
});

test('there are no files and no certificates', async () => {
  for (const call of [createDefaultContext(), createDefaultContext({ cafile: 'ca.pem' })]) {
    const error = await call.catch((caught) => caught);
    assert.instance(error, OSError);
    assert.is(error.code, 'ENOSYS');
  }
});

test('a runtime without randomness is told what it lacks', async () => {
  const { crypto } = globalThis;
  Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });
  try {
    const socket = new SSLContext().wrapSocket(memoryPair()[0], { serverHostname: 'example.com' });
    const error = await socket.doHandshake().catch((caught) => caught);
    assert.match(error.message, /this runtime has no crypto\.getRandomValues/);
  } finally {
    Object.defineProperty(globalThis, 'crypto', { value: crypto, configurable: true });
  }
});

test.run();
