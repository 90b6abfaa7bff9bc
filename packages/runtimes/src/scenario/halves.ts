/** Each half of a connection on its own: a server says afterwards what it got. */
import { OSError, SHUT_RD, SHUT_WR, type SSLSocket } from '@halfclose/ssl';
import { connectAnew, digestOf, expect, failureOf, octetsOf, pattern, receiveText } from './exchange.ts';
import { type Check, LeftOut, type NamedCheck, type Setting, type World } from './world.ts';

type Witness = 'witness13' | 'witness12';

export const halves: readonly NamedCheck[] = [
  ['TLS 1.3: after shutdown(SHUT_RD) all that is written arrives', readingShut('witness13')],
  ['TLS 1.2: after shutdown(SHUT_RD) all that is written arrives', readingShut('witness12')],
  ["TLS 1.3: after the server's close_notify all that is written arrives", serverEnded],
  ["TLS 1.2: the server's close_notify ends both halves", bothEnded],
  ['close() in the middle of what comes', closedInTheMiddle],
];

/** What the server sends meanwhile is dropped. */
function readingShut(server: Witness): Check {
  return async (world, setting) => {
    const socket = await connectAnew(world, setting, setting.ports[server]);
    await socket.sendall(octetsOf('put read half\n'));
    expect((await socket.recv(1)).length, 1);
    await socket.shutdown(SHUT_RD);
    expect((await socket.recv(1)).length, 0);
    await writeOn(socket, server, 'read half', world, setting);
  };
}

async function serverEnded(world: World, setting: Setting): Promise<void> {
  if (world.endsAsOne) throw new LeftOut("the relay closes the WebSocket with the server's half");
  const socket = await connectAnew(world, setting, setting.ports.witness13);
  await socket.sendall(octetsOf('bye server half\n'));
  expect(await receiveText(socket), 'bye');
  await writeOn(socket, 'witness13', 'server half', world, setting);
}

/** RFC 5246 section 7.2.1: it is to be answered, and nothing more is written. */
async function bothEnded(world: World, setting: Setting): Promise<void> {
  const socket = await connectAnew(world, setting, setting.ports.witness12);
  await socket.sendall(octetsOf('bye both halves\n'));
  expect(await receiveText(socket), 'bye');
  const error = await failureOf(socket.sendall(new Uint8Array(1)));
  expect(error instanceof OSError && error.code, 'EPIPE');
  await socket.close();
}

async function writeOn(
  socket: SSLSocket,
  server: Witness,
  name: string,
  world: World,
  setting: Setting,
): Promise<void> {
  const data = pattern(setting.octets);
  await socket.sendall(data);
  await socket.shutdown(SHUT_WR);
  await socket.close();
  const asking = await connectAnew(world, setting, setting.ports[server]);
  await asking.sendall(octetsOf(`get ${name}\n`));
  expect(await receiveText(asking), `${data.length} ${digestOf(data)}`);
  await asking.close();
}

async function closedInTheMiddle(world: World, setting: Setting): Promise<void> {
  const socket = await connectAnew(world, setting, setting.ports.witness13);
  await socket.sendall(octetsOf('chat\n'));
  expect((await socket.recv(1)).length, 1);
  await socket.close();
  const error = await failureOf(socket.recv(1));
  expect(error instanceof OSError && error.code, 'EBADF');
}
