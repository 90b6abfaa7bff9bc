/** What the two ends agree on, and how they know each other. */
import { type Files, type SSLContext, SSLError } from '@halfclose/ssl';
import {
  connect,
  connectAnew,
  expect,
  failureOf,
  goThereAndBack,
  newContext,
  octetsOf,
  pattern,
  receiveText,
  wrap,
} from './exchange.ts';
import { type Check, LeftOut, type NamedCheck, type Setting, type World } from './world.ts';

export const negotiation: readonly NamedCheck[] = [
  ['TLS 1.3: shown a client certificate', clientCertificate('client13')],
  ['TLS 1.2: shown a client certificate', clientCertificate('client12')],
  ['TLS 1.3: refused for want of a client certificate', noClientCertificate],
  ['ALPN: the protocol that both have', protocolChosen],
  ['ALPN: none that both have', noProtocol],
  ['TLS 1.3: new keys in both directions', newKeys],
  ['TLS 1.2: there are no new keys', noNewKeys],
  ['TLS 1.3: HelloRetryRequest', retried],
  ['a server with an RSA key', rsa],
  ['X25519MLKEM768 with OpenSSL 3.5, at once', hybrid],
];

/** As from a file, also where there are none. */
async function withCredential(world: World, setting: Setting): Promise<SSLContext> {
  const files: Files = {
    read: async () => octetsOf(setting.clientCredential),
    list: async () => [],
  };
  const context = await newContext(world, setting, { files });
  await context.loadCertChain('client.pem');
  return context;
}

function clientCertificate(server: 'client13' | 'client12'): Check {
  return async (world, setting) => {
    const context = await withCredential(world, setting);
    const socket = await connect(world, context, setting.ports[server]);
    expect(await receiveText(socket), setting.clientName);
    await socket.close();
  };
}

/** In TLS 1.3 the handshake is done for us before the server has seen that there is none. */
async function noClientCertificate(...[world, setting]: Parameters<Check>): Promise<void> {
  const socket = await connectAnew(world, setting, setting.ports.client13);
  const error = await failureOf(socket.recv(1));
  expect(error instanceof SSLError && error.alert, 'certificate_required');
  await socket.close();
}

async function protocolChosen(...[world, setting]: Parameters<Check>): Promise<void> {
  const context = await newContext(world, setting);
  context.setAlpnProtocols(['spdy/1', 'http/1.1']);
  const socket = await connect(world, context, setting.ports.echo13);
  expect(socket.selectedAlpnProtocol(), 'http/1.1');
  await goThereAndBack(socket, 100);
}

/** RFC 7301 section 3.2. */
async function noProtocol(...[world, setting]: Parameters<Check>): Promise<void> {
  const context = await newContext(world, setting);
  context.setAlpnProtocols(['spdy/1']);
  const socket = await wrap(world, context, setting.ports.echo13);
  const error = await failureOf(socket.doHandshake());
  expect(error instanceof SSLError && error.alert, 'no_application_protocol');
  await socket.close();
}

async function newKeys(...[world, setting]: Parameters<Check>): Promise<void> {
  const socket = await connectAnew(world, setting, setting.ports.mirror13);
  for (const octets of [100, 20_000]) {
    await socket.updateKeys(true);
    await socket.sendall(pattern(octets));
    let received = 0;
    while (received < octets) received += (await socket.recv(65_536)).length;
    expect(received, octets);
  }
  await socket.updateKeys();
  await goThereAndBack(socket, 100);
}

async function noNewKeys(...[world, setting]: Parameters<Check>): Promise<void> {
  const socket = await connectAnew(world, setting, setting.ports.echo12);
  const error = await failureOf(socket.updateKeys());
  expect(error instanceof SSLError && error.reason, 'INVALID_STATE');
  await goThereAndBack(socket, 100);
}

async function retried(...[world, setting]: Parameters<Check>): Promise<void> {
  const socket = await connectAnew(world, setting, setting.ports.retrying);
  expect(socket.facts?.group, 'secp384r1');
  expect(socket.facts?.helloRetryRequest, true);
  await goThereAndBack(socket, 100);
}

async function rsa(...[world, setting]: Parameters<Check>): Promise<void> {
  const socket = await connectAnew(world, setting, setting.ports.rsa);
  expect(socket.facts?.signatureScheme, 'rsa_pss_rsae_sha256');
  await goThereAndBack(socket, 100);
}

async function hybrid(...[world, setting]: Parameters<Check>): Promise<void> {
  const port = setting.ports.hybrid;
  if (port === undefined) throw new LeftOut('Node 24 could not be had');
  const socket = await connectAnew(world, setting, port);
  expect(socket.facts?.group, 'X25519MLKEM768');
  expect(socket.facts?.helloRetryRequest, false);
  await goThereAndBack(socket, 100);
}
